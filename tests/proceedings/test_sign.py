"""Prepare and sign (拟稿、签发): one mechanism for every step that speaks for the unit outside (DESIGN §3).

Seen on the refusal of a transfer, whose steps 拟…送签 and 退回修改 the engine makes itself, and on the transfer letter.
"""

import pytest
from django.urls import reverse

from letters import render
from letters.layout import LetterContent
from proceedings.models import Notice, Preparation
from proceedings.perform import perform

pytestmark = pytest.mark.django_db
WHY = {"reason": "当事人已领营业执照，不属无照经营。", "legal_basis": "《无证无照经营查处办法》第二条"}


@pytest.fixture
def sent(desk, licheng_leader):
    return desk.send(licheng_leader)


@pytest.fixture
def prepared(sent, shijian_clerk):
    """A refusal that 县市场监督管理局's clerk has made ready."""
    return perform(sent, "prepare_refuse", shijian_clerk, WHY, version=sent.version).record


@pytest.fixture
def signing(desk, licheng_clerk):
    """A transfer letter under 待签发."""
    draft = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    return desk.do(draft, "submit", licheng_clerk)


def sign_page(record, step):
    return reverse(f"{record.kind}:sign", args=[record.pk, step])


def hidden(page):
    return {name: page.context[name] for name in ("version", "idempotency_key", "content_hash")}


def issued_hash(letter):
    return render.content_hash(LetterContent.from_json(letter.content).unissued())


# --- preparing ----------------------------------------------------------------------------------------


def test_what_is_prepared_changes_nothing_outside(prepared, sent, licheng):
    assert prepared.state == sent.state
    assert [letter.kind for letter in prepared.letters.all()] == ["transfer_letter"]
    assert not Notice.objects.filter(unit=licheng, kind="step").exists(), "the sender is not told of it"
    assert {c.period for c in prepared.clocks.running()} == {"acknowledge"}, "the clock runs on"


def test_it_waits_for_the_leader_with_what_was_entered_and_its_hash(prepared, shijian, shijian_clerk):
    waiting = Preparation.objects.get()
    assert (waiting.step, waiting.status, waiting.prepared_by, waiting.unit) == (
        "refuse", "pending", shijian_clerk, shijian,
    )  # fmt: skip
    assert WHY.items() <= waiting.data.items()
    assert len(waiting.content_hash) == 64
    notice = Notice.objects.get(kind="sign")
    assert (notice.unit, notice.audience) == (shijian, "leaders")


def test_it_stands_among_what_the_leader_has_to_sign(prepared, desk_of, shijian_leader, shijian_clerk):
    page = desk_of(shijian_leader).get("/?show=sign")
    [row] = [row for group in page.context["groups"] for row in group["rows"]]
    assert (row["said"]["verb"], row["said"]["url"]) == ("签发", sign_page(prepared, "refuse"))
    act = desk_of(shijian_leader).get(prepared.get_absolute_url()).context["act"]
    assert act["steps"][0]["label"] == "核对并不予受理"
    assert "refuse" not in [
        s["code"] for s in desk_of(shijian_clerk).get(prepared.get_absolute_url()).context["act"]["steps"]
    ]


def test_there_is_one_at_a_time(prepared, rest, shijian_clerk):
    clerk = rest(shijian_clerk)
    steps = [s["code"] for s in clerk.get(f"transfers/{prepared.pk}/").json()["steps"]]
    assert "prepare_refuse" not in steps
    again = clerk.post(f"transfers/{prepared.pk}/steps/prepare_refuse/", {**WHY, "version": prepared.version})
    assert again.status_code == 400
    assert "已有一份待签发" in again.json()["message"]


def test_a_letter_that_cannot_be_drawn_is_neither_prepared_nor_signed(sent, rest, shijian_clerk, shijian_leader):
    body = {**WHY, "reason": "不属本局管辖\U0001f600", "version": sent.version}
    for officer, step in ((shijian_clerk, "prepare_refuse"), (shijian_leader, "refuse")):
        answer = rest(officer).post(f"transfers/{sent.pk}/steps/{step}/", body)
        assert answer.status_code == 400
        assert "\U0001f600" in answer.json()["message"]
    assert not Preparation.objects.exists()
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize("who", ["licheng_leader", "sifa_leader"])
def test_another_units_leader_neither_signs_nor_sends_back(prepared, desk_of, rest, request, who):
    officer = request.getfixturevalue(who)
    assert desk_of(officer).get(sign_page(prepared, "refuse")).status_code == 403
    for step, body in (("refuse", {}), ("send_back_refuse", {"remarks": "x"})):
        answer = rest(officer).post(f"transfers/{prepared.pk}/steps/{step}/", {**body, "version": prepared.version})
        assert answer.status_code == 403
    assert Preparation.objects.get().status == "pending"


