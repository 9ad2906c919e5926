"""The rules that refuse (M3.1). Each says in Chinese what to do, the clause last. Plain functions of the act
or of cleaned entries, so that the form, the check page and the step use the same ones."""

import re
import unicodedata
from copy import copy

from django.utils import timezone

from cases.rules import moment_problem
from organizations.competence import competent_unit
from organizations.models import UnitKind
from proceedings.clocks import corrected
from proceedings.errors import Refused
from proceedings.models import Letter
from workdays.words import stamp

# Townships and county enforcement departments; justice and police enforce as departments too.
MAY_TRANSFER = {
    UnitKind.TOWN, UnitKind.SUBDISTRICT, UnitKind.DEPARTMENT, UnitKind.JUSTICE, UnitKind.POLICE,
    UnitKind.COMMAND, UnitKind.ORGANS,
}  # fmt: skip
JUDICIAL = {UnitKind.PROCURATORATE, UnitKind.COURT}
# Scans of sealed letters and receipts are no materials of the case.
NOT_EVIDENCE = ("scan", "delivery_receipt")
SOURCES = ("inspection_record", "complaint_material")


def sender_problem(unit):
    """M3.1.0: a transfer is made in the name of a township or department, not of an internal body."""
    if not unit.is_legal_entity:
        return (
            f"{unit.name}是内设机构，不能以自己的名义移送。请以{unit.parent.name if unit.parent else '所属单位'}的名义移送；"
            "法律、法规、规章明确规定可以的，请管理员在单位资料里填写依据（M3.1.0）。"
        )
    if not may_transfer(unit):
        return f"{unit.name}不是镇（街道）或县级执法业务主管部门，不能移送案件（M3.1.0）。"
    return None


def receiver_problem(sender, receiver):
    if receiver.pk == sender.pk:
        return "受移送单位不能是本单位，请另选。"
    if not receiver.is_valid(timezone.localdate()):
        heir = receiver.successor_on(timezone.localdate())
        other = f"，请改送{heir.short_name}" if heir != receiver else "，请另选"
        return f"{receiver.short_name}已撤销{other}。"
    if not receiver.is_legal_entity:
        instead = f"，请改选{receiver.legal_entity.short_name}" if receiver.legal_entity != receiver else "，请另选"
        return f"{receiver.short_name}是{receiver.get_kind_display()}，不能作为受移送单位{instead}（M3.1.0）。"
    if may_transfer(receiver):
        return None
    if receiver.kind in JUDICIAL:
        return (
            f"{receiver.short_name}不办理行政执法案件，不能作为受移送单位，请另选。"
            "涉嫌犯罪、申请强制执行的，按司法衔接制度办理（M3.7）。"
        )
    return f"{receiver.short_name}不是镇（街道）或县级执法业务主管部门，不能作为受移送单位，请另选（M3.1.1）。"


def may_transfer(unit):
    return unit.kind in MAY_TRANSFER or bool(unit.transfer_basis.strip())


def discovery_problem(discovered_at, now):
    return moment_problem(discovered_at, now, "发现时间")


def order_problem(found_at, discovered_at):
    """The letter tells both moments, and first comes the finding (M3.1.1, M3.1.2)."""
    if found_at <= discovered_at:
        return None
    return f"发现违法行为的时间（{stamp(found_at)}）晚于发现不属本单位管辖的时间（{stamp(discovered_at)}），请核对。"


def correction_problem(transfer, officer, moments, reason):
    """(field, sentence) of what keeps `officer` from correcting the `moments` {name: value} of a draft, or None.

    A later moment gives more time for the letter, or makes a late one look punctual: the leader's, with reason, like
    taking urgency back (M3.1.1). An earlier one, or one that leaves the due date, is a clerk's to correct.
    """
    clock = next((c for c in transfer.clocks.running() if c.period in TRANSFER_OUT), None)
    changed = [name for name, value in moments.items() if value != getattr(transfer, name)]
    if clock is None or not changed:
        return None
    after = copy(transfer)
    for name, value in moments.items():
        setattr(after, name, value)
    if corrected(clock, after).due_at <= clock.due_at:
        return None
    if not officer.has_perm("referrals.sign_transfer"):
        return changed[0], "改晚这个时间会推迟移送期限，只能由负责人更正，并写明理由（M3.1.1）。"
    if not reason.strip():
        return "correction_reason", "更正后移送期限推迟，请写明更正理由；原截止时间和理由都会留存（M3.1.1）。"
    return None


def ended_problem(transfer, ongoing, now):
    """What keeps 正在进行 from being taken back on a draft, or None: a late telling is not made good by it."""
    telling = next((c for c in transfer.clocks.running() if c.period == "notify_competent"), None)
    if ongoing or not transfer.ongoing or telling is None or now < telling.due_at:
        return None
    return "及时告知已经逾期，不能改为不再进行。请先办理“及时告知”（M3.1.1）。"


