"""授权代签: while the leader is away, an officer of his unit signs and sends back for him (docs/adr/0022).

周建国, leader of 黎城街道, is away from 25 to 27 November 2026 and has named 孙晓燕 (licheng_clerk2); 赵明 (licheng_clerk)
writes the letters. The refusal of a transfer shows that it is the engine's, not the transfer letter's.
"""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse

from organizations.models import Officer, Posting, Unit
from proceedings import mandates
from proceedings.errors import NotPermitted
from proceedings.models import Event, Mandate, Notice, Preparation
from proceedings.notices import readers
from proceedings.perform import perform

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 25), date(2026, 11, 27)
BEFORE, DURING = "2026-11-24 17:00 +0800", "2026-11-25 09:00 +0800"


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(DURING, tick=False) as clock:
        yield clock


@pytest.fixture
def deputy(db):
    return Officer.objects.get(username="licheng_clerk2")


@pytest.fixture
def begin(licheng_leader, deputy):
    """begin(delegate=…, first_day=…): the leader names somebody."""

    def make(by=None, **changes):
        wish = {"principal": licheng_leader, "delegate": deputy, "first_day": FIRST, "last_day": LAST} | changes
        return mandates.grant(Mandate(**wish), by or licheng_leader)

    return make


@pytest.fixture
def signing(desk, licheng_clerk):
    draft = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk)
    return desk.do(draft, "submit", licheng_clerk)


def again(officer):
    """The officer as the next request meets him."""
    return Officer.objects.select_related("unit").get(pk=officer.pk)


def issue(rest, officer, record, **body):
    record.refresh_from_db()
    return rest(officer).post(f"transfers/{record.pk}/steps/issue/", {"version": record.version, **body})


def send_back(rest, officer, record):
    record.refresh_from_db()
    body = {"version": record.version, "remarks": "请写明时间。"}
    return rest(officer).post(f"transfers/{record.pk}/steps/send_back/", body)


# --- what it gives ------------------------------------------------------------------------------------


def test_without_a_mandate_a_clerk_neither_signs_nor_sends_back(signing, rest, deputy):
    assert issue(rest, deputy, signing).status_code == 403
    assert send_back(rest, deputy, signing).status_code == 403


def test_the_delegate_signs_for_the_leader_and_everything_says_so(begin, signing, rest, deputy, licheng_leader):
    begin()
    answer = issue(rest, deputy, signing)
    assert (answer.status_code, answer.json()["state"]) == (200, "sent")
    event = Event.objects.get(proceeding=signing, step="issue")
    assert (event.officer, event.behalf_of, event.behalf_name) == (deputy, licheng_leader, "周建国")
    letter = signing.letters.get()
    assert letter.signed_by == deputy
    assert letter.content["signed_by"] == "孙晓燕（受周建国委托签发）"
    assert answer.json()["letters"][0]["signer"] == "孙晓燕（受周建国委托签发）"
    assert answer.json()["timeline"][-1]["behalf_of"] == "周建国"


def test_timeline_and_letter_name_both(begin, signing, rest, desk_of, deputy, licheng_clerk):
    begin()
    issue(rest, deputy, signing)
    page = desk_of(licheng_clerk).get(signing.get_absolute_url())
    assert "孙晓燕（受周建国委托）" in page.text
    assert "孙晓燕（受周建国委托签发）" in desk_of(licheng_clerk).get(f"/letters/{signing.letters.get().pk}/").text


def test_the_delegate_sends_back_with_remarks(begin, signing, rest, deputy, licheng_leader):
    begin()
    answer = send_back(rest, deputy, signing)
    assert (answer.status_code, answer.json()["state"]) == (200, "draft")
    assert Preparation.objects.get().decided_by == deputy
    assert Event.objects.get(proceeding=signing, step="send_back").behalf_of == licheng_leader


def test_any_step_that_is_signed_is_covered_by_the_one_mandate(
    desk, rest, licheng_leader, shijian_leader, shijian_clerk
):
    """The engine's own pair, 拟…送签 and 退回修改, of the receiving unit's refusal."""
    sent = desk.send(licheng_leader)
    second = Officer.objects.get(username="shijian_clerk2")
    mandates.grant(Mandate(principal=shijian_leader, delegate=second, first_day=FIRST, last_day=LAST), shijian_leader)
    why = {"reason": "当事人已领营业执照。", "legal_basis": "第二条"}
    record = desk.do(sent, "prepare_refuse", shijian_clerk, **why)
    answer = rest(second).post(f"transfers/{sent.pk}/steps/refuse/", {"version": record.version})
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert Event.objects.get(proceeding=sent, step="refuse").behalf_name == shijian_leader.name