# --- signing what was shown ---------------------------------------------------------------------------


def test_the_leader_signs_the_letter_that_the_page_shows(prepared, desk_of, shijian_clerk, shijian_leader):
    desk = desk_of(shijian_leader)
    page = desk.get(sign_page(prepared, "refuse"))
    assert page.context["content_hash"] == Preparation.objects.get().content_hash, "the clerk saw the same"
    assert len(page.context["pages"]) >= 1
    assert set(WHY.values()) <= {value for _, value in page.context["form_summary"]}
    answer = desk.post(sign_page(prepared, "refuse"), hidden(page))
    assert answer.status_code == 302
    prepared.refresh_from_db()
    assert (prepared.state, prepared.refusal_reason) == ("refused", WHY["reason"])
    letter = prepared.letters.get(kind="refusal_notice")
    assert issued_hash(letter) == page.context["content_hash"], "what was issued is what was shown"
    assert (letter.signed_by, letter.content["signed_by"]) == (shijian_leader, shijian_leader.name)
    assert ["承办人", shijian_clerk.name] in [list(row) for row in letter.content["contact"]], "who prepared it"
    waiting = Preparation.objects.get()
    assert (waiting.status, waiting.decided_by) == ("signed", shijian_leader)


def test_a_file_added_after_the_page_was_shown_makes_it_another_letter(
    signing, desk_of, desk, licheng_clerk, licheng_leader, pdf
):
    """Uploads do not bump the version; the letter lists its annexes. The hash is what notices it."""
    browser = desk_of(licheng_leader)
    page = browser.get(sign_page(signing, "issue"))
    version = signing.version
    desk.add_materials(signing, licheng_clerk, ["other"])
    signing.refresh_from_db()
    assert signing.version == version
    answer = browser.post(sign_page(signing, "issue"), hidden(page))
    assert answer.status_code == 409
    assert "有改动，没有签发" in answer.text
    signing.refresh_from_db()
    assert (signing.state, signing.letters.count()) == ("signing", 0)
    assert Preparation.objects.get().status == "pending"
    # The page that answered shows the letter as it is now; signed from there, it goes.
    assert answer.context["content_hash"] != page.context["content_hash"]
    assert browser.post(sign_page(signing, "issue"), hidden(answer)).status_code == 302
    assert issued_hash(signing.letters.get()) == answer.context["content_hash"]


def test_over_rest_the_hash_is_part_of_the_signature(signing, rest, desk, licheng_clerk, licheng_leader):
    path = f"transfers/{signing.pk}/steps/issue/"
    shown = Preparation.objects.get().content_hash
    desk.add_materials(signing, licheng_clerk, ["other"])
    leader = rest(licheng_leader)
    for body in ({"content_hash": shown}, {"content_hash": "0" * 64}, {}):
        answer = leader.post(path, {**body, "version": signing.version})
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict"), body
    signing.refresh_from_db()
    assert signing.state == "signing"


def test_over_rest_what_was_prepared_and_not_changed_since_is_signed_as_it_stands(prepared, rest, shijian_leader):
    shown = Preparation.objects.get().content_hash
    answer = rest(shijian_leader).post(f"transfers/{prepared.pk}/steps/refuse/", {"version": prepared.version})
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert issued_hash(prepared.letters.get(kind="refusal_notice")) == shown


def test_a_leaders_own_words_replace_what_was_prepared(prepared, rest, shijian_leader):
    own = {"reason": "属县住房城乡建设局管辖。", "legal_basis": "职责清单"}
    answer = rest(shijian_leader).post(f"transfers/{prepared.pk}/steps/refuse/", {**own, "version": prepared.version})
    assert answer.status_code == 200
    prepared.refresh_from_db()
    assert prepared.refusal_reason == own["reason"]
    assert Preparation.objects.get().status == "signed"


def test_a_stale_page_signs_nothing(prepared, desk_of, desk, shijian_leader):
    browser = desk_of(shijian_leader)
    page = browser.get(sign_page(prepared, "refuse"))
    desk.do(prepared, "send_back_refuse", shijian_leader, remarks="依据写到款项。")
    assert browser.post(sign_page(prepared, "refuse"), hidden(page)).status_code == 409
    assert not prepared.letters.filter(kind="refusal_notice").exists()


def test_signed_twice_from_one_page_it_is_issued_once(prepared, desk_of, shijian_leader):
    browser = desk_of(shijian_leader)
    page = browser.get(sign_page(prepared, "refuse"))
    for _ in range(2):
        assert browser.post(sign_page(prepared, "refuse"), hidden(page)).status_code == 302
    assert prepared.letters.filter(kind="refusal_notice").count() == 1


