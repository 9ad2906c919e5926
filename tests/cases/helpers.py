"""Words for the tests of cases."""

from proceedings.perform import open_proceeding, perform

FOUND = "2026-10-08 09:10"  # Thursday
ENTRIES = {
    "title": "工园路某小吃店占道经营案", "party_kind": "sole_trader", "party_name": "刘某某", "place": "工园路12号",
    "township": "licheng", "facts": "当事人在人行道摆放桌椅经营。", "violation_found_at": FOUND,
}  # fmt: skip
PENALTY = {
    "outcome": "penalty", "penalties": ["fine"], "fine": "5000", "decision_number": "金黎执罚〔2026〕3号",
    "decided_on": "2026-11-02", "served_on": "2026-11-03",
}  # fmt: skip


def registered(officer, now, **changes):
    return open_proceeding("case", officer, {**ENTRIES, **changes}, now=now).record


def do(case, step, officer, now, files=None, **entries):
    case.refresh_from_db()
    if step in ("file", "decide", "register_evidence"):
        entries.setdefault("approved_by", f"{officer.unit.code}_leader")
    return perform(case, step, officer, entries, version=case.version, now=now, files=files).record


def filed(officer, at, on="2026-10-09 10:00", **changes):
    """Registered and filed on Friday 9 October 2026."""
    case = registered(officer, at("2026-10-09 09:00"), **changes)
    return do(case, "file", officer, at(on))


def decided(officer, at, pdf, now="2026-11-03 16:00", **changes):
    case = filed(officer, at)
    return do(case, "decide", officer, at(now), files={"scan": pdf("决定书.pdf")}, **{**PENALTY, **changes})


def executed(officer, at, pdf):
    case = decided(officer, at, pdf)
    words = {"executed_on": "2026-11-10", "execution": "当事人已缴清罚款。", "complete": True}
    return do(case, "record_execution", officer, at("2026-11-10 15:00"), **words)


def concluded(officer, at, pdf):
    case = executed(officer, at, pdf)
    return do(case, "conclude", officer, at("2026-11-12 10:00"), result="罚款已缴，占道已清理。")
