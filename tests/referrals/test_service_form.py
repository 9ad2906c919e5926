"""送达回证 of a letter that is served by hand: printed from the matter's page, gone once its scan is in (M3.1.3)."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from organizations.models import Unit
from proceedings import letters
from tests.letters import samples

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.1.3")]


@pytest.fixture
def signed(desk, at, licheng_leader, licheng_clerk):
    """Signed for 县烟草专卖局, which does not work here; not served yet."""
    return desk.send(licheng_leader, now=at("2026-10-08 10:00"), clerk=licheng_clerk, receiver="yancao")  # Thursday


@pytest.fixture
def pages(client, licheng_clerk):
    client.force_login(licheng_clerk)
    return client


def printed(client, letter, status=200):
    answer = client.get(f"/letters/{letter.pk}/service.pdf")
    assert answer.status_code == status
    return b"".join(answer.streaming_content) if status == 200 else answer


def test_the_matters_page_offers_it_and_it_says_what_is_known(pages, signed):
    letter = signed.letters.get()
    address = f"/letters/{letter.pk}/service.pdf"
    for path in (f"/transfers/{signed.pk}/", f"/letters/{letter.pk}/"):
        assert f'href="{address}"' in pages.get(path).text, path
    answer = pages.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = samples.words(b"".join(answer.streaming_content))
    for words in ("金湖县黎城街道办事处", "金湖县烟草专卖局", "《涉嫌违法案件移送函》", letter.number, signed.title):
        assert words in shown, words
    assert letter.verification_code in shown


def test_the_number_may_stand_in_the_files_name(pages, signed):
    from urllib.parse import quote

    letter = signed.letters.get()
    disposition = pages.get(f"/letters/{letter.pk}/service.pdf")["Content-Disposition"]
    assert quote(f"送达回证（{letter.number}）.pdf") in disposition


def test_once_the_scan_is_in_the_page_shows_that_instead(pages, desk, at, pdf, signed, licheng_clerk):
    now, files = at("2026-10-09 09:00"), {"receipt": pdf("送达回证.pdf")}
    served = desk.do(signed, "record_delivery", licheng_clerk, now=now, files=files, delivered_at="2026-10-08 15:00")
    letter = served.letters.get()
    for path in (f"/transfers/{served.pk}/", f"/letters/{letter.pk}/"):
        page = pages.get(path).text
        assert f"/letters/{letter.pk}/service.pdf" not in page
        assert f'href="/materials/{letter.receipt_id}/"' in page


def test_a_letter_to_a_person_is_served_by_hand_too(pages, desk, at, licheng_clerk):
    draft = desk.draft(licheng_clerk, now=at("2026-10-08 10:00"), ongoing=True)
    words = {"act": "设摊经营。", "provisions": "《无证无照经营查处办法》第二条", "first_officer": "licheng_clerk"}
    case = desk.do(
        draft.case, "order_stop", licheng_clerk, now=at("2026-10-08 10:30"), second_officer="licheng_leader", **words
    )
    shown = samples.words(printed(pages, case.letters.get()))
    assert "刘某某" in shown
    assert "《责令停止违法行为通知书》" in shown


def test_there_is_none_for_what_is_delivered_here_void_or_came_on_paper(pages, desk, at, pdf, signed, licheng_leader):
    here = desk.send(licheng_leader, now=at("2026-10-08 10:00")).letters.get()
    printed(pages, here, 404)
    assert "service.pdf" not in pages.get(f"/letters/{here.pk}/").text
    letter = signed.letters.get()
    letters.void(letter, "撤回", timezone.now())
    printed(pages, letter, 404)
    letter.void_at, letter.on_paper = None, True
    letter.save()
    printed(pages, letter, 404)


def test_who_may_not_see_the_matter_gets_none(client, signed, stranger):
    letter = signed.letters.get()
    assert client.get(f"/letters/{letter.pk}/service.pdf").status_code == 302
    client.force_login(stranger)
    printed(client, letter, 404)


def test_a_name_that_cannot_be_printed_is_said(pages, signed):
    Unit.objects.filter(code="yancao").update(address="王\ue123路")
    answer = printed(pages, signed.letters.get(), 400)
    assert "U+E123" in answer.text


def test_over_rest(desk, at, pdf, signed, licheng_clerk):
    api = APIClient()
    api.force_authenticate(licheng_clerk)
    entry = api.get(f"/api/transfers/{signed.pk}/").json()["letters"][0]
    assert entry["receipt"] is None
    assert b"".join(api.get(entry["service_form"]).streaming_content).startswith(b"%PDF")
    now, files = at("2026-10-09 09:00"), {"receipt": pdf("送达回证.pdf")}
    desk.do(signed, "record_delivery", licheng_clerk, now=now, files=files, delivered_at="2026-10-08 15:00")
    entry = api.get(f"/api/transfers/{signed.pk}/").json()["letters"][0]
    assert b"".join(api.get(entry["receipt"]).streaming_content).startswith(b"%PDF")
    Unit.objects.filter(code="yancao").update(address="王\ue123路")
    answer = api.get(entry["service_form"])
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