def test_nothing_else_of_the_leaders_office_is_lent(begin, signing, rest, deputy):
    begin()
    steps = {s["code"] for s in rest(deputy).get(f"transfers/{signing.pk}/").json()["steps"]}
    assert {"issue", "send_back"} <= steps
    assert not {"withdraw", "assign", "lift_urgency"} & steps
    body = {"version": signing.version, "reason": "重复", "cause": "duplicate"}
    answer = rest(deputy).post(f"transfers/{signing.pk}/steps/withdraw/", body)
    assert answer.status_code == 403
    assert "您在本单位的岗位不能办理" in answer.json()["message"], "whatever was prepared"


def test_the_leader_himself_signs_as_before_and_for_nobody(begin, signing, rest, licheng_leader):
    begin()
    assert issue(rest, licheng_leader, signing).status_code == 200
    assert Event.objects.get(proceeding=signing, step="issue").behalf_of is None


def test_the_leader_reads_what_was_signed_in_his_name(begin, signing, rest, deputy, licheng_leader):
    begin()
    issue(rest, deputy, signing)
    notice = Notice.objects.get(kind="behalf")
    assert notice.officer == licheng_leader
    assert notice.text == f"孙晓燕受您委托办理“{signing.procedure.steps['issue'].verb}”：{signing.title}"


# --- two persons see every letter ---------------------------------------------------------------------


def test_nobody_signs_by_a_mandate_what_he_prepared_himself(begin, signing, rest, desk_of, licheng_clerk):
    begin(delegate=licheng_clerk)
    answer = issue(rest, licheng_clerk, signing)
    assert answer.status_code == 403
    assert "不能签发自己拟的公文" in answer.json()["message"]
    steps = [s["code"] for s in rest(licheng_clerk).get(f"transfers/{signing.pk}/").json()["steps"]]
    assert "issue" not in steps
    page = desk_of(licheng_clerk).get(reverse("transfer:sign", args=[signing.pk, "issue"]))
    assert page.status_code == 403
    row = [r for g in desk_of(licheng_clerk).get("/").context["groups"] for r in g["rows"]][0]
    assert row["said"]["verb"] == "等待"


def test_nor_what_nobody_prepared(begin, desk, rest, desk_of, deputy):
    begin()
    draft = desk.add_materials(desk.draft(deputy), deputy)
    answer = issue(rest, deputy, draft)
    assert answer.status_code == 403
    assert "没有待签发的文稿" in answer.json()["message"]
    assert desk_of(deputy).get(reverse("transfer:step", args=[draft.pk, "issue"])).status_code == 403


def test_nor_other_words_than_those_that_were_prepared(
    begin, desk, rest, licheng_leader, shijian_leader, shijian_clerk
):
    sent = desk.send(licheng_leader)
    second = Officer.objects.get(username="shijian_clerk2")
    mandates.grant(Mandate(principal=shijian_leader, delegate=second, first_day=FIRST, last_day=LAST), shijian_leader)
    why = {"reason": "当事人已领营业执照。", "legal_basis": "第二条"}
    record = desk.do(sent, "prepare_refuse", shijian_clerk, **why)
    path = f"transfers/{sent.pk}/steps/refuse/"
    answer = rest(second).post(path, {**why, "reason": "属他局管辖。", "version": record.version})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["reason"])
    assert rest(second).post(path, {**why, "version": record.version}).status_code == 200


# --- from the first day to the last -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        ("2026-11-24 23:59:59 +0800", False),
        ("2026-11-25 00:00:00 +0800", True),
        ("2026-11-27 23:59:59 +0800", True),
        ("2026-11-28 00:00:00 +0800", False),
    ],
)
def test_it_runs_by_days_of_beijing_and_ends_by_itself(begin, wednesday, signing, rest, deputy, moment, may):
    wednesday.move_to(BEFORE)
    begin()
    wednesday.move_to(moment)
    answer = issue(rest, deputy, signing)
    assert answer.status_code == (200 if may else 403)
    assert bool(Event.objects.filter(step="issue").exists()) is may


