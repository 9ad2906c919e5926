"""A record as REST gives it. Codes and ISO moments in Shanghai's time; never a primary key of a unit or power."""

from django.utils import timezone
from rest_framework.reverse import reverse

from proceedings import originals, present
from proceedings.authority import open_steps
from proceedings.forms import plain


def moment(value):
    return timezone.localtime(value).isoformat() if value else None


def unit(value):
    return {"code": value.code, "name": value.short_name} if value else None


def brief(record, request):
    """A row of a list; without queries of its own when parties and clocks are prefetched."""
    return {
        "id": record.pk,
        "url": reverse(f"api-{record.kind}", args=[record.pk], request=request),
        "kind": record.kind,
        "number": record.number,
        "title": record.title,
        "state": record.state,
        "state_label": record.get_state_display(),
        "is_open": record.is_open,
        "holder": unit(record.holder),
        "assignee": record.assignee.username if record.assignee_id else None,
        "version": record.version,
        "case": record.case_id,
        "parties": [{"role": p.role, "unit": unit(p.unit)} for p in record.parties.all() if p.until is None],
        "opened_at": moment(record.opened_at),
        "changed_at": moment(record.changed_at),
        "closed_at": moment(record.closed_at),
        "clocks": [clock(c, record) for c in record.clocks.all()],
    }


def full(record, request):
    """Everything about one record that this officer may see."""
    officer = request.user
    return {
        **brief(record, request),
        "previous": record.origin_id if record.origin_id and record.origin.kind == record.kind else None,
        "origin": record.origin_id,
        "opened": [reference(other, request) for other in record.opened_seen],
        "record": {path.split(".")[-1]: value(record, path) for path in record.procedure.shown},
        "checklist": [{"label": row["label"], "done": row["ok"]} for row in present.checklist(record)],
        "steps": [step(record, s, request) for s in open_steps(record, officer)],
        "letters": [letter(one, request) for one in record.letters.all()],
        "materials": materials(record, request),
        "timeline": [event(e) for e in record.events.all()],
        **record.procedure.represented(record, request),
    }


def reference(record, request):
    return {
        "id": record.pk,
        "url": reverse(f"api-{record.kind}", args=[record.pk], request=request),
        "kind": record.kind,
    }


def value(record, path):
    owner, name = record, path
    if "." in path:
        first, name = path.split(".", 1)
        owner = getattr(record, first)
    found = getattr(owner, name, None)
    return moment(found) if hasattr(found, "astimezone") else plain(found)


def step(record, declared, request):
    return {
        "code": declared.code,
        "label": declared.label,
        "clause": declared.clause,
        "url": reverse(f"api-{record.kind}-{declared.code}", args=[record.pk], request=request),
        "consequence": declared.consequence,
    }


def clock(row, record):
    row.proceeding = record
    return {
        "code": row.period,
        "label": row.label,
        "unit": unit(row.unit),
        "statutory": row.statutory,
        "started_at": moment(row.started_at),
        "due_at": moment(row.due_at),
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "provisional": row.provisional,
        "provisional_reason": row.provisional_reason,
        "state": row.state,
        "on_time": row.on_time,
        "overdue": row.overdue,
        "stopped_at": moment(row.stopped_at),
        "cancelled_at": moment(row.cancelled_at),
        "earlier": row.earlier,
    }


def letter(row, request):
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title,
        "number": row.number,
        "issuer": unit(row.issuer),
        "addressee": unit(row.addressee),
        "addressee_name": row.addressee_name,
        "signed_by": row.signed_by.username if row.signed_by_id else None,
        "signer": row.signer,
        "issued_at": moment(row.issued_at),
        "delivery": row.delivery,
        "delivered_at": moment(row.delivered_at),
        "on_paper": row.on_paper,
        "sha256": row.pdf_sha256,
        "docx_sha256": row.docx_sha256,
        "content_hash": row.content_hash,
        "verification_code": row.verification_code,
        "void_at": moment(row.void_at),
        "pdf": None if row.on_paper else reverse("api-letter-pdf", args=[row.pk], request=request),
        "docx": None if row.on_paper else reverse("api-letter-docx", args=[row.pk], request=request),
        "copies": reverse("api-letter-copies", args=[row.pk], request=request)
        if not (row.on_paper or row.void_at)
        else None,
        "service_form": reverse("api-letter-service", args=[row.pk], request=request) if row.served_by_hand else None,
        "receipt": reverse("api-material", args=[row.receipt_id], request=request) if row.receipt_id else None,
    }


def materials(record, request):
    rows = record.materials.all()
    withheld = originals.withheld(record, request.user, rows)
    return [material(row, request) | ({"url": None} if row.pk in withheld else {}) for row in rows]


def material(row, request):
    return {
        "id": row.pk,
        "kind": row.kind,
        "is_source": row.is_source,
        "name": row.name,
        "size": row.stored.size,
        "content_type": row.stored.content_type,
        "sha256": row.stored.sha256,
        "unit": unit(row.unit),
        "uploaded_at": moment(row.uploaded_at),
        "removed_at": moment(row.removed_at),
        "removed_reason": row.removed_reason,
        "url": None if row.removed_at else reverse("api-material", args=[row.pk], request=request),
    }


def event(row):
    return {
        "id": row.pk,
        "step": row.step,
        "said": row.said,
        "at": moment(row.at),
        "unit": row.unit_name,
        "officer": row.officer_name,
        "capacity": row.capacity,
        "behalf_of": row.behalf_name,
        "recorded_for": row.recorded_for,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "version": row.version,
        "details": row.details,
        "clock_effects": row.clock_effects,
        "clause": row.clause,
    }


def file_print(row, request):
    done = row.status == row.Status.DONE
    return {
        "id": row.pk,
        "url": reverse("api-print", args=[row.pk], request=request),
        "status": row.status,
        "done": row.done,
        "total": row.total,
        "pages": row.pages,
        "left_out": row.left_out,
        "contents": row.contents,
        "pdf": reverse("api-print-pdf", args=[row.pk], request=request) if done else None,
    }
