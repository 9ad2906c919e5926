"""Which fonts draw a letter, and which characters they can draw.

Fonts come from folders only, never from the machine at large, so that a letter looks the same on every
host. Order: the customer's own (LETTER_FONTS: 方正小标宋, 仿宋_GB2312 …), Fandol where TeX Live
brought it, then Noto from the installed npm packages, which covers rare name characters.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

from .errors import FontsMissing

FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
FANDOL_DIRS = ("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol", "/usr/share/fonts/opentype/fandol")
# Only the weights in use: the npm packages carry nine of each, 230 MB.
NOTO_WEIGHTS = ("400Regular", "500Medium", "600SemiBold", "700Bold")
# Words in a family name (Chinese or English, lower case) that tell what the fount is for.
ROLES = {
    "title": ("小标宋", "xiaobiaosong", "xbsjw", "fandolsong"),
    "body": ("仿宋", "fangsong", "fandolfang"),
    "hei": ("黑体", "simhei", "heiti", "fandolhei"),
    "kai": ("楷体", "kaiti", "simkai", "fandolkai"),
}
LAST_RESORT = {"title": "Noto Serif SC", "body": "Noto Serif SC", "hei": "Noto Sans SC", "kai": "Noto Serif SC"}


@dataclass(frozen=True)
class Face:
    family: str  # as Typst calls it
    path: str
    index: int


@dataclass(frozen=True)
class FontSet:
    typst_fonts: typst.Fonts
    roles: dict  # role -> families, best first
    faces: tuple


def directories() -> list[Path]:
    own = getattr(settings, "LETTER_FONTS", "") or ""
    packages = getattr(settings, "LETTER_FONT_DIRS", None)
    if packages is None:
        base = Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts"
        packages = [base / "noto-serif-sc", base / "noto-sans-sc"]
    # Noto comes last whatever its folder: it fits no role by name (see _families).
    wanted = [own, *packages, *FANDOL_DIRS]
    return [Path(folder) for folder in wanted if str(folder) and Path(folder).is_dir()]


def load() -> FontSet:
    """The fonts of this process; read once."""
    return _load(tuple(str(folder) for folder in directories()))


@lru_cache(maxsize=4)
def _load(folders: tuple[str, ...]) -> FontSet:
    paths = [path for folder in folders for path in _font_files(folder)]
    if not paths:
        raise FontsMissing("没有找到公文字库，请管理员执行 npm ci 安装字体，或设置 LETTER_FONTS 字库目录。")
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(p.parent) for p in _parents(paths)]
    )
    order = {str(path): n for n, path in enumerate(paths)}
    faces = [Face(f.family, str(f.path), f.index) for f in found.fonts() if str(f.path) in order]
    faces.sort(key=lambda face: (order[face.path], face.index))
    return FontSet(found, {role: _families(role, faces) for role in ROLES}, tuple(faces))


def _font_files(folder: str) -> list[Path]:
    files = sorted(
        Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in FONT_SUFFIXES
    )
    if any("Noto" in path.name for path in files):
        return [path for path in files if "Noto" not in path.name or any(w in path.name for w in NOTO_WEIGHTS)]
    return files


def _parents(paths: list[Path]) -> list[Path]:
    return list({path.parent: path for path in paths}.values())


def _families(role: str, faces: list[Face]) -> list[str]:
    words = ROLES[role]
    families = [face.family for face in faces if any(word in name for name in _names(face) for word in words)]
    # Any other font of the customer's may hold the one rare character that the rest lack.
    rest = [face.family for face in faces if not _any_role(face)]
    return list(dict.fromkeys([*families, LAST_RESORT[role], *rest]))


def _any_role(face: Face) -> bool:
    return any(word in name for name in _names(face) for words in ROLES.values() for word in words)


@lru_cache(maxsize=256)
def _names(face: Face) -> tuple[str, ...]:
    """All family names inside the file, Chinese and English: Typst reports one, customers know the other."""
    with _open(face) as font:
        found = {
            record.toUnicode().lower().replace(" ", "") for record in font["name"].names if record.nameID in (1, 4, 16)
        }
    return (face.family.lower().replace(" ", ""), *sorted(found))


def _open(face: Face) -> TTFont:
    if Path(face.path).suffix.lower() in (".ttc", ".otc"):
        return TTCollection(face.path, lazy=True).fonts[face.index]
    return TTFont(face.path, lazy=True)


def coverage() -> tuple[frozenset, frozenset]:
    """(characters that some font draws, variation sequences that some font knows)."""
    return _coverage(load().faces)


@lru_cache(maxsize=4)
def _coverage(faces: tuple[Face, ...]) -> tuple[frozenset, frozenset]:
    characters, variants = set(), set()
    for face in {face.family: face for face in faces}.values():
        with _open(face) as font:
            characters.update(font.getBestCmap() or {})
            for table in font["cmap"].tables:
                if table.format == 14:
                    variants.update((base, selector) for selector, pairs in table.uvsDict.items() for base, _ in pairs)
    return frozenset(characters), frozenset(variants)
