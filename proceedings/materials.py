"""Adding, listing and removing materials. None of it bumps a version.

Several matters may hold the same stored file, each as a material of its own (另行移送 takes the evidence along).
"""

from django.db import transaction
from django.utils import timezone

from evidence import redaction
from evidence.ingest import ingest, rename
from evidence.models import StoredFile
from evidence.serve import erase, forget
from sealing import guard

from . import prints, sealed
from .errors import NotPermitted, Refused
from .models import AutosavedForm, Event, Letter, Material, Proceeding
from .notices import tell
from .registry import procedure_for


def add_material(target, upload, kind, officer, unit, *, is_source=False, name=None):
    """Store `upload` (an UploadedFile or an already stored file) with `target`: a proceeding or an
    AutosavedForm. Raises evidence's RejectedFile."""
    owner = {"form": target} if isinstance(target, AutosavedForm) else {"proceeding_id": target.pk}
    with transaction.atomic():  # no stored file without an owner
        stored = upload if hasattr(upload, "sha256") else ingest(upload, name=name)
        return Material.objects.create(
            kind=kind, is_source=is_source, name=name or stored.name, stored=stored,
            uploaded_by=officer, unit=unit, **owner,
        )  # fmt: skip


def upload_to(record, upload, kind, officer, *, is_source=False, name=None, at=None):
    """An officer of a party adds a material to an open proceeding; the timeline says so. `at`: of the sample county's."""
    check_kind(record.procedure, kind)
    sealed.check_text(record, name or getattr(upload, "name", ""), "file")
    unit = officer.acting_unit
    if unit is None or not record.roles_of(unit):
        raise NotPermitted("只有办理本事项的单位可以补充材料。")
    if not record.is_open:
        raise Refused("事项已办结，不能再添加材料。", field="file")
    with transaction.atomic():
        material = add_material(record, upload, kind, officer, unit, is_source=is_source, name=name)
        details = [["SHA-256", material.stored.sha256]]
        _note(record, officer, unit, "upload_material", f"上传材料《{material.name}》", details, at)
        _dated(material, at)
    return material


def take_along(record, materials, **changes):
    """The same files as materials of `record`, by whom and when they came; a copy with black bars stays one of its original,
    where that comes too. The caller's act says so."""
    given = {}
    for one in sorted(materials, key=lambda material: material.pk):
        entries = {"kind": one.kind, "is_source": one.is_source, **changes}
        given[one.pk] = Material.objects.create(
            proceeding_id=record.pk, name=one.name, stored=one.stored, uploaded_by=one.uploaded_by, unit=one.unit,
            uploaded_at=one.uploaded_at, redacted_from=given.get(one.redacted_from_id), **entries,
        )  # fmt: skip


def redact(material, bars, officer, at=None):
    """遮盖件: a copy of `material` with black bars burned in, beside it in the same matter; the timeline says so."""
    record, unit = material.proceeding.child, officer.acting_unit
    if unit is None or not record.roles_of(unit):
        raise NotPermitted("只有办理本事项的单位可以制作遮盖件。")
    if not record.is_open:
        raise Refused("事项已办结，不能再制作遮盖件。")
    with transaction.atomic():
        stored = redaction.redact(material.stored, bars)
        stem = material.name.rpartition(".")[0] or material.name
        name = f"{stem[:200]}{redaction.SUFFIX}.{stored.extension.strip('.')}"
        made = add_material(record, stored, material.kind, officer, unit, is_source=material.is_source, name=name)
        Material.objects.filter(pk=made.pk).update(redacted_from=material)
        made.redacted_from = material
        details = [["原件", material.name], ["SHA-256", stored.sha256]]
        _note(record, officer, unit, "redact_material", f"制作遮盖件《{made.name}》", details, at)
        _dated(made, at)
    return made


def check_kind(procedure, kind):
    if kind not in procedure.material_kinds:
        known = "、".join(f"{k}({v})" for k, v in procedure.material_kinds.items())
        raise Refused(f"请选择材料类别：{known}。", field="kind")


def elsewhere(material):
    """The ids of the other matters that hold the same file: a removal concerns them, too."""
    same = Material.objects.present().filter(stored=material.stored_id).exclude(proceeding=material.proceeding_id)
    return set(same.exclude(proceeding=None).values_list("proceeding_id", flat=True))


