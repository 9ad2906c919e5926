"""The words of the letters of M3.1 (fields as in the official forms). Content only: layout is `letters`' job."""

from django.utils import timezone

from cases import goods
from letters.layout import Appendix, LetterContent, Signatures, Table

TWO_COPIES = "本函一式两份，一份送达，一份存档。"


def written(moment):
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def contact(act):
    unit = act.unit
    name = getattr(act.record, "contact_name", "") or (act.drafter.name if act.drafter else "")
    phone = getattr(act.record, "contact_phone", "") or unit.phone
    return [("联系人", name), ("联系电话", phone)]


def original_letter(transfer):
    """ "《涉嫌违法案件移送函》(金黎执移〔2026〕12号)" and when it arrived."""
    letter = transfer.letters.filter(kind="transfer_letter").order_by("pk").last()
    number = letter.number if letter else transfer.number
    arrived = f"，我单位于{written(transfer.delivered_at)}收到" if transfer.delivered_at else ""
    return f"你单位移送的《涉嫌违法案件移送函》（{number}）{arrived}"


def transfer_letter(act):
    """涉嫌违法案件移送函 (M3.1.2)."""
    transfer, case = act.record, act.record.case
    materials = [m for m in transfer.rows_of("materials") if m.removed_at is None] if transfer.pk else []
    paragraphs = [
        f"{written(transfer.case.violation_found_at)}，我单位在行政执法中发现{case.party}涉嫌违法（案由：{case.title}）。",
        f"违法行为发生地：{case.place}。基本违法事实：{case.facts}",
    ]
    if transfer.provisions:
        paragraphs.append(f"上述行为涉嫌违反{transfer.provisions}。")
    paragraphs.append(
        f"{written(transfer.discovered_at)}，我单位发现该案属于你单位管辖。{transfer.grounds}"
        "现将该案移送你单位处理。请自收到本函之日起3个工作日内书面告知我单位受理情况。"
    )
    if transfer.urgent:
        paragraphs.append("本案情况紧急，请优先办理。")
    listed = (
        [Appendix(goods.TITLE, [goods.table(transfer.goods), Signatures(["移送人", "日期", "接收人", "日期"])])]
        if transfer.goods
        else []
    )
    if transfer.ongoing:
        paragraphs.append("违法行为正在进行，我单位已责令当事人停止违法行为并固定有关证据，措施记录随函移送。")
    return LetterContent(
        issuer=act.unit.name,
        title="涉嫌违法案件移送函",
        addressee=transfer.receiver.name,
        paragraphs=paragraphs,
        attachments=[*(m.name for m in materials), *getattr(act, "attachments", []), *(one.title for one in listed)],
        appendices=listed,
        contact=contact(act),
        copies=TWO_COPIES,
    )


def acceptance_notice(act):
    """受理告知书 (M3.1.3)."""
    transfer, data = act.record, act.data
    paragraphs = [
        f"{original_letter(transfer)}。经核对，材料齐全。",
        f"经审查，{transfer.title}属于我单位管辖，我单位决定受理，依法办理后将结果告知你单位。",
    ]
    if data.get("remarks"):
        paragraphs.append(data["remarks"])
    return LetterContent(
        issuer=act.party("receiver").name, title="案件移送受理告知书", addressee=act.party("sender").name,
        paragraphs=paragraphs, copies=TWO_COPIES,
        contact=[
            ("承办人", data.get("handler_name") or (act.officer.name if act.officer else "")),
            ("联系电话", data.get("handler_phone") or act.unit.phone),
        ],
    )  # fmt: skip


def refusal_notice(act):
    """不予受理告知书 (M3.1.3): reason, legal basis, suggested unit."""
    transfer, data = act.record, act.data
    paragraphs = [
        f"{original_letter(transfer)}。经审查，我单位决定不予受理。",
        f"理由：{data['reason']}",
        f"依据：{data['legal_basis']}",
    ]
    if data.get("suggested_unit"):
        paragraphs.append(f"建议移送{data['suggested_unit'].name}处理。")
    paragraphs.append("你单位对此有异议的，可以与我单位协商；协商不成的，可以向县司法局申请行政执法争议协调。")
    return LetterContent(
        issuer=act.party("receiver").name, title="案件移送不予受理告知书", addressee=act.party("sender").name,
        paragraphs=paragraphs, contact=reply_contact(act), copies=TWO_COPIES,
    )  # fmt: skip


def supplement_notice(act):
    """补正材料通知书: one complete list (一次性告知)."""
    transfer, data = act.record, act.data
    items = [str(i.get("name", i) if isinstance(i, dict) else i) for i in data["items"]]
    rows = [[str(n), item] for n, item in enumerate(items, 1)]
    paragraphs = [
        f"{original_letter(transfer)}。经核对，还须补正下列材料：",
        Table(["序号", "须补正的材料"], rows, widths=[1, 7]),
        "请自收到本通知之日起3个工作日内补正。补正后重新计算受理告知期限。",
    ]
    if data.get("remarks"):
        paragraphs.append(data["remarks"])
    return LetterContent(
        issuer=act.party("receiver").name, title="案件移送补正材料通知书", addressee=act.party("sender").name,
        paragraphs=paragraphs, contact=reply_contact(act), copies=TWO_COPIES,
    )  # fmt: skip


def result_letter(act):
    """办理结果反馈函."""
    transfer = act.record
    return LetterContent(
        issuer=act.party("receiver").name, title="移送案件办理结果反馈函", addressee=act.party("sender").name,
        paragraphs=[f"{original_letter(transfer)}。{transfer.title}的办理结果如下：", act.data["outcome"]],
        contact=reply_contact(act), copies=TWO_COPIES,
    )  # fmt: skip


def withdrawal_letter(act):
    """撤回函 of a letter that was sent."""
    transfer = act.record
    return LetterContent(
        issuer=act.party("sender").name, title="案件移送撤回函", addressee=act.party("receiver").name,
        paragraphs=[
            f"我单位向你单位发出的《涉嫌违法案件移送函》（{transfer.number}），现予撤回。",
            f"理由：{act.data['reason']}",
        ],
        contact=contact(act), copies=TWO_COPIES,
    )  # fmt: skip


def reply_contact(act):
    return [("承办人", act.drafter.name if act.drafter else ""), ("联系电话", act.unit.phone)]