# --- sending back -------------------------------------------------------------------------------------


def test_sent_back_with_remarks_the_clerk_finds_his_words_again(prepared, desk_of, desk, shijian_leader, shijian_clerk):
    desk.do(prepared, "send_back_refuse", shijian_leader, remarks="依据写到款项。")
    waiting = Preparation.objects.get()
    assert (waiting.status, waiting.remarks, waiting.decided_by) == ("returned", "依据写到款项。", shijian_leader)
    notice = Notice.objects.get(kind="returned")
    assert notice.officer == shijian_clerk
    assert "依据写到款项。" in notice.text
    browser = desk_of(shijian_clerk)
    assert "依据写到款项。" in browser.get(prepared.get_absolute_url()).text
    page = browser.get(reverse("transfer:step", args=[prepared.pk, "prepare_refuse"]))
    assert {n: page.context["form"][n].value() for n in WHY} == WHY
    assert "依据写到款项。" in page.text


def test_prepared_anew_it_can_be_signed(prepared, desk, shijian_leader, shijian_clerk):
    desk.do(prepared, "send_back_refuse", shijian_leader, remarks="依据写到款项。")
    better = {**WHY, "legal_basis": "《无证无照经营查处办法》第二条第一款"}
    desk.do(prepared, "prepare_refuse", shijian_clerk, **better)
    record = desk.do(prepared, "refuse", shijian_leader)
    assert record.refusal_basis == better["legal_basis"]
    assert [p.status for p in record.preparations.order_by("pk")] == ["returned", "signed"]


@pytest.mark.parametrize("remarks", ["", "   "])
def test_it_is_not_sent_back_without_a_word(prepared, rest, shijian_leader, remarks):
    body = {"remarks": remarks, "version": prepared.version}
    answer = rest(shijian_leader).post(f"transfers/{prepared.pk}/steps/send_back_refuse/", body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["remarks"]
    assert Preparation.objects.get().status == "pending"


def test_there_is_nothing_to_send_back_when_nothing_was_prepared(sent, rest, shijian_leader):
    body = {"remarks": "x", "version": sent.version}
    answer = rest(shijian_leader).post(f"transfers/{sent.pk}/steps/send_back_refuse/", body)
    assert answer.status_code == 400
    steps = [s["code"] for s in rest(shijian_leader).get(f"transfers/{sent.pk}/").json()["steps"]]
    assert "send_back_refuse" not in steps


# --- who may ------------------------------------------------------------------------------------------


def steps_of(rest, officer, record):
    return [s["code"] for s in rest(officer).get(f"transfers/{record.pk}/").json()["steps"]]


def test_a_clerk_prepares_and_a_leader_signs_at_once(sent, rest, shijian_clerk, shijian_leader):
    clerks, leaders = steps_of(rest, shijian_clerk, sent), steps_of(rest, shijian_leader, sent)
    assert ("prepare_refuse" in clerks, "refuse" in clerks) == (True, False)
    assert ("prepare_refuse" in leaders, "refuse" in leaders) == (False, True)


def test_where_the_unit_lets_one_person_do_both_the_clerk_signs(sent, rest, desk_of, shijian, shijian_clerk):
    shijian.single_signature = True
    shijian.save()
    assert {"refuse", "prepare_refuse"} & set(steps_of(rest, shijian_clerk, sent)) == {"refuse"}
    browser = desk_of(shijian_clerk)
    page = browser.post(reverse("transfer:step", args=[sent.pk, "refuse"]), WHY)
    assert page.status_code == 200, "the letter is checked before it is signed, here too"
    answer = browser.post(sign_page(sent, "refuse"), {**WHY, **hidden(page)})
    assert answer.status_code == 302
    letter = sent.letters.get(kind="refusal_notice")
    assert letter.signed_by == shijian_clerk
    assert issued_hash(letter) == page.context["content_hash"]
    assert not Preparation.objects.exists()


def test_single_signature_of_another_unit_is_no_help(sent, rest, licheng, shijian_clerk):
    licheng.single_signature = True
    licheng.save()
    assert "refuse" not in steps_of(rest, shijian_clerk, sent)


def test_single_signature_gives_no_office_to_who_may_not_even_prepare(sent, rest, shijian, shijian_clerk):
    shijian.single_signature = True
    shijian.save()
    shijian_clerk.groups.clear()
    answer = rest(shijian_clerk).post(f"transfers/{sent.pk}/steps/refuse/", {**WHY, "version": sent.version})
    assert answer.status_code == 403
