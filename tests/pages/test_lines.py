"""Lists in forms: one field for goods, questions and agendas, fed by the page's text and by REST's lists alike."""

import pytest
from django import forms
from django.template.loader import render_to_string

from proceedings.forms import Column, LinesField, StepForm
from proceedings.templatetags import fields

KNIFE = {"name": "管制刀具", "quantity": "3把", "note": "刃长12厘米，有血槽"}
CART = {"name": "三轮车"}


class SampleForm(StepForm):
    goods = LinesField(
        label="物品",
        required=False,
        columns=(Column("name", "名称", required=True), Column("quantity", "数量", 10), Column("note", "备注")),
    )
    questions = LinesField(label="问题", required=False, max_length=20)


def goods(given):
    form = SampleForm({"goods": given})
    assert form.is_valid(), form.errors
    return form.cleaned_data["goods"]


def problems(**given):
    form = SampleForm(given)
    assert not form.is_valid()
    return {name: list(words) for name, words in form.errors.items()}


@pytest.mark.parametrize(
    "given",
    [
        [KNIFE, CART],
        '[{"name": "管制刀具", "quantity": "3把", "note": "刃长12厘米，有血槽"}, {"name": "三轮车"}]',
        "管制刀具\t3把\t刃长12厘米，有血槽\n三轮车\t\t",
        "\n 管制刀具 ,3把，刃长12厘米，有血槽\r\n\r\n三轮车",  # typed without the editor: the last column takes the rest
        ["管制刀具\t3把\t刃长12厘米，有血槽", {"name": "三轮车", "quantity": "", "note": None}],
    ],
    ids=["objects", "json", "tabs", "commas", "mixed"],
)
def test_the_same_rows_in_every_form_that_they_may_come_in(given):
    assert goods(given) == [KNIFE, CART]


@pytest.mark.parametrize("given", [None, "", [], "[]", " \n\t\t\n ", [{}, "", {"name": " "}]])
def test_rows_in_which_nothing_stands_are_no_rows(given):
    assert goods(given) == []


def test_a_cell_is_one_line():
    assert goods([{"name": "砂石\n（第一堆）", "quantity": 12}]) == [{"name": "砂石 （第一堆）", "quantity": "12"}]


def test_what_is_kept_is_shown_again_as_it_was():
    text = SampleForm(initial={"goods": [KNIFE, CART]})["goods"].value()
    assert text == "管制刀具\t3把\t刃长12厘米，有血槽\n三轮车\t\t"
    assert goods(text) == [KNIFE, CART]
    assert SampleForm(initial={"goods": ["三轮车, 1辆"]})["goods"].value() == "三轮车\t1辆\t"


@pytest.mark.parametrize("typed", ["三轮车\t\t\n\t2把\t", "[不是JSON", '["甲"'])
def test_text_comes_back_untouched_from_autosave_and_after_an_error(typed):
    assert SampleForm(initial={"goods": typed})["goods"].value() == typed
    assert SampleForm({"goods": typed})["goods"].value() == typed


def test_an_error_names_the_list_the_row_and_the_column():
    said = problems(goods=[CART, {"quantity": "3把"}, {"name": "刀", "quantity": "数不清的许多许多许多把"}])
    assert said == {
        "goods": ["请填写物品第2行的名称。", "物品第3行数量最多 10 字，现在 11 字，请缩短。"],
    }
    assert problems(questions="短\n" + "长" * 21) == {"questions": ["问题第2行最多 20 字，现在 21 字，请缩短。"]}


def test_the_cells_to_be_mended_are_marked_for_the_editor():
    form = SampleForm({"goods": [CART, {"quantity": "3把"}]})
    assert 'data-spoiled="[[1, 0]]"' in fields.control(form["goods"])
    assert fields.anchor(form["goods"]) == "id_goods_group"


def test_an_unknown_column_is_an_error_and_not_a_loss():
    said = problems(goods=[{"name": "刀", "colour": "红"}])
    assert said == {"goods": ["物品第1行没有“colour”这个栏目，可以是：name、quantity、note。"]}


@pytest.mark.parametrize("given", [{"name": "刀"}, 7, [["刀", "3把"]], [{"name": ["刀"]}], [True], [None]])
def test_what_is_no_list_of_rows_is_refused(given):
    assert problems(goods=given) == {"goods": ["请逐行填写。"]}


def test_a_list_has_an_end():
    assert len(goods(["刀"] * 500)) == 500
    assert "最多 500 行" in problems(goods=["刀"] * 501)["goods"][0]


def test_without_columns_the_rows_are_words():
    form = SampleForm({"questions": " 何时，何地 \n\n\t何人"})
    assert form.is_valid()
    assert form.cleaned_data["questions"] == ["何时，何地", "何人"]
    over_rest = SampleForm({"questions": ["何时", {"name": "何地"}]})
    assert over_rest.is_valid()
    assert over_rest.cleaned_data["questions"] == ["何时", "何地"]
    assert SampleForm(initial={"questions": ["何时", "何地"]})["questions"].value() == "何时\n何地"


def test_a_required_list_says_so():
    class Asked(forms.Form):
        items = LinesField(label="材料", error_messages={"required": "请列出材料。"})

    for given in ("", " \n ", [], [""]):
        assert Asked({"items": given}).errors == {"items": ["请列出材料。"]}


def test_the_timeline_tells_the_rows_and_a_signature_binds_the_same_ones_again():
    form = SampleForm({"goods": [KNIFE, CART]})
    form.is_valid()
    assert form.summary() == [["物品", "管制刀具，3把，刃长12厘米，有血槽\n三轮车"]]
    again = SampleForm(form.as_data())
    assert again.is_valid()
    assert again.cleaned_data["goods"] == [KNIFE, CART]


def test_the_page_draws_named_columns_around_the_text():
    drawn = fields.field(SampleForm()["goods"])
    assert drawn["kind"] == "lines"
    assert [column.label for column in drawn["columns"]] == ["名称", "数量", "备注"]
    assert 'name="goods"' in drawn["control"]
    assert [column.label for column in fields.field(SampleForm()["questions"])["columns"]] == ["问题"]


class KindsForm(StepForm):
    columns = LinesField(
        label="栏目", columns=(Column("name", "名称"), Column("kind", "类型", choices=("文字", "数字")))
    )


def test_a_cell_of_choices_takes_no_other_word():
    form = KindsForm({"columns": [{"name": "件数", "kind": "数目"}]})
    assert form.errors == {"columns": ["栏目第1行的类型只能是文字、数字。"]}
    assert KindsForm.base_fields["columns"].spoiled(form.errors.as_data()["columns"]) == [[0, 1]]
    assert KindsForm({"columns": "件数\t数字\n事项"}).is_valid()


def test_choices_are_drawn_as_such_the_first_for_an_empty_cell():
    drawn = render_to_string("components/lines.html", fields.field(KindsForm()["columns"]))
    assert '<option value="">文字</option><option value="数字">数字</option>' in drawn
    assert "依次写名称、类型（文字、数字）" in drawn
