"""The stories of three complaints over REST alone, against a running server: referred by a transfer, refused once,
referred again and accepted; turned into a case and told its result; notified to the township and fed back.

    python -m tests.rest.complaint_story http://127.0.0.1:8000 [PASSWORD]

Standard library only, like story.py beside it.
"""

import json
import sys
import uuid
from datetime import date, datetime

from .story import SHANGHAI, Client, check, clock, opened, say

WHO = {"name": "张晓梅", "phone": "13800131234", "number": "320831199003071239", "address": "健康西路18号"}
ABOUT = {
    "channel": "phone", "nature": "complaint", "title": "某烧烤店夜间占道经营", "subject": "某烧烤店", "place": "工园路12号",
    "township": "licheng", "facts": "店家每晚在人行道摆放桌椅经营。", "request": "要求清理。", "consent_share": True,
}  # fmt: skip


def hidden(answer, what):
    """No answer gives the complainant back, not even to whoever has just typed it."""
    text = json.dumps(answer, ensure_ascii=False)
    check(not any(secret in text for secret in WHO.values()), f"{what} tells who complained")
    return answer


class Desks:
    def __init__(self, base, password):
        self.base, self.password, self.made = base, password, {}

    def __getattr__(self, username):
        if username not in self.made:
            self.made[username] = Client(self.base, username, self.password)
        return self.made[username]


def registered(clerk, **changes):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {**ABOUT, **WHO, **changes}
    complaint = hidden(clerk.call("POST", "/api/complaints/", body, 201, key), "a registration")
    again = clerk.call("POST", "/api/complaints/", body, (200, 201), key)
    check(again["id"] == complaint["id"], "the same request twice registers one complaint")
    check(complaint["state"] == "registered" and complaint["number"].startswith("诉"), "registered and numbered")
    return complaint


def read(client, record):
    return hidden(client.call("GET", record["url"]), "a record")


def bad_entries(desks):
    clerk = desks.licheng_clerk
    told = hidden(
        clerk.call("POST", "/api/complaints/", {**ABOUT, **WHO, "facts": f"{WHO['name']}反映占道"}, 400), "an error"
    )
    check("facts" in told["fields"], "a text that names the complainant is refused")
    told = clerk.call("POST", "/api/complaints/", {**ABOUT, **WHO, "anonymous": True}, 400)
    check("anonymous" in told["fields"], "who is anonymous has no name")
    told = clerk.call("POST", "/api/complaints/", {**ABOUT, "name": WHO["name"]}, 400)
    check("phone" in told["fields"], "who gives a name can be reached")


def referred(desks):
    """The township is not competent: a transfer that is refused, then another one that is accepted (M3.2.1)."""
    clerk, leader, stranger = desks.licheng_clerk, desks.licheng_leader, desks.taji_clerk
    complaint = registered(clerk, title="某超市无证经营冷食")
    check(complaint["holder"]["code"] == "licheng", "who is told first answers for it (M3.2.0)")
    check(clock(complaint, "complaint_first_handling")["unit"]["code"] == "licheng", "in three working days")
    stranger.call("GET", complaint["url"], expect=404)
    stranger.step(complaint, "accept", expect=404)
    found = stranger.call("GET", f"/api/complaints/?q={complaint['number'].encode().hex()}")
    check(found["count"] == 0, "a stranger's list counts none")

    scan = clerk.upload(complaint, "complaint_material", "来信.pdf")
    stranger.call("GET", scan["url"], expect=404)
    checking = clerk.step(complaint, "accept")
    sent_on = clerk.step(checking, "refer", receiver="shijian", grounds="食品经营许可的查处属市场监督管理局职责。")
    check(sent_on["state"] == "referred", "what must be done stands in the transfer")
    check(clock(sent_on, "complaint_first_handling")["on_time"] is True, "first handled in time")
    transfer = opened(clerk, sent_on, "transfer")
    check(transfer["state"] == "draft" and transfer["materials"] == [], "a draft, without the scan as it came")
    desks.shijian_clerk.call("GET", transfer["url"], expect=404)

    transfer = issued(desks, transfer)
    check(transfer["origin"] == complaint["id"], "the transfer is the complaint's")
    department = desks.shijian_clerk
    department.call("GET", complaint["url"], expect=404)
    department.call("GET", scan["url"], expect=404)
    hidden(department.call("GET", transfer["url"]), "a transfer")
    refused = desks.shijian_leader.step(transfer, "refuse", reason="已下放镇街。", legal_basis="赋权清单第3项")
    check(refused["state"] == "refused", "refused with reason and basis")
    back = read(clerk, complaint)
    check(back["state"] == "checking", "the complaint is back in checking")
    fresh = clock(back, "complaint_first_handling")
    check(fresh["state"] == "running" and fresh["on_time"] is None, "with a period of its own")

    again = clerk.step(back, "refer", receiver="shuiwu", grounds="向河道排放油污归水务局管辖。")
    check(again["state"] == "referred", "referred again, by re-routing the transfer that was refused")
    second = opened(clerk, read(clerk, refused), "transfer")
    check(second["id"] != transfer["id"] and second["case"] == transfer["case"], "a new transfer of the same case")
    accepted = desks.shuiwu_clerk.step(issued(desks, second), "accept")
    check(accepted["state"] == "accepted", "accepted")
    ended = read(clerk, complaint)
    check(
        ended["state"] == "result" and "县水务局" in ended["record"]["outcome"], "the receiver is first in charge now"
    )
    leader.step(ended, "inform_complainant", expect=400, way="impossible")
    told = clerk.step(ended, "inform_complainant", way="phone")
    check((told["state"], told["is_open"]) == ("closed", False), "closed once the complainant was told")
    check(clock(told, "complaint_inform")["on_time"] is True, "in seven working days (M3.2.3)")
    say("referred:", " → ".join(e["said"] for e in told["timeline"] if e["version"]))


