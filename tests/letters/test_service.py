"""送达回证: one page with everything the form of the county asks for, whatever is written into it."""

import datetime
from dataclasses import replace

import pytest

from letters import service
from letters.errors import MissingGlyphs
from letters.service import ServiceForm

from . import samples

FORM = ServiceForm(
    issuer="金湖县黎城街道办事处",
    recipient="金湖县烟草专卖局",
    document="涉嫌违法案件移送函",
    number="金黎执移〔2026〕1号",
    subject="某便利店无证零售卷烟案",
    place="金湖县黎城街道",
    verification_code=samples.CODE,
    date=datetime.date(2026, 10, 8),
)


def test_it_has_the_fields_of_the_form():
    shown = samples.words(service.pdf(FORM))
    for words in (
        *("金湖县黎城街道办事处", "案由", "某便利店无证零售卷烟案", "受送达人", "金湖县烟草专卖局"),
        *("送达文书", "名称及文号", "《涉嫌违法案件移送函》", "金黎执移〔2026〕1号", "送达地点", "金湖县黎城街道"),
        *("送达方式", *service.METHODS, "送达人（签名）", "1.", "2.", "执法证号", "受送达人签名或盖章"),
        *("收到日期", "年月日时分", "备注", "代收", "拒收", samples.CODE),
    ):
        assert words in shown.replace("\n", ""), words
    assert "送达回证" in shown


def test_two_sign_for_the_service():
    assert samples.words(service.pdf(FORM)).count("执法证号") == 2


@pytest.mark.parametrize("length", [1, 60, 200])
def test_it_is_one_page_whatever_is_written_into_it(length):
    long = replace(FORM, recipient="某" * min(length, 200), subject="案" * length, place="路" * min(length, 100))
    assert samples.page_count(service.pdf(long)) == 1


def test_two_issuers_stand_below_each_other():
    both = replace(FORM, issuer="金湖县戴楼街道办事处\n金湖县自然资源和规划局")
    shown = service.pdf(both)
    assert samples.page_count(shown) == 1
    assert "金湖县戴楼街道办事处金湖县自然资源和规划局" in samples.words(shown)


def test_what_is_not_known_stays_blank():
    shown = samples.words(service.pdf(replace(FORM, place="", subject="", verification_code="")))
    assert "校验码" not in shown
    assert "送达地点送达方式" in shown


def test_it_is_archival_with_every_font_embedded_and_the_same_each_time():
    data = service.pdf(FORM)
    assert b"pdfaid:part" in data
    used = samples.fonts(data)
    assert used
    assert all(used.values()), used
    assert service.pdf(FORM) == data


def test_a_name_that_no_font_draws_is_refused_and_never_left_out():
    with pytest.raises(MissingGlyphs) as refused:
        service.pdf(replace(FORM, recipient="王\ue123"))
    assert refused.value.characters == ["\ue123"]


def test_nothing_in_it_is_read_as_markup():
    words = '#pagebreak() *某* $x$ "引号" \\ [方括号]'
    data = service.pdf(replace(FORM, recipient=words))
    assert samples.page_count(data) == 1
    assert "".join(words.split()) in samples.words(data)
