"""GB/T 9704-2012, measured on the finished PDF."""

import pypdfium2
import pytest

from letters import render
from letters.layout import Table

from . import samples
from .samples import MM

PITCH = 28.95
TOP, LEFT, WIDTH, HEIGHT = 37 * MM, 28 * MM, 156 * MM, 225 * MM


@pytest.fixture(scope="module")
def full_page():
    """The second page of a letter of nothing but one character: every place of the grid is taken."""
    return samples.lines(render.pdf(samples.transfer(paragraphs=["金" * 28 * 60])), 1)


def test_a_page_holds_22_lines_of_28_characters(full_page):
    assert len(full_page) == 22
    assert {len(line) for line in full_page} == {28}


def test_lines_stand_28_95_points_apart(full_page):
    baselines = [line[0].baseline for line in full_page]
    steps = [b - a for a, b in zip(baselines, baselines[1:], strict=False)]
    assert steps == pytest.approx([PITCH] * 21, abs=0.06)


def test_the_type_area_is_156_by_225_mm_at_37_and_28_mm(full_page):
    first, last = full_page[0], full_page[-1]
    em = 16
    assert first[0].x == pytest.approx(LEFT, abs=0.2)
    assert last[-1].x + em == pytest.approx(LEFT + WIDTH, abs=0.5)
    # The character's square reaches 0.88 em above its baseline.
    assert first[0].baseline - 0.88 * em == pytest.approx(TOP, abs=0.2)
    assert last[0].baseline + 0.12 * em <= TOP + HEIGHT
    assert last[0].baseline + 0.12 * em > TOP + HEIGHT - PITCH


def test_the_paper_is_a4():
    with pypdfium2.PdfDocument(render.pdf(samples.transfer())) as document:
        assert document[0].get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.1)


@pytest.mark.parametrize("make", [samples.transfer, samples.stop_order, samples.long_transfer])
def test_every_body_line_of_every_letter_is_on_the_grid(make):
    data = render.pdf(make())
    for page in range(samples.page_count(data)):
        for line in samples.lines(data, page):
            offset = (line[0].baseline - 0.88 * 16 - TOP) % PITCH
            assert min(offset, PITCH - offset) < 0.25, "".join(g.char for g in line)


@pytest.mark.parametrize("make", [samples.transfer, samples.stop_order, samples.long_transfer])
def test_nothing_stands_outside_the_type_area_but_the_page_number_and_the_verification_mark(make):
    data = render.pdf(make())
    for page in range(samples.page_count(data)):
        for glyph in samples.glyphs(data, page):
            if glyph.baseline < TOP + HEIGHT and not (page == 0 and glyph.size > 21):
                assert glyph.left >= LEFT - 1, glyph
                assert glyph.right <= LEFT + WIDTH + 1, glyph
                assert glyph.top >= TOP - 1, glyph


def test_paragraphs_start_two_characters_in_and_the_addressee_at_the_margin():
    rows = samples.lines(render.pdf(samples.transfer()), 0)
    text = ["".join(g.char for g in row) for row in rows]
    addressee = next(row for row, words in zip(rows, text, strict=True) if words == "金湖县水务局：")
    body = rows[rows.index(addressee) + 1]
    assert addressee[0].x == pytest.approx(LEFT, abs=0.2)
    assert body[0].x == pytest.approx(LEFT + 2 * WIDTH / 28, abs=0.5)


def test_the_issuer_is_red_and_starts_30_mm_below_the_edge():
    head = [g for g in samples.glyphs(render.pdf(samples.transfer()), 0) if g.size > 25]
    assert "".join(g.char for g in head) == "金湖县黎城街道办事处"
    assert head[0].baseline - 0.88 * head[0].size == pytest.approx(30 * MM, abs=0.5)
    middle = (head[0].x + head[-1].x + head[-1].size) / 2
    assert middle == pytest.approx(LEFT + WIDTH / 2, abs=1)


def test_the_title_is_22_points_and_centred():
    title = [g for g in samples.glyphs(render.pdf(samples.transfer()), 0) if abs(g.size - 22) < 0.1]
    assert "".join(g.char for g in title) == "涉嫌违法案件移送函"
    assert (title[0].x + title[-1].x + 22) / 2 == pytest.approx(LEFT + WIDTH / 2, abs=1)


def test_the_date_stands_four_characters_from_the_right_with_the_issuer_centred_over_it():
    rows = samples.lines(render.pdf(samples.transfer()), 0)
    text = ["".join(g.char for g in row) for row in rows]
    at = text.index("2026年10月8日")
    date, issuer = rows[at], rows[at - 1]
    assert text[at - 1] == "金湖县黎城街道办事处"
    assert LEFT + WIDTH - (date[-1].x + 16) == pytest.approx(4 * WIDTH / 28, abs=1)
    assert (issuer[0].x + issuer[-1].x + 16) / 2 == pytest.approx((date[0].x + date[-1].x + 16) / 2, abs=1)
    # Two free lines above: a seal of 42 mm over both reaches within one line of the text.
    assert issuer[0].baseline - rows[at - 2][0].baseline == pytest.approx(3 * PITCH, abs=0.2)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages():
    data = render.pdf(samples.long_transfer())
    for page in range(samples.page_count(data)):
        mark = [g for g in samples.glyphs(data, page) if abs(g.size - 14) < 0.1 and g.baseline > TOP + HEIGHT]
        assert "".join(g.char for g in mark) == f"—{page + 1}—"
        if page % 2 == 0:
            assert mark[-1].right == pytest.approx(LEFT + WIDTH - 14, abs=2.5)
        else:
            assert mark[0].left == pytest.approx(LEFT + 14, abs=2.5)


@pytest.mark.parametrize("count", range(1, 16))
def test_the_seal_never_stands_on_a_page_without_text(count):
    """Whatever the length, at least two lines of the body go with issuer and date."""
    sentence = "经核对行政处罚事项清单该事项由你单位管辖。"
    data = render.pdf(samples.transfer(paragraphs=[sentence * count, "请依法处理。"], attachments=[]))
    last = ["".join(g.char for g in row) for row in samples.lines(data, samples.page_count(data) - 1)]
    at = last.index("2026年10月8日")
    assert at >= 2
    assert last[at - 2] == "请依法处理。"
    if samples.page_count(data) > 1:
        assert at >= 3


@pytest.mark.parametrize("count", range(1, 9))
def test_a_short_table_at_the_end_goes_with_the_seal(count):
    """涉案物品清单 as the last piece of a letter, whatever stands before it."""
    goods = Table(["名称", "数量"], [["砂石", "约120立方米"], ["装载机", "1台"]], caption="涉案物品清单")
    content = samples.transfer(paragraphs=["经核对行政处罚事项清单该事项由你单位管辖。" * count, goods])
    data = render.pdf(content)
    with pypdfium2.PdfDocument(data) as document:
        last = document[len(document) - 1].get_textpage().get_text_range()
    assert "装载机" in last
    assert "2026年10月8日" in last
