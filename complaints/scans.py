"""Scans for the sample county's complaints: a letter written by hand on ruled paper, as it comes out of a scanner.

Names and numbers on it are made up; they are what is blacked out on the copies for other units.
"""

import io
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from letters import fonts

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
LEFT, TOP, PITCH, SIZE = 150, 250, 74, 40
INK, RULE, PAPER = (38, 48, 96), (176, 190, 206), (250, 248, 241)
# Of the page: the signature with telephone and address at the foot of the letter (`letter`).
SIGNATURE = (0.30, 0.42, 0.50, 0.15)
FOOT = 7  # on this line


def letter(about, facts, name, phone, address):
    """A JPEG: greeting, what is complained about, and who complains."""
    seed = random.Random(about)  # noqa: S311  for the look of it: the same letter every time
    page = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw, hand = ImageDraw.Draw(page), _hand()
    for y in range(TOP + SIZE + 12, HEIGHT - 120, PITCH):
        draw.line([(LEFT - 30, y), (WIDTH - LEFT + 30, y)], fill=RULE, width=2)
    lines = ["尊敬的领导：", *_wrapped(f"　　我要反映{about}的问题。{facts}请派人看一看，尽快处理，谢谢！")]
    for n, line in enumerate(lines):
        _write(draw, hand, seed, LEFT, TOP + n * PITCH, line)
    foot = [f"反映人：{name}", f"电话：{phone}", f"住址：{address}"]
    for n, line in enumerate(foot):
        _write(draw, hand, seed, WIDTH * 0.33, TOP + (FOOT + n) * PITCH, line)
    return _scanned(page, seed)


def _wrapped(text, wide=22):
    """No line begins with a comma or a full stop: it hangs behind the line before."""
    lines = []
    while text:
        end = wide + (text[wide : wide + 1] in ("，", "。", "！"))
        lines, text = [*lines, text[:end]], text[end:]
    return lines


def _write(draw, hand, seed, x, y, words):
    """Not quite on the line, and not quite evenly."""
    for sign in words:
        draw.text((x + seed.uniform(-2, 2), y + seed.uniform(-4, 3)), sign, font=hand, fill=INK)
        x += SIZE + 1 if sign > "\u00ff" else SIZE * 0.58


def _scanned(page, seed):
    page = page.rotate(seed.uniform(-0.6, 0.6), fillcolor=(232, 230, 224), resample=Image.Resampling.BICUBIC)
    out = io.BytesIO()
    page.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _hand():
    """In the face that letters write 楷体 in."""
    loaded = fonts.load()
    face = next((one for one in loaded.faces if one.family == loaded.roles["kai"][0]), loaded.faces[0])
    return ImageFont.truetype(face.path, SIZE, index=face.index)