def test_ended_early_it_is_over_at_once(begin, signing, rest, deputy, licheng_leader):
    mandate = begin()
    assert mandates.end(mandate, licheng_leader)
    assert not mandates.end(mandate, licheng_leader), "once"
    assert issue(rest, deputy, signing).status_code == 403


def test_ended_while_the_page_stood_open_nothing_is_signed(begin, signing, deputy, licheng_leader):
    """The officer was met with the right in hand; under the lock it is gone."""
    mandate = begin()
    deputy = again(deputy)
    assert mandates.held(deputy), "known before"
    mandates.end(mandate, licheng_leader)
    with pytest.raises(NotPermitted, match="周建国的授权代签已经结束"):
        perform(signing, "issue", deputy, {}, version=signing.version)
    with pytest.raises(NotPermitted):
        perform(signing, "send_back", deputy, {"remarks": "x"}, version=signing.version)
    assert Preparation.objects.get().status == "pending"


@pytest.mark.parametrize("fate", ["leader dismissed", "leader gone", "leader moved", "delegate moved"])
def test_it_falls_with_the_office_that_it_lends(begin, signing, rest, deputy, licheng_leader, taji, fate):
    begin()
    if fate == "leader dismissed":
        licheng_leader.groups.set(Group.objects.filter(name="经办人"))
    elif fate == "leader gone":
        Officer.objects.filter(pk=licheng_leader.pk).update(is_active=False)
    else:
        Officer.objects.filter(pk=(licheng_leader if "leader" in fate else deputy).pk).update(unit=taji)
    assert issue(rest, deputy, signing).status_code in (403, 404)
    assert mandates.held(again(deputy)) == (), "and no notice of the leader's reaches him"


def test_away_in_another_capacity_nobody_signs_for_his_leader(begin, deputy, taji):
    begin()
    Posting.objects.create(officer=deputy, unit=taji, valid_from=FIRST)
    away = again(deputy)
    assert mandates.held(away)
    assert away.act_for("taji")
    assert mandates.held(away) == ()


def test_what_has_run_out_is_written_down_once(begin, wednesday):
    mandate = begin()
    assert mandates.close_run_out() == 0
    wednesday.move_to("2026-11-28 03:20 +0800")
    assert (mandates.close_run_out(), mandates.close_run_out()) == (1, 0)
    last = mandate.history.first()
    assert (last.history_change_reason, last.ended_by) == ("到期", None)


# --- beginning it -------------------------------------------------------------------------------------


def refused(begin, words, **changes):
    with pytest.raises(ValidationError) as caught:
        begin(**changes)
    said = " ".join(caught.value.messages)
    assert words in said, said
    return caught.value.message_dict


def test_not_to_oneself(begin, licheng_leader):
    refused(begin, "不能委托给自己", delegate=licheng_leader)


def test_not_to_who_has_left(begin, deputy):
    Officer.objects.filter(pk=deputy.pk).update(is_active=False)
    refused(begin, "账号已停用", delegate=again(deputy))


def test_not_to_another_unit(begin, taji_clerk):
    refused(begin, "不是黎城街道的人员", delegate=taji_clerk)


def test_nor_to_who_is_only_stationed_here(begin, taji_clerk, licheng):
    Posting.objects.create(officer=taji_clerk, unit=licheng, valid_from=FIRST)
    refused(begin, "不是黎城街道的人员", delegate=taji_clerk)


def test_a_member_of_a_body_that_acts_in_the_units_name_may(begin, licheng, deputy):
    body = Unit.objects.create(
        code="lc-zf", name="黎城街道综合行政执法局", short_name="黎城执法局", kind="internal", parent=licheng
    )
    Officer.objects.filter(pk=deputy.pk).update(unit=body)
    begin(delegate=again(deputy))
    assert mandates.held(again(deputy))


def test_only_by_a_leader(begin, licheng_clerk):
    refused(begin, "不是在岗的负责人", principal=licheng_clerk)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (FIRST - timedelta(1), LAST, "不能早于今天"),
        (LAST, FIRST, "截止日期不能早于起始日期"),
        (FIRST, FIRST + timedelta(90), "最长 90 天"),
        (FIRST + timedelta(181), FIRST + timedelta(181), "180 天以内"),
    ],
)
def test_its_days_are_bounded(begin, first, last, words):
    refused(begin, words, first_day=first, last_day=last)


