"""The words of the letters of M3.2. Those to the complainant name him by the registration's number alone; his name is
in no letter."""

from letters.layout import LetterContent
from proceedings.clocks import day

TWO_COPIES = "本函一式两份，一份送达，一份存档。"


def complainant(complaint):
    return f"投诉人（登记编号{complaint.number}）"


def contact(act):
    return [("承办人", act.drafter.name if act.drafter else ""), ("联系电话", act.unit.phone)]


def received(complaint):
    return f"你于{day(complaint.opened_at)}反映的“{complaint.title}”（登记编号{complaint.number}）"


def to_complainant(act, title, *paragraphs):
    return LetterContent(
        issuer=act.unit.name, title=title, addressee=complainant(act.record), paragraphs=list(paragraphs),
        contact=contact(act),
    )  # fmt: skip


def refusal(act):
    """不予受理告知书 (M3.2.1): reason and remedies."""
    data = act.data
    return to_complainant(
        act, "投诉举报不予受理告知书", f"{received(act.record)}，经审查，我单位决定不予受理。",
        f"理由：{data['reason']}", data["remedies"],
    )  # fmt: skip


def reply(act):
    """答复书 (M3.2.1)."""
    return to_complainant(act, "投诉举报答复书", f"{received(act.record)}，经核实，现答复如下：", act.data["reply"])


def direction(act):
    """告知书 to the complainant: which township is competent (M3.2.2)."""
    township = act.data["township"]
    phone = f"，联系电话{township.phone}" if township.phone else ""
    return to_complainant(
        act, "投诉举报管辖告知书", f"{received(act.record)}，依法由{township.name}管辖。{act.data['grounds']}",
        f"请向{township.name}投诉举报{phone}。我单位已同时告知{township.name}组织调查、依法受理，你提交的材料一并移交，"
        "处理结果由其告知你。",
    )  # fmt: skip


def notice(act):
    """告知函 to the township, with the list of what is handed over (M3.2.2)."""
    complaint, township = act.record, act.data["township"]
    materials = [m.name for m in complaint.rows_of("materials") if m.removed_at is None]
    return LetterContent(
        issuer=act.unit.name, title="投诉举报处理告知函", addressee=township.name,
        paragraphs=[
            f"我单位于{day(complaint.opened_at)}收到关于“{complaint.title}”的{complaint.get_nature_display()}"
            f"（登记编号{complaint.number}）。发生地点：{complaint.place}。反映的情况：{complaint.facts}",
            f"经查，该事项由你单位管辖。{act.data['grounds']}",
            "现告知你单位组织调查，依法受理，将结果告知投诉人，并在办理结束后7个工作日内向我单位反馈。"
            "投诉人身份信息在平台内封存移交，本函不载。",
        ],
        attachments=materials, contact=contact(act), copies=TWO_COPIES,
    )  # fmt: skip


def feedback(act):
    """反馈函 to the department that notified the township (M3.2.3)."""
    complaint = act.record
    return LetterContent(
        issuer=act.unit.name, title="投诉举报处理结果反馈函", addressee=act.party("notifier").name,
        paragraphs=[
            f"你单位{'告知' if complaint.came_by_notice else '移送'}我单位处理的“{complaint.title}”，调查处理结果如下：",
            act.data["result"],
        ],
        contact=contact(act), copies=TWO_COPIES,
    )  # fmt: skip
