"""一式两份: the letter twice in one PDF."""

import pypdfium2
import pytest
from django.urls import reverse

from letters import binding
from proceedings.letters import render_letter

from .conftest import bytes_of, pdf_bytes, sheets_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(sent):
    return render_letter(sent.letters.get())


def test_both_copies_are_the_letter_that_was_signed(client, letter, shijian_clerk):
    client.force_login(shijian_clerk, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("letter_copies", args=[letter.pk]))
    assert answer["Content-Type"] == "application/pdf"
    signed, copies = sheets_of(bytes_of(letter.pdf)), sheets_of(b"".join(answer.streaming_content))
    second = len(signed) + len(signed) % 2
    assert copies[: len(signed)] == signed
    assert copies[second:] == signed, "each copy counts its own pages"


@pytest.mark.parametrize(("pages", "printed"), [(1, 3), (2, 4), (3, 7)])
def test_the_second_copy_begins_on_a_leaf_of_its_own(pages, printed):
    copies = sheets_of(binding.copies(pdf_bytes("letter", pages)))
    assert len(copies) == printed
    assert copies[-pages:] == [f"letter {n}" for n in range(1, pages + 1)]
    assert copies[pages:-pages] == [""] * (pages % 2), "the back of an odd letter stays empty"


def test_the_sheet_keeps_its_size():
    document = pypdfium2.PdfDocument(binding.copies(pdf_bytes("letter")))
    assert {tuple(round(n) for n in sheet.get_size()) for sheet in document} == {(595, 842)}
    document.close()


def test_a_withdrawn_letter_is_not_copied(client, desk, sent, licheng_leader):
    letter = sent.letters.get()
    desk.do(sent, "withdraw", licheng_leader, reason="本单位有管辖权，收回自办。", ground="own_jurisdiction")
    client.force_login(licheng_leader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("letter_copies", args=[letter.pk])).status_code == 404


def test_a_stranger_gets_nothing(client, letter, stranger):
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("letter_copies", args=[letter.pk])).status_code == 404
