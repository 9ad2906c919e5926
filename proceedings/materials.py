"""Adding, listing and removing materials. None of it bumps a version."""

from django.db import transaction
from django.utils import timezone

from evidence.ingest import ingest
from evidence.serve import erase

from .errors import NotPermitted, Refused
from .models import AutosavedForm, Event, Material, Proceeding


def kinds_of(procedure):
    return procedure.material_kinds


def add_material(target, upload, kind, officer, unit, *, is_source=False, name=None):
    """Store `upload` (an UploadedFile or an already stored file) with `target`: a proceeding or an
    AutosavedForm. Raises evidence's RejectedFile."""
    stored = upload if hasattr(upload, "sha256") else ingest(upload, name=name)
    owner = {"form": target} if isinstance(target, AutosavedForm) else {"proceeding_id": target.pk}
    return Material.objects.create(
        kind=kind, is_source=is_source, name=name or stored.name, stored=stored,
        uploaded_by=officer, unit=unit, **owner,
    )  # fmt: skip


def upload_to(record, upload, kind, officer, *, is_source=False, name=None):
    """An officer of a party adds a material to an open proceeding; the timeline says so."""
    check_kind(record.procedure, kind)
    unit = officer.acting_unit
    if unit is None or not record.roles_of(unit):
        raise NotPermitted("只有办理本事项的单位可以补充材料。")
    if not record.is_open:
        raise Refused("事项已办结，不能再添加材料。", field="file")
    with transaction.atomic():
        material = add_material(record, upload, kind, officer, unit, is_source=is_source, name=name)
        _note(
            record,
            officer,
            unit,
            "upload_material",
            f"上传材料《{material.name}》",
            [["SHA-256", material.stored.sha256]],
        )
    return material


def check_kind(procedure, kind):
    if kind not in procedure.material_kinds:
        known = "、".join(f"{k}({v})" for k, v in procedure.material_kinds.items())
        raise Refused(f"请选择材料类别：{known}。", field="kind")


def remove(material, officer, reason):
    """误传移除: the leader of the unit that uploaded it erases the bytes; name, hash and reason stay."""
    record = material.proceeding
    unit = officer.acting_unit
    if unit is None or material.unit_id != unit.pk or not officer.has_perm("proceedings.remove_material"):
        raise NotPermitted("误传的材料由上传单位的负责人移除。")
    if not (reason or "").strip():
        raise Refused("请写明移除原因。", field="reason")
    with transaction.atomic():
        if record is not None:
            Proceeding.objects.lock([record.pk])
        material = Material.objects.select_for_update(of=("self",), no_key=True).get(pk=material.pk)
        if material.removed_at:
            return material
        material.removed_at, material.removed_by = timezone.now(), officer
        material.removed_reason = reason.strip()[:200]
        material.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        if record is not None:
            _note(
                record, officer, unit, "remove_material", f"移除误传材料《{material.name}》",
                [["原因", material.removed_reason], ["SHA-256", material.stored.sha256]],
            )  # fmt: skip
        erase(material.stored)
    return material


def _note(record, officer, unit, step, said, details):
    Event.objects.create(
        proceeding_id=record.pk, step=step, said=said[:200], officer=officer, officer_name=officer.name,
        unit=unit, unit_name=unit.short_name, capacity=officer.comes_from,
        from_state=record.state, to_state=record.state, details=details,
    )  # fmt: skip
