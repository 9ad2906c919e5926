"""Words for the tests of transfers."""

from contextlib import contextmanager

import pytest

from proceedings.errors import Invalid


@contextmanager
def refused(field, *words):
    """The act is refused beside `field`, in a message that contains all `words`; nothing is lost or changed."""
    with pytest.raises(Invalid) as caught:
        yield caught
    fields = caught.value.fields
    assert field in fields, f"not beside {field}: {fields}"
    message = " ".join(fields[field])
    for word in words:
        assert word in message, message


def last_days(record):
    """{period: last day or due moment} of the running clocks."""
    return {c.period: str(c.last_day or c.due_at.isoformat()) for c in record.clocks.running()}


def clock(record, period):
    return record.clocks.filter(period=period).order_by("pk").last()


def letters(record):
    return [letter.kind for letter in record.letters.order_by("pk")]


def told(unit, kind="step"):
    from proceedings.models import Notice

    return [n.text for n in Notice.objects.filter(unit=unit, kind=kind).order_by("pk")]
