"""Fields on the pages: how they are drawn follows from the form alone."""

from django import forms

from proceedings.forms import MomentField, StepForm
from proceedings.templatetags import fields, ui


class SampleForm(StepForm):
    title = forms.CharField(label="案由", max_length=200, error_messages={"required": "请填写案由。"})
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")])
    party = forms.CharField(label="当事人", max_length=200, required=False)
    first = MomentField(label="甲", required=False)
    second = MomentField(label="乙", required=False)
    urgent = forms.BooleanField(label="紧急", required=False)
    ongoing = forms.BooleanField(label="正在进行", required=False)
    urgent_since = MomentField(label="转为紧急的时间", required=False)

    sections = (
        ("案件", "", ("title", "kind", "party", "first", "second")),
        ("情形", "", ("urgent", "urgent_since", "ongoing")),
    )
    pairs = (("kind", "party"),)
    shown_when = {"urgent_since": "urgent", "party": "?"}


def names(row):
    return [bound.name for bound in row.get("checks") or row["bounds"]]


def test_short_entries_stand_side_by_side_and_checks_together():
    case, special = fields.sections(SampleForm())
    assert [names(row) for row in case["rows"]] == [["title"], ["kind", "party"], ["first", "second"]]
    assert [names(row) for row in special["rows"]] == [["urgent", "ongoing"], ["urgent_since"]]


def test_an_entry_waits_for_the_answer_that_it_belongs_to():
    form = SampleForm()
    assert fields.shown_when(form["urgent_since"]) == "urgent"
    assert fields.shown_when(form["party"]) == "?party"
    assert fields.shown_when(SampleForm(initial={"party": "张某"})["party"]) == ""


def test_an_error_is_listed_with_a_link_and_said_beside_its_field():
    form = SampleForm({"kind": "a"})
    lines = fields.error_summary(form)["lines"]
    assert lines == [{"text": "请填写案由。", "anchor": "id_title"}]
    control = fields.control(form["title"])
    assert 'aria-invalid="true"' in control
    assert "id_title_error" in control


def test_a_long_name_keeps_its_ending():
    name = "无人机航拍 利农河K3+200 北岸堆场全景.mp4"
    short = ui.middle(name, 20)
    assert len(short) == 20
    assert short.startswith("无人机航拍")
    assert short.endswith(".mp4")
    assert ui.two_parts(name) == (name[:-10], name[-10:])


def test_sizes_are_said_in_the_unit_that_people_use():
    assert [ui.size(n) for n in (193, 1024, 7_654_321, 104_857_600)] == ["193 B", "1.0 KB", "7.3 MB", "100 MB"]
