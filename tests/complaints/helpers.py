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


# --- referred -----------------------------------------------------------------------------------------

REFER = {"receiver": "shijian", "grounds": "无证经营归市场监督管理局管辖。"}
REFUSAL = {"reason": "已下放镇街。", "legal_basis": "赋权清单第3项"}


def referred(clerk, at, receiver="shijian", **changes):
    """(the complaint, its transfer), referred on Tuesday."""
    words = {**REFER, "receiver": receiver}
    complaint = do(checking(clerk, at, **changes), "refer", clerk, at("2026-10-13 09:00"), **words)
    return complaint, opened_from(complaint, "transfer")


def issued(clerk, leader, at, desk, **changes):
    """Its transfer is delivered on Tuesday afternoon."""
    complaint, transfer = referred(clerk, at, **changes)
    desk.add_materials(transfer, clerk, ("complaint_material", "evidence"))
    return complaint, desk.do(transfer, "issue", leader, at("2026-10-13 15:00"))


def accepted(clerk, leader, receiver, at, desk, **changes):
    """(the complaint, its transfer, the receiver's own), accepted on Thursday."""
    complaint, transfer = issued(clerk, leader, at, desk, receiver=receiver.unit.code, **changes)
    desk.do(transfer, "accept", receiver, at("2026-10-15 10:00"))
    complaint.refresh_from_db()
    return complaint, transfer, opened_from(complaint, "complaint")


def refused_once(clerk, leader, refuser, at, desk, **changes):
    """(the complaint, its transfer), not accepted on Thursday."""
    complaint, transfer = issued(clerk, leader, at, desk, receiver=refuser.unit.code, **changes)
    transfer = desk.do(transfer, "refuse", refuser, at("2026-10-15 10:00"), **REFUSAL)
    complaint.refresh_from_db()
    return complaint, transfer
