import statistics
import time

import pytest

from letters import fonts, render
from letters.errors import FontsMissing, LetterError, MissingGlyphs
from letters.layout import LetterContent

from . import samples


@pytest.mark.parametrize("make", [samples.transfer, samples.stop_order, samples.long_transfer])
def test_every_font_is_embedded(make):
    used = samples.fonts(render.pdf(make()))
    assert used
    assert all(used.values()), used


def test_the_pdf_says_all_that_the_content_says():
    content = samples.long_transfer()
    shown = samples.words(render.pdf(content))
    for words in (content.issuer, content.number, content.title, "120立方米", "砂石（第30堆）", "附件1", samples.CODE):
        assert words in shown


def test_the_same_content_gives_the_same_bytes():
    assert render.pdf(samples.transfer()) == render.pdf(samples.transfer())


def test_it_is_an_archival_pdf():
    assert b"pdfaid:part" in render.pdf(samples.transfer())


@pytest.mark.parametrize("name", ["陈喆", "李昇", "王赟", "赵璟", "㛃", "䶮", "张𬱖", "刘𠙶"])
def test_rare_names_are_drawn_or_refused_never_left_out(name):
    content = samples.transfer(addressee=name)
    missing = render.missing_glyphs(content)
    if missing:
        assert set(missing) <= set(name)
        with pytest.raises(MissingGlyphs):
            render.pdf(content)
    else:
        assert name in samples.words(render.pdf(content))


@pytest.mark.parametrize("char", "喆昇赟璟堃珺垚淼")
def test_name_characters_in_common_use_are_covered(char):
    assert render.missing_glyphs(samples.transfer(addressee=char)) == []


def test_a_character_without_glyph_blocks_the_letter_and_is_named():
    content = samples.transfer(addressee="王\ue123\U000f0001")
    with pytest.raises(MissingGlyphs) as refused:
        render.check(content)
    assert refused.value.characters == ["\ue123", "\U000f0001"]
    assert "U+E123" in refused.value.message
    assert "不能签发" in refused.value.message


def test_a_missing_glyph_is_found_wherever_it_stands():
    for content in (
        samples.transfer(attachments=["\ue123"]),
        samples.transfer(contact=[("联系人", "\ue123")]),
        samples.transfer(copies="\ue123"),
    ):
        assert render.missing_glyphs(content) == ["\ue123"]


def test_markup_in_values_is_printed_as_typed():
    words = '#panic("x")*粗*_斜_$x$[]{}\\n<b>&amp;@ref//注/*注*/`code`=标题'
    assert "".join(words.split()) in samples.words(render.pdf(samples.transfer(paragraphs=[words]))).replace(
        "\u200b", ""
    )


def test_names_of_any_length_stay_inside_the_margins():
    content = samples.transfer(
        issuer="金湖县" + "综合行政执法协调联动工作领导小组" * 3 + "办公室",
        title="关于" + "涉嫌违法案件" * 12 + "的移送函",
        addressee="江苏" + "金湖农业科技发展" * 8 + "有限公司",
        contact=[("联系人", "欧阳" * 30)],
    )
    data = render.pdf(content)
    for page in range(samples.page_count(data)):
        for glyph in samples.glyphs(data, page):
            assert glyph.left > 27 * samples.MM
            assert glyph.right < 185 * samples.MM


def test_a_long_word_without_spaces_is_broken():
    data = render.pdf(samples.transfer(paragraphs=["证据见" + "A1b2C3d4" * 20 + "。"]))
    assert all(g.right < 185 * samples.MM for g in samples.glyphs(data, 0))


def test_a_void_letter_says_so_on_every_page():
    data = render.pdf(samples.long_transfer().changed(void=True))
    assert samples.words(data).count("作废") == samples.page_count(data)
    assert "作废" not in samples.words(render.pdf(samples.long_transfer()))


def test_a_preview_needs_neither_number_nor_date():
    content = samples.transfer(
        number="",
        date=None,
        verification_code="",
        verification_url="",
        preview=True,
        draft_number="金黎执移〔2026〕　　号",
    )
    shown = samples.words(render.pdf(content))
    assert "预览稿" in shown
    assert "金黎执移〔2026〕号" in shown
    assert "年月日" in shown


def test_a_page_as_image():
    image = render.png(samples.transfer(), page=0, ppi=48)
    assert image.startswith(b"\x89PNG")
    assert render.page_count(samples.transfer()) == 1
    assert render.page_count(samples.long_transfer()) >= 3
    with pytest.raises(LetterError):
        render.png(samples.transfer(), page=5)


def test_the_qr_code_leads_to_the_verification_page():
    from letters import sheet

    assert sheet.qr(samples.transfer()).designator.endswith("-M")
    assert sheet.qr(samples.transfer(verification_code="")) is None


def test_without_fonts_the_message_says_what_to_install(settings, monkeypatch):
    monkeypatch.setattr(fonts, "FANDOL_DIRS", ())
    settings.LETTER_FONTS = ""
    settings.LETTER_FONT_DIRS = []
    with pytest.raises(FontsMissing) as refused:
        render.pdf(samples.transfer())
    assert "LETTER_FONTS" in refused.value.message


def test_the_customers_own_fonts_come_first(settings, tmp_path, monkeypatch):
    """A font that calls itself 仿宋 in its Chinese name is taken for the body."""
    from fontTools.ttLib import TTFont

    path = next(face.path for face in fonts.load().faces if "400Regular" in face.path and "Sans" in face.path)
    font = TTFont(path)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "CustomerFace"
    font["name"].setName("仿宋_GB2312", 1, 3, 1, 0x804)
    font.save(tmp_path / "simfang.ttf")
    settings.LETTER_FONTS = str(tmp_path)
    monkeypatch.setattr(fonts, "FANDOL_DIRS", ())
    assert fonts.load().roles["body"][0] == "CustomerFace"
    assert any("CustomerFace" in name for name in samples.fonts(render.pdf(samples.transfer())))


def test_a_letter_takes_less_than_100_ms_once_fonts_are_loaded():
    render.pdf(samples.transfer())
    taken = []
    for n in range(20):
        content = samples.transfer(number=f"金黎执移〔2026〕{n}号")
        start = time.perf_counter()
        render.pdf(content)
        taken.append(time.perf_counter() - start)
    print(f"a letter: median {statistics.median(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms")
    assert statistics.median(taken) < 0.1


def test_several_threads_may_render_at_once():
    from concurrent.futures import ThreadPoolExecutor

    contents = [samples.transfer(number=f"金黎执移〔2026〕{n}号") for n in range(24)]
    alone = [render.pdf(content) for content in contents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render.pdf, contents)) == alone


def test_a_failing_template_becomes_a_clear_refusal(monkeypatch):
    monkeypatch.setattr(render, "_template", lambda: b"#panic()")
    with pytest.raises(LetterError) as refused:
        render.check(LetterContent(issuer="甲", title="乙"))
    assert refused.value.code == "render_failed"
    assert "排版失败" in refused.value.message
