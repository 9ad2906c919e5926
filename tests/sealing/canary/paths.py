"""Every path that a complaint can take (M3.2), one line each, walked through the real steps.

An act is "WHO STEP", by default of the complaint; "own:" is the township's complaint that a department's notice opened,
"transfer:" and "case:" are the last ones that were opened from it. "+KIND" adds a material, "+scan" a scan that gives the
complainant away, and its copy with black bars.
"""

from django.utils import timezone

from proceedings.models import Proceeding

OPEN = "licheng_clerk open"
CHECK = f"{OPEN}, licheng_clerk accept"
FILED = f"{CHECK}, licheng_clerk file_case"
REFER = f"{CHECK}, licheng_clerk refer"
SENT = f"{CHECK}, licheng_clerk +scan, licheng_clerk refer, transfer:licheng_clerk +evidence, transfer:licheng_leader issue"
REFUSED = f"{SENT}, transfer:shijian_leader refuse"
NOTIFIED = "chengguan_clerk open, chengguan_clerk +scan, chengguan_leader notify_township"
TOLD = "licheng_clerk inform_complainant"

PATHS = {
    "registered": OPEN,
    "intake refused": f"{OPEN}, licheng_leader refuse_intake, {TOLD}",
    "answered": f"{CHECK}, licheng_leader reply_no_violation, {TOLD}",
    "prepared, sent back, signed": f"{CHECK}, licheng_clerk prepare_reply_no_violation, "
    "licheng_leader send_back_reply_no_violation, licheng_clerk prepare_reply_no_violation, licheng_leader reply_no_violation",
    "withdrawn": f"{CHECK}, licheng_clerk withdraw, licheng_leader reply_no_violation",
    "case not filed": f"{FILED}, case:licheng_leader not_file, {TOLD}",
    "case concluded": f"{FILED}, case:licheng_clerk file, case:licheng_clerk decide, case:licheng_clerk conclude:case, {TOLD}",
    "referred, accepted": f"{SENT}, transfer:shijian_clerk accept, {TOLD}, transfer:shijian_clerk report, "
    "transfer:licheng_clerk close",
    "referred, refused, referred again": f"{REFUSED}, licheng_clerk refer:again",
    "referred, refused, taken back": f"{REFUSED}, transfer:licheng_clerk take_back",
    "referred, refused, told so": f"{REFUSED}, licheng_clerk tell_progress",
    "dispatched, answered": "zhihui_clerk open, zhihui_clerk dispatch, licheng_clerk accept, "
    f"licheng_leader reply_no_violation, {TOLD}",
    "dispatched, returned": "zhihui_clerk open, zhihui_clerk dispatch, licheng_leader return_dispatch",
    "referred, refused, sent on": f"{REFUSED}, transfer:licheng_clerk reroute",
    "referral withdrawn": f"{REFER}, transfer:licheng_leader withdraw",
    "referral lost, checked again": f"{REFER}, licheng_clerk resume_checking",
    "the department's own": "chengguan_clerk open, chengguan_clerk accept, chengguan_leader reply_no_violation",
    "notified, answered, fed back": f"{NOTIFIED}, own:licheng_clerk accept, own:licheng_leader reply_no_violation, "
    "own:licheng_clerk inform_complainant, own:licheng_clerk feed_back",
    "notified, refused, fed back": f"{NOTIFIED}, own:licheng_leader refuse_intake, own:licheng_clerk feed_back",
    "notified, returned, notified again": f"{NOTIFIED}, own:licheng_leader return_notice, chengguan_leader notify_township:again",
    "notified, referred": f"{NOTIFIED}, own:licheng_clerk accept, own:licheng_clerk refer",
}  # fmt: skip

REPLY = {"finding": "none", "reply": "经现场核实，未发现违法行为。"}
WORDS = {
    "refuse_intake": {"reason": "反映的是民事纠纷。", "remedies": "可以向人民法院起诉。"},
    "reply_no_violation": REPLY,
    "prepare_reply_no_violation": REPLY,
    "send_back_reply_no_violation": {"remarks": "请写明检查日期。"},
    "inform_complainant": {"way": "phone"},
    "tell_progress": {"way": "phone", "content": "移送没有受理，正在另行处理。"},
    "dispatch": {"receiver": "licheng", "grounds": "事发地在黎城街道。"},
    "return_dispatch": {"reason": "不归本街道管辖。"},
    "withdraw": {"reason": "已经和解。"},
    "resume_checking": {"reason": "移送另行处理。"},
    "conclude": {"result": "已处理。"},
    "conclude:case": {"result": "已处理。", "conclusion": "dropped"},
    "refer": {"receiver": "shijian", "grounds": "无证经营归市场监督管理局管辖。"},
    "refer:again": {"receiver": "shuiwu", "grounds": "向河道排放油污归水务局管辖。"},
    "notify_township": {"township": "licheng", "grounds": "占道经营的处罚权已下放。"},
    "notify_township:again": {"township": "taji", "grounds": "在塔集镇。"},
    "return_notice": {"reason": "该事项没有下放。"},
    "feed_back": {"result": "已处理，未发现违法行为。"},
    "refuse": {"reason": "已下放镇街。", "legal_basis": "赋权清单第3项"},
    "take_back": {"reason": "另行移送。"},
    "reroute": {"receiver": "shuiwu", "grounds": "归水务局管辖。"},
    "report": {"outcome": "已责令改正。"},
    "not_file": {"reason": "情节轻微，已经改正。"},
    "file": {"approved_by": "licheng_leader"},
    "decide": {"outcome": "dropped", "approved_by": "licheng_leader", "decided_on": None},  # today
}


def acts(path):
    """[(of which matter, who, step, its words)]"""
    for act in PATHS[path].split(", "):
        who, step = act.split()
        matter, _, who = who.rpartition(":")
        words = {name: value or str(timezone.localdate()) for name, value in WORDS.get(step, {}).items()}
        yield matter or "complaint", who, step.partition(":")[0], words


def opened_from(complaint, matter):
    kind = {"own": "complaint"}.get(matter, matter)
    return Proceeding.objects.filter(origin_id=complaint.pk, kind=kind).latest("pk").child


def walk(path, doors, person, entries):
    """Walk `path` with a new complaint of `person`; `doors` opens, does, adds materials."""
    complaint = None
    for matter, who, step, words in acts(path):
        if step == "open":
            complaint = doors.open(who, {**entries, **person.entries})
            continue
        record = complaint if matter == "complaint" else opened_from(complaint, matter)
        record.refresh_from_db()
        if step == "+scan":
            doors.scan(record, who, person)
        elif step.startswith("+"):
            doors.add_material(record, who, step[1:])
        else:
            doors.do(record, who, step, words)
    return complaint
