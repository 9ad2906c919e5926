import datetime
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters import render
from letters.errors import LetterError, MissingGlyphs
from letters.layout import Heading, LetterContent, Table

from . import samples


@pytest.mark.parametrize("make", [samples.transfer, samples.stop_order, samples.long_transfer])
def test_content_survives_json(make):
    content = make()
    stored = json.loads(json.dumps(content.to_json()))
    assert LetterContent.from_json(stored) == content
    assert render.content_hash(LetterContent.from_json(stored)) == render.content_hash(content)


def test_the_hash_is_stable_across_releases():
    """Stored hashes must be reproducible for years: a change here breaks every letter already signed."""
    content = LetterContent(
        issuer="甲", title="乙", paragraphs=["丙", Table(["名称"], [[""]])], date=datetime.date(2026, 10, 8)
    )
    assert content.canonical().decode() == (
        '{"date":"2026-10-08","issuer":"甲","paragraphs":["丙",'
        '{"columns":["名称"],"kind":"table","rows":[[""]]}],"title":"乙"}'
    )
    assert render.content_hash(content) == "63024ad488b17602a5ed7884072f775a84259428200cb0ac0986f5ba3dd0f78d"


@pytest.mark.parametrize(
    "change",
    [{"number": "x"}, {"title": "x"}, {"paragraphs": ["x"]}, {"date": datetime.date(2026, 1, 1)}, {"copies": "x"}],
)
def test_any_change_of_the_words_changes_the_hash(change):
    assert render.content_hash(samples.transfer()) != render.content_hash(samples.transfer(**change))


@pytest.mark.parametrize("change", [{"void": True}, {"preview": True}, {"filled": ["刘某某"]}, {"draft_number": "x"}])
def test_marks_of_draft_and_voidness_do_not(change):
    assert render.content_hash(samples.transfer()) == render.content_hash(samples.transfer(**change))


def test_what_the_signer_saw_can_be_compared_with_what_was_issued():
    shown = samples.transfer(number="", date=None, verification_code="", verification_url="")
    assert render.content_hash(samples.transfer().unissued()) == render.content_hash(shown)


def test_pasted_text_loses_what_nobody_sees():
    content = samples.transfer(addressee="\ufeff金湖县\u200b水务局\u202e ", paragraphs=["甲\r\n乙\n\n丙\t丁\x00"])
    assert content.addressee == "金湖县水务局"
    assert content.paragraphs == ["甲", "乙", "丙 丁"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: samples.transfer(issuer=" "),
        lambda: samples.transfer(title=""),
        lambda: Table(["名称", "数量"], [["砂石"]]),
        lambda: Table(["名称"], [], widths=[1, 2]),
        lambda: Heading("一、", 4),
        lambda: samples.transfer(paragraphs=["字" * 200_001]),
        lambda: samples.transfer(paragraphs=[{"kind": "script"}]),
        lambda: LetterContent.from_json({"issuer": "甲", "title": "乙", "colour": "red"}),
    ],
)
def test_content_that_cannot_be_a_letter_is_refused_in_chinese(make):
    with pytest.raises(LetterError) as refused:
        make()
    assert refused.value.message.endswith("。")


# The first call loads the fonts.
@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_can_break_the_renderer(body, addressee):
    content = samples.transfer(paragraphs=[body], addressee=addressee)
    assert LetterContent.from_json(json.loads(json.dumps(content.to_json()))) == content
    assert render.docx(content).startswith(b"PK")
    if render.missing_glyphs(content):
        with pytest.raises(MissingGlyphs):
            render.pdf(content)
    else:
        assert render.pdf(content).startswith(b"%PDF")
