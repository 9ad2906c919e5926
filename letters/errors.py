"""What can go wrong with a letter, said so that an officer can act on it."""


class LetterError(Exception):
    """A letter cannot be made; `message` is Chinese and fit to be shown."""

    code = "letter_error"

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class MissingGlyphs(LetterError):
    """Characters that no installed font can draw: the letter would show boxes or nothing."""

    code = "missing_glyphs"

    def __init__(self, characters: list[str]):
        self.characters = characters
        shown = "、".join(f"“{c}”（U+{ord(c[0]):04X}）" for c in characters[:10])
        more = f"等 {len(characters)} 个字" if len(characters) > 10 else ""
        super().__init__(
            f"字库中没有{shown}{more}，公文中将无法显示，不能签发。"
            "请核对用字；确属人名、地名用字的，请管理员把含该字的字库放入公文字库目录。"
        )


class FontsMissing(LetterError):
    code = "fonts_missing"


class RenderFailed(LetterError):
    code = "render_failed"
