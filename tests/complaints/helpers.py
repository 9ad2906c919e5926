"""Words for the tests of complaints."""

from proceedings.perform import open_proceeding, perform

MONDAY = "2026-10-12 09:00"
WHO = {"name": "张晓梅", "phone": "13800131234", "number": "320831199003071239", "address": "健康西路18号"}
ENTRIES = {
    "channel": "phone", "nature": "complaint", "title": "某烧烤店夜间占道经营", "subject": "某烧烤店", "place": "工园路12号",
    "township": "licheng", "facts": "店家每晚在人行道摆放桌椅经营。", "request": "要求清理。",
    "consent_share": True, **WHO,
}  # fmt: skip
ANONYMOUS = {"anonymous": True, **dict.fromkeys(WHO, "")}


def registered(officer, now, **changes):
    return open_proceeding("complaint", officer, {**ENTRIES, **changes}, now=now).record


def do(complaint, step, officer, now, **entries):
    complaint.refresh_from_db()
    return perform(complaint, step, officer, entries, version=complaint.version, now=now).record


def checking(officer, at, now=MONDAY, **changes):
    return do(registered(officer, at(now), **changes), "accept", officer, at(now))


def answered(clerk, leader, at, **changes):
    """Checked on Monday and answered on Tuesday."""
    words = {"finding": "none", "reply": "经现场核实，未发现占道经营。"}
    return do(checking(clerk, at, **changes), "reply_no_violation", leader, at("2026-10-13 10:00"), **words)


def opened_from(record, kind):
    from proceedings.models import Proceeding

    return Proceeding.objects.get(origin_id=record.pk, kind=kind).child


def notified(department_leader, at, clerk=None, **changes):
    """(the department's complaint, the township's own)"""
    complaint = registered(clerk or department_leader, at(MONDAY), **changes)
    complaint = do(
        complaint, "notify_township", department_leader, at("2026-10-12 15:00"), township="licheng",
        grounds="占道经营的处罚权已下放黎城街道。",
    )  # fmt: skip
    return complaint, opened_from(complaint, "complaint")
