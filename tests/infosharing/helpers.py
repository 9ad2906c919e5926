"""Words for the tests of shared information."""

from proceedings.models import Proceeding
from proceedings.perform import open_proceeding, perform

# A Monday; the week before has the National Day holiday with its make-up days.
MONDAY = "2026-10-12 09:00"
ENTRIES = {
    "category": "dynamics", "title": "十月食品安全检查简报", "content": "检查小餐饮 42 家，责令改正 6 家。",
    "formed_at": "2026-10-12T08:30", "groups": ["townships"],
}  # fmt: skip


def drafted(officer, now, **changes):
    return open_proceeding("information", officer, {**ENTRIES, **changes}, now=now).record


def do(record, step, officer, now, files=None, **entries):
    record.refresh_from_db()
    return perform(record, step, officer, entries, version=record.version, now=now, files=files).record


def published(officer, at, now=MONDAY, **changes):
    return do(drafted(officer, at(now), **changes), "publish", officer, at(now))


def readers(information):
    rows = information.parties.filter(role="reader", until=None)
    return sorted(rows.values_list("unit__code", flat=True))


def sees(officer, record):
    return Proceeding.objects.visible_to(officer).filter(pk=record.pk).exists()
