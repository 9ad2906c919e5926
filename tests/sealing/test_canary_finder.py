"""The finder of the canary test finds people however they are written, and nobody where nobody is."""

import base64
import io
import json
import pickle
import quopri
import zipfile
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.core import signing

from .canary import scans
from .canary.finder import Finder
from .canary.people import person

WHO, OTHERS = person(417), [person(at) for at in range(1500)]
FINDER = Finder(OTHERS)


def test_no_two_people_share_anything():
    for kind in ("name", "phone", "number", "address"):
        assert len({getattr(one, kind) for one in OTHERS}) == len(OTHERS)
    assert len(FINDER.marks) == 4 * len(OTHERS)


def zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{text}</w:t>")
    return out.getvalue()


def mailed(text):
    message = EmailMessage()
    message["Subject"] = "通知"
    message.set_content(f"{'说明' * 60}{text}{'说明' * 60}")
    return message.as_bytes()


def subject(text):
    message = EmailMessage()
    message["Subject"] = f"【金湖执法联动】{text}"
    return message.as_bytes()


WAYS = {
    "as it is": str.encode, "in a sentence": lambda text: f"电话：{text}。", "JSON": lambda text: json.dumps({"a": text}),
    "GBK": lambda text: text.encode("gbk"), "UTF-16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 at an odd place": lambda text: b"\xffxx" + text.encode("utf-16-be"), "URL": quote, "repr": lambda text: repr(text.encode()),
    "HTML": lambda text: text.encode("ascii", "xmlcharrefreplace"), "base64": lambda text: base64.b64encode(text.encode()),
    "base64 of JSON": lambda text: json.dumps({"body": base64.b64encode(json.dumps([[], {"q": text}]).encode()).decode()}),
    "base64 after other signs": lambda text: b"abc" + base64.b64encode(text.encode() * 2),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()),
    "quoted": lambda text: quopri.encodestring(text.encode()), "hex": lambda text: f"\\x{text.encode().hex()}", "pickle": pickle.dumps,
    "session": lambda text: signing.dumps({"typed": text, "more": "说明" * 200}, compress=True),
    "ZIP": zipped, "ZIP in base64": lambda text: base64.b64encode(zipped(text)), "mail": mailed, "subject": subject,
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["name", "phone", "number", "address"])
def test_it_finds_each_entry_in_each_writing(way, kind):
    written = WAYS[way](getattr(WHO, kind))
    found = FINDER.find(written)
    assert {hit.partition(" (")[0] for hit in found} == {f"{kind} of 417"}, written


@pytest.mark.parametrize("written", ["191 7{} {}", "1917-{}-{}"])
def test_a_telephone_in_groups_is_found(written):
    assert FINDER.find(written.format(WHO.phone[4:7], WHO.phone[7:]))


def test_half_a_name_is_enough():
    assert FINDER.find(f"投诉人某{WHO.name[1:]}女士")


@pytest.mark.parametrize("kind", scans.MAKERS)
def test_a_scan_gives_its_person_away_in_pixels_and_beside_them(kind):
    found = " ".join(FINDER.find(scans.MAKERS[kind](WHO)))
    assert "pixels" in found
    assert {"png": "name of 417", "jpg": "number of 417", "pdf": "address of 417"}[kind] in found


@pytest.mark.parametrize("size", [(320, 452), (1100, 1555), (2339, 3307)])
def test_the_pixels_are_read_in_another_size(size):
    out = io.BytesIO()
    scans.drawn(WHO.phone).resize(size).save(out, "PNG")
    assert FINDER.find(out.getvalue()) == {"phone of 417 (pixels)"}


def test_nobody_is_found_where_nobody_is():
    for text in (
        "龘齿轮厂",
        "1917000000",
        "张**，191****1234",
        base64.b64encode(bytes(range(256)) * 40),
        b"\xff" * 999,
    ):
        assert FINDER.find(text) == set()