def registered_before(sender, number):
    """The proceeding under which a paper letter of `sender` with this number is registered already, or None."""
    asked = written_alike(number)
    # The serial number narrows it down; brackets and blanks are typed one way or another.
    serial = re.findall(r"\d+", asked)[-1:] or [asked]
    letters = Letter.objects.filter(issuer=sender, on_paper=True, kind="transfer_letter", number__contains=serial[0])
    for letter in letters.select_related("proceeding").order_by("pk"):
        if written_alike(letter.number) == asked:
            return letter.proceeding
    return None


BRACKETS = str.maketrans("〔【(〕】)", "[[[]]]")


def written_alike(number):
    """A letter's number without what typing makes of it: full width, brackets, blanks, 第."""
    plain = unicodedata.normalize("NFKC", number).translate(BRACKETS)
    return "".join(plain.split()).replace("第", "")


def competence(power, township, filed_on):
    """What the powers list says: a Competence, or None where nothing was chosen to ask about."""
    if power is None or township is None or not township.legal_entity.is_township:
        return None
    return competent_unit(power, township, filed_on or timezone.localdate())


# --- before the letter is signed ---------------------------------------------------------------------


def materials_complete(act):
    """M3.1.2: the letter (made here), at least one source and at least one piece of evidence."""
    missing = [label for label, there, _ in checklist(act.record) if not there]
    if missing:
        raise Refused(f"材料不齐，还缺：{'、'.join(missing)}。请先上传再送签（M3.1.2）。", field="materials")


def checklist(transfer):
    """[(label, there, the kind of material that it is uploaded as)] of what M3.1.1, M3.1.2 and M3.1.4 demand of this transfer."""
    kinds, has_source = set(), False
    for material in transfer.rows_of("materials"):
        if material.removed_at is None:
            kinds.add(material.kind)
            has_source = has_source or material.is_source
    rows = [
        ("案源材料（现场检查记录或投诉举报材料）", has_source or bool(kinds & set(SOURCES)), SOURCES[0]),
        ("初步证据", "evidence" in kinds, "evidence"),
    ]
    if transfer.ongoing:
        there = "measures_record" in kinds or transfer.case.has_measures()
        rows.append(("责令停止、固定证据的措施记录", there, "measures_record"))
    if transfer.legacy:
        rows.append(("双方确认的协商记录", "negotiation_record" in kinds, "negotiation_record"))
    return rows


def kinds_present(transfer):
    return {m.kind for m in transfer.rows_of("materials") if m.removed_at is None}


def measures_recorded(act):
    """M3.1.1: an ongoing violation is stopped and its evidence secured before anything else."""
    kinds = kinds_present(act.record)
    if act.record.ongoing and "measures_record" not in kinds and not act.record.case.has_measures():
        raise Refused(
            "违法行为正在进行，还没有记录责令停止和固定证据的措施。请先在案件中办理“责令停止违法行为”，"
            "或者上传措施记录（M3.1.1）。",
            field="ongoing",
        )


def legacy_negotiated(act):
    """M3.1.4: legacy problems are negotiated before they are transferred."""
    kinds = kinds_present(act.record)
    if act.record.legacy and "negotiation_record" not in kinds:
        raise Refused("历史遗留问题须事前与对方充分协商。请上传双方确认的协商记录（M3.1.4）。", field="legacy")


def something_supplemented(act):
    """M3.1.3: what is resubmitted has a new material, or says why there is none."""
    own = act.record.materials.present().filter(unit=act.unit, uploaded_at__gte=act.record.supplement_requested_at)
    if not act.paper and not act.data["remarks"].strip() and not own.exclude(kind__in=NOT_EVIDENCE).exists():
        raise Refused(
            "要求补正以后还没有上传材料。请先上传补正的材料；没有材料可补的，请写明补正说明（M3.1.3）。",
            field="remarks",
        )


def late_clocks(transfer, now):
    return [c for c in transfer.rows_of("clocks") if c.running and c.period in TRANSFER_OUT and now >= c.due_at]


def late_explained(act):
    """A late transfer is possible, is shown as late, and says why."""
    reason = act.data.get("late_reason") or act.record.late_reason
    if late_clocks(act.record, act.now) and not reason.strip():
        raise Refused("已超过移送期限。请写明逾期移送的原因再签发（M3.1.1）。", field="late_reason")
    if act.data.get("late_reason"):
        act.record.late_reason = act.data["late_reason"]


TRANSFER_OUT = ("transfer_out", "transfer_out_urgent")


def receiver_in_force(act):
    """Since the draft was registered the receiver may have been merged into another unit."""
    problem = receiver_problem(act.unit, act.record.receiver)
    if problem:
        raise Refused(problem, field="receiver")


# Measures and negotiation first: their messages are more exact than the checklist's.
BEFORE_SIGNING = (receiver_in_force, measures_recorded, legacy_negotiated, materials_complete, late_explained)
