"""The story of one case over REST alone, against a running server: accepted by transfer, filed, evidence kept, decided,
executed, concluded once the transfer is ended with it.

    python -m tests.rest.case_story http://127.0.0.1:8000 [PASSWORD]

Standard library only, like story.py beside it.
"""

import sys
from datetime import datetime, timedelta

from .story import SHANGHAI, Client, check, clock, say


def transferred(clerk, leader, department):
    """A case that the department has accepted: (the transfer, the case as the department reads it)."""
    discovered = datetime.now(SHANGHAI) - timedelta(hours=2)
    draft = clerk.call("POST", "/api/transfers/", {
        "receiver": "shijian", "township": "licheng", "title": "健康路某商行销售过期食品案",
        "party_kind": "sole_trader", "party_name": "某商行", "place": "健康路18号", "facts": "货架上有过期食品6袋。",
        "grounds": "食品安全监督管理属你单位职责。", "discovered_at": discovered.isoformat(),
    }, 201)  # fmt: skip
    clerk.upload(draft, "inspection_record", "现场检查记录.pdf")
    clerk.upload(draft, "evidence", "现场照片.pdf")
    accepted = department.step(leader.step(draft, "issue"), "accept")
    return accepted, department.call("GET", f"/api/cases/{accepted['case']}/")


def case_story(base, password="Jinhu-demo-2026"):
    clerk, leader = Client(base, "licheng_clerk", password), Client(base, "licheng_leader", password)
    head = Client(base, "shijian_leader", password)
    department, stranger = Client(base, "shijian_clerk", password), Client(base, "taji_clerk", password)
    today = datetime.now(SHANGHAI).date().isoformat()

    transfer, case = transferred(clerk, leader, department)
    check((case["state"], case["holder"]["code"]) == ("clue", "shijian"), "the receiver decides on filing")
    check(clock(case, "file_after_accept")["unit"]["code"] == "shijian", "in seven working days (M3.1.3)")
    stranger.call("GET", f"/api/cases/{case['id']}/", expect=404)
    clerk.step(case, "file", expect=403)
    department.step(case, "not_file", expect=403, reason="轻微。")

    refused = department.step(case, "file", expect=400, approved_by="licheng_leader")
    check("approved_by" in refused["fields"], "approved by a leader of the unit")
    filed = department.step(case, "file", approved_by="shijian_leader")
    check("立〔" in filed["number"], "numbered by its unit's series")
    check(clock(filed, "file_after_accept")["on_time"] is True, "filed in time")
    check(clock(filed, "decide_case")["statutory"] is True, "ninety days by law")
    say("filed", filed["number"], "decision due", clock(filed, "decide_case")["last_day"])

    asked = department.step(
        filed, "prepare_extend_decision", days=30, basis="某规章第一条", reason="需委托鉴定。",
    )  # fmt: skip
    department.step(asked, "extend_decision", expect=403)
    longer = head.step(asked, "extend_decision")
    before, after = (clock(one, "decide_case")["last_day"] for one in (filed, longer))
    check(after > before, "longer, as the clerk proposed and the leader approved")

    kept = department.step(
        longer, "register_evidence", approved_by="shijian_leader", reason="食品可能被转移。",
        evidence_items=[{"name": "过期食品", "quantity": "6袋"}],
    )  # fmt: skip
    check("dispose_evidence" in [s["code"] for s in kept["steps"]], "its clock can be met")
    disposed = department.step(kept, "dispose_evidence", disposal="confiscated", disposed_on=today)
    check(clock(disposed, "evidence_kept")["on_time"] is True, "handled in seven working days")

    words = {
        "outcome": "penalty", "penalties": ["fine", "confiscation"], "fine": 5000, "decision_number": "金市监罚〔2026〕9号",
        "decided_on": today, "served_on": today, "approved_by": "shijian_leader",
    }  # fmt: skip
    refused = department.step(disposed, "decide", expect=400, **words)
    check("scan" in refused["fields"], "no decision without its document")
    department.upload(disposed, "decision", "行政处罚决定书.pdf")
    decided = department.step(disposed, "decide", **words)
    check((decided["state"], decided["record"]["fine"]) == ("decided", "5000.00"), "decided")

    executed = department.step(decided, "record_execution", executed_on=today, execution="已缴清。", complete=True)
    refused = department.step(executed, "conclude", expect=400, result="已缴清罚款。")
    check(transfer["number"] in refused["message"], "not while the transfer is open")
    ended = department.step(transfer, "end_concluded", reason="结果见决定书。")
    check(ended["state"] == "closed", "the transfer ends with its case, in an act of its own")
    concluded = department.step(executed, "conclude", result="已缴清罚款，过期食品已没收。")
    check((concluded["state"], concluded["is_open"]) == ("concluded", False), "concluded")
    seen = clerk.call("GET", f"/api/cases/{case['id']}/")
    check(seen["record"]["result"].startswith("已缴清"), "the sender reads the result")
    say("timeline:", " → ".join(e["said"] for e in concluded["timeline"] if e["version"]))
    return concluded


if __name__ == "__main__":
    case_story(*sys.argv[1:])
    print("the story holds")
