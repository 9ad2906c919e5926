"""Materials as they came (原件). What a complainant sent says who it was in every line: the unit that keeps the identity
reads it, everybody else the copies with black bars (遮盖件); and it goes when the identity is erased.

A procedure says `sealed_materials`, the kinds of material that come from whoever is sealed. See docs/adr/0023.
"""

from django.db.models import Q

from sealing import custody

from .models import Material
from .registry import procedure_for

ERASED = "身份信息保管期满，原件一并清除"
KEPT_APART = "封存的原件，只有保管身份信息的单位可以查看，其他单位看遮盖件。"


def is_sealed(material, procedure):
    return material.kind in procedure.sealed_materials and material.redacted_from_id is None


def shown_to(procedure, pk, officer):
    """The matter, if the officer reads its sealed materials too, else None; where nobody is sealed, whoever sees it does."""
    name = procedure.sealed_identity
    mine = Q(**{f"{name}__in": custody.kept_by(officer.acting_unit)})
    return procedure.model.objects.filter(Q(**{name: None}) | mine, pk=pk).first()


def withheld(record, officer, materials):
    """The ids of those among the materials that the officer must not read."""
    closed = {one.pk for one in materials if is_sealed(one, record.procedure)}
    return closed if closed and shown_to(record.procedure, record.pk, officer) is None else set()


def may_read(material, officer):
    """Whether an officer who sees the matter reads this material of it."""
    procedure = procedure_for(material.proceeding.kind)
    if not is_sealed(material, procedure):
        return True
    if record := shown_to(procedure, material.proceeding_id, officer):
        material.proceeding = record  # as its own model, which is asked for next
    return record is not None


def changed_hands(record):
    """Another unit keeps the identity now: what was printed for the one that kept it is gone."""
    from .prints import clear_of

    if record.procedure.sealed_materials:
        clear_of([record.pk])


def erase_of(records, now):
    """Erase the originals of matters whose identity is erased; name and hash stay, as with what was uploaded by mistake."""
    from evidence.serve import erase

    for record in records:
        kinds = record.procedure.sealed_materials
        rows = Material.objects.present().filter(proceeding=record.pk, kind__in=kinds, redacted_from=None)
        for row in rows.select_related("stored"):
            row.removed_at, row.removed_reason = now, ERASED
            row.save(update_fields=["removed_at", "removed_reason"])
            erase(row.stored)
        changed_hands(record)
