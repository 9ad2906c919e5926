"""The pages of the platform with the longest names that they meet, for the browser tests that hold something of each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from infosharing import powers
from infosharing.models import Information, Subscription
from organizations.dates import today
from organizations.models import Power
from proceedings import mandates
from proceedings.materials import upload_to
from proceedings.models import Mandate
from proceedings.perform import open_proceeding, perform
from tests.complaints import helpers as complaints
from workdays.calendar import add_working_days

LONG = "金湖县戴楼街道衡阳社区经济开发区新材料产业园二期东侧某某新型环保建筑材料有限责任公司未经许可擅自堆放建筑垃圾案"


@pytest.fixture
def matters(desk, at):
    from organizations.models import Officer, Unit
    from proceedings import prints

    def officer(name):
        return Officer.objects.get(username=name)

    leader, clerk = officer("licheng_leader"), officer("licheng_clerk")
    sent = desk.send(leader, clerk=clerk, title=LONG)
    refused = desk.send(leader, clerk=clerk, receiver="shuiwu")
    desk.do(refused, "refuse", officer("shuiwu_leader"), reason="不在河道管理范围内。", legal_basis="水法第三十七条")
    signing = desk.draft(clerk)
    desk.add_materials(signing, clerk)
    desk.do(signing, "submit", clerk)
    second = desk.add_materials(desk.draft(clerk, title=LONG), clerk)
    desk.do(second, "submit", clerk)
    deputy, day = officer("licheng_clerk2"), today()
    mandates.grant(Mandate(principal=leader, delegate=deputy, first_day=day, last_day=day, remark=LONG), leader)
    later = day + timedelta(days=1)
    ended = mandates.grant(Mandate(principal=leader, delegate=clerk, first_day=later, last_day=later), leader)
    mandates.end(ended, leader)
    accepted = desk.send(leader, clerk=clerk, title=LONG)
    desk.do(accepted, "accept", officer("shijian_clerk"))
    filed = desk.do(accepted.case, "file", officer("shijian_clerk"), approved_by="shijian_leader")
    evidence = [{"name": LONG, "quantity": "2件"}]
    words = {"reason": "可能被转移。", "approved_by": "shijian_leader", "evidence_items": evidence}
    desk.do(filed, "register_evidence", officer("shijian_clerk"), **words)
    desk.do(filed, "prepare_suspend", officer("shijian_clerk"), reason=LONG * 3)
    ending = desk.send(leader, clerk=clerk)
    desk.do(ending, "accept", officer("shijian_clerk"))
    ended = desk.do(ending.case, "file", officer("shijian_clerk"), approved_by="shijian_leader")
    desk.do(
        ended, "decide", officer("shijian_clerk"), outcome="dropped", decided_on=today(), approved_by="shijian_leader"
    )
    notified, handed = complaints.notified(officer("chengguan_leader"), at, title=LONG)
    complaint = complaints.registered(clerk, at("2026-10-12 09:00"), title=LONG, place=LONG, another_matter=True)
    checked = complaints.do(complaint, "accept", clerk, at("2026-10-12 10:00"))
    upload_to(checked, desk.pdf("来信.pdf"), "complaint_material", clerk)
    answered = complaints.answered(clerk, leader, at, another_matter=True)
    heard = complaints.registered(officer("chengguan_leader"), at("2026-10-12 09:00"))
    centre = officer("zhihui_clerk")
    dispatched = complaints.registered(centre, at("2026-10-12 09:00"), title=LONG)
    complaints.do(dispatched, "dispatch", centre, at("2026-10-12 10:00"), receiver="licheng", grounds=LONG)
    undispatched = complaints.registered(centre, at("2026-10-12 09:00"), title=LONG)
    bounced, _ = complaints.refused_once(
        clerk, leader, officer("shijian_leader"), at, desk, title=LONG, another_matter=True
    )
    made = prints.ask("transfer", sent.pk, clerk)
    prints.make_pending()
    return {
        "sent": sent, "refused": refused, "signing": signing, "made": made, "letter": sent.letters.get(), "reply": answered.letters.get(),
        "scan": checked.materials.get(),
        "filed": filed, "ended": ended, "ending": ending, "notified": notified,
        "dispatched": dispatched, "undispatched": undispatched,
        **shared(officer, at), "handed": handed, "checked": checked, "heard": heard, "bounced": bounced,
        "waiting": second.preparations.get(), "unit": Unit.objects.get(code="licheng"),
    }  # fmt: skip


def shared(officer, at):
    """What is shared, asked for, taught and answered, with names as long as they get."""
    clerk, now = officer("chengguan_clerk"), timezone.now()
    to, soon = {"units": ["licheng", "taji"]}, now + timedelta(days=3)

    def opened(kind, by, **entries):
        return open_proceeding(kind, by, {"title": LONG, **entries}).record

    def done(record, step, by, **entries):
        record.refresh_from_db()
        return perform(record, step, by, entries, version=record.version).record

    words = {"category": "dynamics", "content": LONG * 3, "formed_at": now, "power": "CG-009", **to}
    item, draft = (opened("information", clerk, **words) for _ in range(2))
    columns = [
        {"name": LONG[:40], "required": "是"},
        {"name": "罚没金额（元）", "kind": "数字"},
        {"name": "截止", "kind": "日期"},
    ]
    due = add_working_days(today(), 3)
    figures = opened("data_request", clerk, wanted=LONG, purpose=LONG, due_on=due, columns=columns, **to)
    rows = [{"c1": LONG, "c2": str(10**9 + n), "c3": "2026-09-30"} for n in range(10)]
    done(figures, "answer", officer("taji_clerk"), rows=rows, words=LONG)
    training = opened("training", clerk, content=LONG, begins_at=soon, place=LONG, power="CG-009", **to)
    done(training, "enrol", officer("taji_clerk"), names=[LONG, "孙丽"], remarks=LONG)
    question = opened("question", officer("licheng_clerk"), power="CG-009", question=LONG * 2)
    power = Power.objects.get(code="CG-001")
    power.name, power.procedure_text = LONG, ""
    power.discretion_standard = f"{LONG}{LONG}"
    power.save()
    powers.share_changes()
    change = Information.objects.get(power=power)
    Subscription.objects.create(unit=clerk.unit, power=power, category="complaints", made_by=clerk)
    return {
        "item": done(item, "publish", clerk), "info_draft": draft, "figures": figures, "training": training,
        "question": done(question, "answer", clerk, answer=LONG * 2), "change": change,
    }  # fmt: skip


PAGES = [
    ("licheng_clerk", "/"),
    ("licheng_clerk", "/transfers/"),
    ("licheng_clerk", "/transfers/?state=sent&q=案&sort=due_at"),
    ("licheng_clerk", "/transfers/filter/"),
    ("licheng_clerk", "/transfers/columns/"),
    ("licheng_leader", "/transfers/views/"),
    ("licheng_clerk", "/transfers/new/"),
    ("licheng_clerk", "/transfers/{sent}/"),
    ("licheng_clerk", "/transfers/{refused}/"),
    ("licheng_clerk", "/cases/"),
    ("licheng_clerk", "/cases/new/"),
    ("licheng_clerk", "/cases/new/register_running/"),
    ("shijian_clerk", "/cases/{filed}/"),
    ("shijian_clerk", "/cases/{filed}/steps/decide/"),
    ("shijian_clerk", "/cases/{filed}/steps/dispose_evidence/"),
    ("shijian_leader", "/cases/{filed}/steps/merge/"),
    ("shijian_leader", "/cases/{filed}/steps/extend_decision/"),
    ("shijian_leader", "/cases/{filed}/sign/suspend/"),
    ("shijian_leader", "/cases/{filed}/"),
    ("shijian_clerk", "/cases/{ended}/"),
    ("shijian_clerk", "/cases/{ended}/steps/conclude/"),
    ("shijian_clerk", "/transfers/{ending}/steps/end_concluded/"),
    ("licheng_clerk", "/complaints/"),
    ("licheng_clerk", "/complaints/new/"),
    ("chengguan_leader", "/complaints/{notified}/"),
    ("licheng_clerk", "/complaints/{handed}/"),
    ("licheng_clerk", "/complaints/{checked}/steps/refer/"),
    ("licheng_clerk", "/materials/{scan}/redact/"),
    ("licheng_clerk", "/complaints/{checked}/steps/note_contact/"),
    ("licheng_clerk", "/complaints/{bounced}/"),
    ("licheng_clerk", "/complaints/{bounced}/steps/tell_progress/"),
    ("chengguan_leader", "/complaints/{handed}/steps/give_guidance/"),
    ("licheng_leader", "/complaints/{checked}/steps/reply_no_violation/"),
    ("chengguan_leader", "/complaints/{heard}/steps/notify_township/"),
    ("zhihui_clerk", "/complaints/import/"),
    ("zhihui_clerk", "/complaints/{undispatched}/steps/dispatch/"),
    ("zhihui_clerk", "/complaints/{dispatched}/"),
    ("licheng_leader", "/complaints/{dispatched}/steps/return_dispatch/"),
    ("licheng_clerk", "/information/"),
    ("licheng_clerk", "/information/feed/"),
    ("licheng_clerk", "/information/feed/?box=subscribed&category=dynamics"),
    ("chengguan_clerk", "/information/subscriptions/"),
    ("chengguan_clerk", "/information/new/"),
    ("licheng_clerk", "/information/{item}/"),
    ("licheng_clerk", "/information/{change}/"),
    ("chengguan_clerk", "/information/{item}/"),
    ("chengguan_clerk", "/information/{info_draft}/"),
    ("chengguan_clerk", "/information/{info_draft}/steps/extend/"),
    ("chengguan_clerk", "/information/{item}/steps/widen/"),
    ("chengguan_clerk", "/data-requests/"),
    ("chengguan_clerk", "/data-requests/new/"),
    ("chengguan_clerk", "/data-requests/{figures}/"),
    ("licheng_clerk", "/data-requests/{figures}/"),
    ("licheng_clerk", "/data-requests/{figures}/steps/answer/"),
    ("taji_clerk", "/data-requests/{figures}/steps/amend/"),
    ("chengguan_clerk", "/trainings/new/"),
    ("chengguan_clerk", "/trainings/{training}/"),
    ("chengguan_clerk", "/trainings/{training}/steps/hold/"),
    ("licheng_clerk", "/trainings/{training}/steps/enrol/"),
    ("licheng_clerk", "/questions/new/"),
    ("licheng_clerk", "/questions/{question}/"),
    ("licheng_clerk", "/powers/"),
    ("licheng_clerk", "/powers/?q=某&box=held"),
    ("licheng_clerk", "/powers/CG-001/"),
    ("chengguan_clerk", "/powers/CG-001/edit/"),
    ("chengguan_clerk", "/powers/gaps/"),
    ("licheng_clerk", "/letters/"),
    ("licheng_clerk", "/letters/{letter}/"),
    ("licheng_clerk", "/letters/{reply}/mailing/"),
    ("licheng_clerk", "/prints/{made}/"),
    ("licheng_clerk", "/notices/"),
    ("licheng_clerk", "/calendar/2026/"),
    ("licheng_clerk", "/password/"),
    ("tajiziran_clerk", "/"),
    ("tajiziran_clerk", "/me/"),
    ("licheng_clerk", "/me/"),
    ("admin", "/setup/"),
    ("licheng_clerk", "/new/"),
    ("licheng_clerk", "/search/?q=某"),
    ("licheng_clerk", "/handbook/"),
    ("licheng_clerk", "/verify/"),
    ("licheng_leader", "/transfers/{signing}/sign/issue/"),
    ("licheng_leader", "/"),
    ("licheng_leader", "/signing/"),
    ("licheng_leader", "/signing/?queue={waiting}"),
    ("licheng_leader", "/mandates/"),
    ("licheng_clerk2", "/mandates/"),
    ("licheng_clerk2", "/signing/"),
    ("shijian_clerk", "/mandates/"),
    ("licheng_leader", "/transfers/{sent}/steps/withdraw/"),
    ("shijian_clerk", "/transfers/{sent}/steps/accept/"),
    ("shijian_clerk", "/transfers/{sent}/steps/prepare_refuse/"),
    ("shijian_clerk", "/transfers/{sent}/steps/request_supplement/"),
]
# Django's pages in the platform's look; their help is the handbook in the menu.
ADMIN_PAGES = [
    ("admin", "/admin/"),
    ("admin", "/admin/organizations/officer/"),
    ("admin", "/admin/proceedings/clock/"),
    ("admin", "/admin/organizations/unit/{unit}/change/"),
    ("admin", "/admin/organizations/unit/{unit}/delete/"),
    ("admin", "/admin/organizations/unit/{unit}/merge/"),
    ("admin", "/admin/organizations/dutyshift/add/"),
    ("admin", "/admin/workdays/calendarday/"),
]


def addresses(matters, part=0, parts=1):
    """(officer, path as above, address) of every `parts`-th page from `part` on."""
    records = {name: record.pk for name, record in matters.items()}
    return [(officer, path, path.format(**records)) for officer, path in (PAGES + ADMIN_PAGES)[part::parts]]
