"""What a letter says: the one source from which both the PDF and the DOCX are drawn.

A LetterContent is plain data. It is stored as JSON with the letter, hashed when signed,
and can be rendered again years later.
"""

import json
import re
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date as Date

from .errors import LetterError

MAX_CHARACTERS = 200_000
# Pasted text brings these along. They are invisible, and the direction overrides among them
# can make a printed line read differently from what was stored, so none reaches a letter.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def clean(text) -> str:
    """Text as it will be printed: no invisible characters, tabs as spaces, trimmed."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = INVISIBLE.sub("", text.replace("\t", " "))
    # A lone surrogate is no character: it could be neither stored nor hashed.
    return text.encode("utf-8", "ignore").decode("utf-8").strip(" \n")


@dataclass
class Heading:
    """A heading (层次标题): 1 = 一、 黑体, 2 = （一） 楷体, 3 = 1. 仿宋. The text brings its own number."""

    text: str
    level: int = 1
    kind: str = field(default="heading", init=False)

    def __post_init__(self):
        self.text = clean(self.text)
        if self.level not in (1, 2, 3):
            raise LetterError("公文的层次标题只有三级。")


@dataclass
class Table:
    """A ruled table, such as the list of goods (涉案物品清单). `widths` are relative."""

    columns: list[str]
    rows: list[list[str]]
    caption: str = ""
    widths: list[float] = field(default_factory=list)
    kind: str = field(default="table", init=False)

    def __post_init__(self):
        self.columns = [clean(c) for c in self.columns]
        self.rows = [[clean(c) for c in row] for row in self.rows]
        self.caption = clean(self.caption)
        self.widths = [float(w) for w in self.widths]
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise LetterError(f"表格“{self.caption}”各行的栏数与表头不一致。")
        if self.widths and (len(self.widths) != len(self.columns) or min(self.widths) <= 0):
            raise LetterError(f"表格“{self.caption}”的栏宽与表头不一致。")


@dataclass
class Signatures:
    """Lines to be signed by hand (签名栏), two on a line: 移送人, 接收人, 日期 …"""

    labels: list[str]
    kind: str = field(default="signatures", init=False)

    def __post_init__(self):
        self.labels = [clean(label) for label in self.labels]


@dataclass
class Appendix:
    """An attachment printed with the letter, from a new page (附件另面编排)."""

    title: str
    paragraphs: list = field(default_factory=list)
    label: str = "附件"

    def __post_init__(self):
        self.title, self.label = clean(self.title), clean(self.label)
        self.paragraphs = _blocks(self.paragraphs)


@dataclass
class SigningOfficer:
    """One of the officers (执法人员) named on a letter, with the number of the certificate (执法证号)."""

    name: str
    certificate_number: str = ""

    def __post_init__(self):
        self.name, self.certificate_number = clean(self.name), clean(self.certificate_number)


BLOCKS = {"heading": Heading, "table": Table, "signatures": Signatures}


def _block(value):
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple(BLOCKS.values())):
        return value
    if isinstance(value, dict) and value.get("kind") in BLOCKS:
        return BLOCKS[value["kind"]](**{k: v for k, v in value.items() if k != "kind"})
    raise LetterError("公文正文中有无法识别的段落。")


def _blocks(values) -> list:
    blocks = []
    for block in map(_block, values):
        # One paragraph typed with line breaks is several paragraphs on paper.
        blocks += [line.strip() for line in block.split("\n") if line.strip()] if isinstance(block, str) else [block]
    return blocks


@dataclass
class LetterContent:
    """Everything that is printed. Fields under "shown only" change no letter and no hash."""

    issuer: str
    title: str
    addressee: str = ""
    number: str = ""
    paragraphs: list = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    date: Date | None = None
    contact: list[tuple[str, str]] = field(default_factory=list)
    officers: list[SigningOfficer] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    appendices: list[Appendix] = field(default_factory=list)
    copies: str = ""
    signed_by: str = ""
    verification_code: str = ""
    verification_url: str = ""
    # shown only
    void: bool = False
    preview: bool = False
    draft_number: str = ""
    draft_date: str = ""
    filled: list[str] = field(default_factory=list)
    # Small print beside the verification code, such as of which letter this is the copy.
    notes: list[str] = field(default_factory=list)

    SHOWN_ONLY = ("void", "preview", "draft_number", "draft_date", "filled", "notes")
    GIVEN_AT_ISSUE = ("number", "date", "signed_by", "verification_code", "verification_url")

    def __post_init__(self):
        for name in (
            "issuer",
            "title",
            "addressee",
            "number",
            "copies",
            "signed_by",
            "verification_code",
            "verification_url",
            "draft_number",
            "draft_date",
        ):
            setattr(self, name, clean(getattr(self, name)))
        self.paragraphs = _blocks(self.paragraphs)
        self.attachments = [clean(a) for a in self.attachments]
        self.contact = [(clean(label), clean(value)) for label, value in self.contact]
        self.officers = [o if isinstance(o, SigningOfficer) else SigningOfficer(**o) for o in self.officers]
        self.signatures = [clean(s) for s in self.signatures]
        self.appendices = [a if isinstance(a, Appendix) else Appendix(**a) for a in self.appendices]
        self.filled = [clean(f) for f in self.filled if clean(f)]
        self.notes = [clean(note) for note in self.notes]
        if isinstance(self.date, str):
            self.date = Date.fromisoformat(self.date) if self.date else None
        self._check()

    def _check(self):
        if not self.issuer:
            raise LetterError("公文没有发文机关。")
        if not self.title:
            raise LetterError("公文没有标题。")
        if len(self.text()) > MAX_CHARACTERS:
            raise LetterError(f"公文正文超过 {MAX_CHARACTERS} 字，无法排版，请把明细改作附件材料上传。")

    def text(self) -> str:
        """All words of the letter in one string, for the check of glyphs and for search."""
        return "\n".join(_words(asdict(self)))

    def to_json(self) -> dict:
        data = asdict(self)
        data["date"] = self.date.isoformat() if self.date else None
        data["contact"] = [list(pair) for pair in self.contact]
        return data

    @classmethod
    def from_json(cls, data: dict | str) -> "LetterContent":
        """Read stored content; fields that a later version added take their defaults."""
        if isinstance(data, str):
            data = json.loads(data)
        known = {f.name for f in fields(cls)}
        if unknown := set(data) - known:
            raise LetterError(f"公文内容中有无法识别的字段：{'、'.join(sorted(unknown))}。")
        return cls(**data)

    def canonical(self) -> bytes:
        """The bytes that are hashed: sorted keys, no spaces, UTF-8, without what is only shown.

        Empty fields are left out, so that a field added by a later version changes no hash of an older letter.
        """
        data = _filled({k: v for k, v in self.to_json().items() if k not in self.SHOWN_ONLY})
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def unissued(self) -> "LetterContent":
        """The content without what only issue gives it: what the signer was shown, comparable by hash."""
        return replace(self, number="", date=None, signed_by="", verification_code="", verification_url="")

    def changed(self, **changes) -> "LetterContent":
        return replace(self, **changes)


def _filled(value):
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items() if item not in ("", [], None, False)}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def _words(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name != "kind":
                yield from _words(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)
