"""Idempotency keys: the same request twice is one effect; the same key with another body is an error."""

import hashlib
import json

from django.db import connection

from . import sealed
from .errors import Invalid, KeyReused
from .models import Event, IdempotencyKey, Proceeding

LONGEST = 80
# Differ between two posts of one page without making them two requests.
NOT_PART_OF_BODY = {"csrfmiddlewaretoken", "idempotency_key"}


class Claim:
    """A key taken in this transaction, or the finished request that took it before."""

    def __init__(self, row_id=None, done=None):
        self.row_id, self.done = row_id, done

    @property
    def replay(self):
        return self.done is not None

    @property
    def record(self):
        return Proceeding.objects.get(pk=self.done.proceeding_id).child

    @property
    def event(self):
        return Event.objects.filter(pk=self.done.event_id).first()

    def keep(self, record, event):
        if self.row_id is not None:
            IdempotencyKey.objects.filter(pk=self.row_id).update(
                proceeding_id=record.pk, event_id=event.pk if event else None
            )


def claim(officer, route, key, data, files=None, hidden=()):
    """Take `key`, waiting for an equal request in flight. Raises KeyReused (422). `hidden`: names of sealed entries.

    ON CONFLICT DO NOTHING waits on the unique index until the other transaction ends: if it
    committed, its row is read; if it rolled back, ours is inserted.
    """
    if not key or officer is None:
        return Claim()
    if not isinstance(key, str) or len(key) > LONGEST or not key.isprintable():
        raise Invalid({"idempotency_key": [f"幂等键应为文字，最多{LONGEST}个字符。"]})
    digest = body_hash(sealed.digested(data, hidden), files)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO proceedings_idempotencykey (officer_id, route, key, body_hash, created_at)
               VALUES (%s, %s, %s, %s, now()) ON CONFLICT (officer_id, route, key) DO NOTHING RETURNING id""",
            [officer.pk, route[:120], key, digest],
        )
        row = cursor.fetchone()
    if row:
        return Claim(row_id=row[0])
    done = IdempotencyKey.objects.get(officer=officer, route=route[:120], key=key)
    if done.body_hash != digest:
        raise KeyReused()
    return Claim(done=done)


def body_hash(data, files=None):
    """Of the entries, and of the files by name and size."""
    entries = {f"file {name}": [files[name].name, files[name].size] for name in sorted(files or {})}
    for name in sorted(data or {}):
        if name not in NOT_PART_OF_BODY:
            entries[name] = data.getlist(name) if hasattr(data, "getlist") else data[name]
    return hashlib.sha256(json.dumps(entries, sort_keys=True, default=str).encode()).hexdigest()