def test_the_longest_and_the_shortest(begin):
    begin(last_day=FIRST)
    begin(first_day=FIRST + timedelta(1), last_day=FIRST + timedelta(90))


@pytest.mark.parametrize(("first", "last"), [(24 + 1, 25), (27, 30), (26, 26)])
def test_nobody_is_away_twice(begin, licheng_clerk, first, last):
    begin()
    refused(
        begin,
        "已委托孙晓燕代签",
        delegate=licheng_clerk,
        first_day=date(2026, 11, first),
        last_day=date(2026, 11, last),
    )


def test_one_may_follow_the_other(begin, licheng_clerk, licheng_leader):
    first = begin()
    begin(delegate=licheng_clerk, first_day=LAST + timedelta(1), last_day=LAST + timedelta(2))
    mandates.end(first, licheng_leader)
    begin(delegate=licheng_clerk)


def test_nobody_signs_who_is_away_himself(begin, licheng_leader, deputy):
    deputy.groups.add(Group.objects.get(name="负责人"))
    second, third = again(deputy), Officer.objects.get(username="licheng_clerk")
    begin(principal=second, delegate=third)
    refused(begin, "自己也委托了他人代签", delegate=second)
    Mandate.objects.all().delete()
    begin(delegate=second)
    refused(begin, "受周建国委托代签", principal=second, delegate=third)


# --- worklist, notices, log ---------------------------------------------------------------------------


def test_the_delegate_finds_it_among_what_he_has_to_sign(begin, signing, desk_of, deputy):
    desk = desk_of(deputy)
    assert "sign" not in [f["code"] for f in desk.get("/").context["filters"]]
    begin()
    page = desk.get("/?show=sign")
    assert {f["code"]: f["count"] for f in page.context["filters"]}["sign"] == 1
    [row] = [r for g in page.context["groups"] for r in g["rows"]]
    assert (row["said"]["verb"], row["said"]["url"]) == ("签发", reverse("transfer:sign", args=[signing.pk, "issue"]))


def test_what_he_prepared_himself_is_not_counted(begin, signing, desk_of, licheng_clerk):
    begin(delegate=licheng_clerk)
    page = desk_of(licheng_clerk).get("/?show=sign")
    assert {f["code"]: f["count"] for f in page.context["filters"]}["sign"] == 0
    assert page.context["has_rows"] is False
    assert "没有待您签发的公文" in desk_of(licheng_clerk).get("/signing/", follow=True).text


def test_the_notices_of_the_leader_reach_him_while_it_runs(begin, signing, wednesday, deputy, licheng_leader):
    notice = Notice.objects.get(kind="sign")
    assert licheng_leader in readers(notice)
    assert deputy not in readers(notice)
    assert not Notice.objects.for_officer(again(deputy)).filter(pk=notice.pk)
    begin()
    assert {licheng_leader, deputy} <= set(readers(notice))
    assert Notice.objects.for_officer(again(deputy)).filter(pk=notice.pk)
    wednesday.move_to("2026-11-28 09:00 +0800")
    assert licheng_leader in readers(notice)
    assert deputy not in readers(notice)
    assert not Notice.objects.for_officer(again(deputy)).filter(pk=notice.pk)


def test_both_are_told_and_every_beginning_and_ending_is_logged(begin, deputy, licheng_leader, admin_officer, caplog):
    caplog.set_level("INFO", "jinhu.security")
    mandate = begin(by=admin_officer)
    mandates.end(mandate, admin_officer)
    told = {(n.officer.username, n.kind) for n in Notice.objects.filter(kind="mandate")}
    assert told == {("licheng_clerk2", "mandate"), ("licheng_leader", "mandate")}
    assert Notice.objects.filter(kind="mandate").count() == 4
    events = [(r.event, r.user, r.delegate) for r in caplog.records if hasattr(r, "mandate")]
    assert events == [
        ("mandate_begun", admin_officer.pk, deputy.pk), ("mandate_ended", admin_officer.pk, deputy.pk),
    ]  # fmt: skip
    assert [h.history_type for h in mandate.history.all()] == ["~", "+"]
