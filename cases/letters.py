"""The letters of a case."""

from django.utils import timezone

from letters.layout import LetterContent, SigningOfficer


def stop_order(act):
    """责令停止违法行为通知书 (M3.1.1; 行政处罚法 28, 42)."""
    case, data = act.record, act.data
    unit = act.unit
    at = timezone.localtime(data["ordered_at"])
    return LetterContent(
        issuer=unit.name,
        title="责令停止违法行为通知书",
        addressee=case.party_name or "违法行为人",
        paragraphs=[
            f"经查，{at.year}年{at.month}月{at.day}日{at.hour}时许，你（单位）在{case.place}实施下列行为：{data['act']}",
            f"上述行为涉嫌违反{data['provisions']}。现责令你（单位）自收到本通知书之时起立即停止上述违法行为，"
            "听候处理。拒不停止的，将依法从重处理。",
            *([f"已固定的证据：{data['evidence_secured']}"] if data.get("evidence_secured") else []),
        ],
        officers=[
            SigningOfficer(o.name, o.certificate_number) for o in (data["first_officer"], data["second_officer"])
        ],
        contact=[("联系人", act.officer.name if act.officer else ""), ("联系电话", unit.phone)],
        signatures=["当事人（签名）", "日期"],
        copies="本通知书一式两份，一份送达当事人，一份存档。",
    )