def remove(material, officer, reason):
    """误传移除: the leader of the unit that uploaded it erases the bytes, wherever they are referred to; name, hash and
    reason stay, each matter's timeline says so, and its parties are told."""
    unit = officer.acting_unit
    if unit is None or material.unit_id != unit.pk or not officer.has_perm("proceedings.remove_material"):
        raise NotPermitted("误传的材料由上传单位的负责人移除。")
    if not (reason or "").strip():
        raise Refused("请写明移除原因。", field="reason")
    if material.proceeding_id:
        sealed.check_text(material.proceeding, reason, "reason")
    with transaction.atomic():
        matters = _lock_matters_of(material.stored_id)
        rows = Material.objects.present().filter(stored=material.stored_id).select_for_update(of=("self",), no_key=True)
        rows = list(rows.order_by("pk"))
        for row in rows:
            if row.form_id:
                row.delete()
                continue
            row.removed_at, row.removed_by = timezone.now(), officer
            row.removed_reason = reason.strip()[:200]
            row.save(update_fields=["removed_at", "removed_by", "removed_reason"])
            _say_removed(
                row, matters[row.proceeding_id], officer, unit, here=row.proceeding_id == material.proceeding_id
            )
        if rows:
            # A right scan may be attached in the place of a wrong one.
            Letter.objects.filter(scan__in=[row.pk for row in rows]).update(scan=None)
            prints.clear_of(matters)
            erase(material.stored)
    material.refresh_from_db()
    return material


def _lock_matters_of(stored_id):
    """{id: matter} of all that hold the file, locked by ascending id. A copy made while it waited is taken along."""
    locked = {}
    while True:
        rows = Material.objects.present().filter(stored=stored_id).exclude(proceeding=None)
        ids = set(rows.values_list("proceeding_id", flat=True))
        if ids <= set(locked):
            return locked
        locked = Proceeding.objects.lock(ids)


def _say_removed(row, record, officer, unit, *, here):
    said = f"移除误传材料《{row.name}》"
    _note(
        record, officer, unit, "remove_material", said, [["原因", row.removed_reason], ["SHA-256", row.stored.sha256]]
    )
    for party in record.parties.select_related("unit").filter(until=None):
        # Where it was removed one's own unit knows; in the other matters it may not expect it.
        if not here or party.unit_id != unit.pk:
            tell(record, party.unit, f"{unit.short_name}{said}，文件内容已删除：{record.title}", "remove_material")


# --- of forms that are not registered yet: nothing of their files remains ----------------------------------


def hush(form, secrets):
    """A file beside `form` may have been named after somebody before it was typed who that is: it is called by its kind
    from then on."""
    kinds = procedure_for(form.kind).material_kinds
    for material in form.materials.select_related("stored") if procedure_for(form.kind).sealed_identity else ():
        if guard.problem(material.name, secrets):
            material.name = f"{kinds.get(material.kind, '材料')}{material.stored.extension}"
            material.save(update_fields=["name"])
            rename(material.stored, material.name)


def take_back(material):
    """Take a file from a form again. False if the form was registered meanwhile."""
    with transaction.atomic():
        row = Material.objects.filter(pk=material.pk, form=material.form_id).select_for_update(of=("self",)).first()
        if row is None:
            return False
        _drop([row])
    return True


def discard(form):
    """Give a form up, with its files."""
    with transaction.atomic():
        _drop(list(form.materials.select_for_update(of=("self",)).order_by("pk")))
        form.delete()


def _drop(rows):
    files = {row.stored_id for row in rows}
    Material.objects.filter(pk__in=[row.pk for row in rows]).delete()
    still = set(Material.objects.filter(stored__in=files).values_list("stored_id", flat=True))
    for stored in StoredFile.objects.filter(pk__in=files - still):
        forget(stored)


def _dated(material, at):
    if at is not None:
        material.uploaded_at = at
        material.save(update_fields=["uploaded_at"])


def _note(record, officer, unit, step, said, details, at=None):
    at = at or timezone.now()
    Event.objects.create(
        proceeding_id=record.pk, step=step, said=said[:200], officer=officer, officer_name=officer.name,
        unit=unit, unit_name=unit.short_name, capacity=officer.comes_from,
        from_state=record.state, to_state=record.state, details=details, at=at, recorded_at=at,
    )  # fmt: skip