def issued(desks, transfer):
    desks.licheng_clerk.upload(transfer, "inspection_record", "现场检查记录.pdf")
    desks.licheng_clerk.upload(transfer, "evidence", "现场照片.pdf")
    return desks.licheng_leader.step(transfer, "issue")


def filed(desks):
    """A violation: a case, whose conclusion is the complaint's result (M3.2.1)."""
    clerk = desks.licheng_clerk
    complaint = clerk.step(clerk.step(registered(clerk), "accept"), "file_case")
    check(complaint["state"] == "in_case", "a case of its own")
    case = opened(clerk, complaint, "case")
    check(case["origin"] == complaint["id"] and case["record"]["source"] == "complaint", "opened from the complaint")
    hidden(case, "a case")
    today = datetime.now(SHANGHAI).date().isoformat()
    case = clerk.step(case, "file", approved_by="licheng_leader")
    case = clerk.step(case, "decide", outcome="dropped", decided_on=today, approved_by="licheng_leader")
    clerk.step(case, "conclude", expect=400, result=f"{WHO['name']}反映属实。", conclusion="dropped")
    case = clerk.step(case, "conclude", result="已清理，撤销立案。", conclusion="dropped")
    check(case["state"] == "concluded", "concluded")
    ended = read(clerk, complaint)
    check(
        (ended["state"], ended["record"]["outcome"]) == ("result", "已清理，撤销立案。"),
        "its result is the complaint's",
    )
    told = clerk.step(ended, "inform_complainant", way="letter")
    check(told["state"] == "closed", "closed once the complainant was told")
    say("filed:", " → ".join(e["said"] for e in told["timeline"] if e["version"]))


def fed_back(desks):
    """A department tells the township, which handles it and feeds back within seven working days (M3.2.2, M3.2.3)."""
    department, clerk, leader = desks.chengguan_clerk, desks.licheng_clerk, desks.licheng_leader
    complaint = registered(department, channel="visit")
    check(clock(complaint, "complaint_county_notice")["unit"]["code"] == "chengguan", "in one working day")
    department.upload(complaint, "complaint_material", "来信.pdf")
    clerk.call("GET", complaint["url"], expect=404)
    words = {"township": "licheng", "grounds": "占道经营的处罚权已下放。"}
    department.step(complaint, "notify_township", expect=403, **words)
    ready = department.step(complaint, "prepare_notify_township", **words)
    notified = desks.chengguan_leader.step(ready, "notify_township")
    check(notified["state"] == "notified", "prepared by the clerk, signed by the leader")
    check(sorted(one["kind"] for one in notified["letters"]) == ["direction", "township_notice"], "both are told")
    check(clock(notified, "complaint_county_notice")["on_time"] is True, "in time")

    own = opened(department, notified, "complaint")
    check((own["holder"]["code"], own["origin"]) == ("licheng", complaint["id"]), "the township has one of its own")
    check(read(clerk, complaint)["materials"], "and reads what was handed over")
    answered = leader.step(
        clerk.step(read(clerk, own), "accept"), "reply_no_violation", finding="corrected", reply="已责令改正，当场清理。"
    )  # fmt: skip
    check(answered["state"] == "result", "answered in writing")
    letter = next(one for one in answered["letters"] if one["kind"] == "reply_letter")
    check(clerk.call("GET", letter["pdf"])[:4] == b"%PDF", "the reply as PDF")
    told = clerk.step(answered, "inform_complainant", way="letter")
    check(told["state"] == "result", "told, and not yet fed back")
    owed = clock(told, "complaint_feedback")
    check((owed["statutory"], owed["state"], owed["on_time"]) == (True, "running", None), "seven working days by law")
    days = (date.fromisoformat(owed["last_day"]) - datetime.fromisoformat(owed["started_at"]).date()).days
    check(days >= 7, "counted in working days")
    department.step(told, "feed_back", expect=403, result="已处理。")
    done = clerk.step(told, "feed_back", result="已责令改正，当场清理。")
    check(done["state"] == "closed", "closed once it was fed back")
    check(clock(done, "complaint_feedback")["on_time"] is True, "fed back in time (M3.2.3)")
    theirs = read(department, complaint)
    check(
        (theirs["state"], theirs["record"]["outcome"]) == ("closed", "已责令改正，当场清理。"),
        "and the department's, too",
    )
    say("fed back:", " → ".join(e["said"] for e in done["timeline"] if e["version"]))
    return complaint, done


def not_revealed(desks, complaint, own):
    """Who complained is shown on the page of the one who keeps it, and by no address of REST."""
    for client, record in ((desks.chengguan_clerk, complaint), (desks.licheng_clerk, own)):
        for path in ("identity/", "reveal/", "steps/reveal/"):
            client.call("POST", record["url"] + path, {"reason": "电话核实", "password": "x"}, 404)
        # A token is no log-in on the pages.
        page = client.call("GET", f"/complaints/{record['id']}/identity/")
        check(b"username" in page and WHO["phone"].encode() not in page, "the page asks for a log-in")


def complaint_story(base, password="Jinhu-demo-2026"):
    desks = Desks(base, password)
    bad_entries(desks)
    referred(desks)
    filed(desks)
    complaint, own = fed_back(desks)
    not_revealed(desks, complaint, own)
    return own


if __name__ == "__main__":
    complaint_story(*sys.argv[1:])
    print("the story holds")
