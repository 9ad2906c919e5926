"""Showing an identity: who, why, password again; the log is committed before anything is opened, and never changed."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from sealing import keyring
from sealing.custody import keeps, seal
from sealing.models import RevealLog, SealedIdentity
from sealing.reveal import BadReveal, NotAllowed, reveal

from .conftest import ADDRESS, NAME, NUMBER, PHONE

pytestmark = pytest.mark.django_db
WHY = "电话核实现场情况"


@pytest.fixture
def kept(licheng, licheng_clerk):
    return seal(licheng, licheng_clerk, name=NAME, phone=PHONE, number=NUMBER, address=ADDRESS)


def allowed(identity, officer, unit):
    return keeps(unit, identity)


def look(kept, officer, reason=WHY, **more):
    return reveal(
        kept, officer, reason, unit=officer.unit, allowed=allowed, address="10.1.2.3", about="2026-17", **more
    )


def test_the_handling_unit_sees_it_and_the_log_says_who_when_why_and_from_where(kept, licheng_clerk):
    opened = look(kept, licheng_clerk)
    assert [value.clear for value in opened.values()] == [NAME, PHONE, NUMBER, ADDRESS]
    log = RevealLog.objects.get()
    assert (log.identity, log.officer, log.officer_name, log.unit) == (
        kept,
        licheng_clerk,
        licheng_clerk.name,
        licheng_clerk.unit,
    )
    assert (log.reason, log.address, log.about) == (WHY, "10.1.2.3", "2026-17")


def test_another_unit_sees_nothing_and_leaves_no_log(kept, stranger):
    with pytest.raises(NotAllowed):
        look(kept, stranger)
    assert not RevealLog.objects.exists()


@pytest.mark.parametrize("reason", ["", None, "核实", "  核 实  "])
def test_without_a_reason_nothing_is_opened(kept, licheng_clerk, reason, monkeypatch):
    monkeypatch.setattr(SealedIdentity, "opened", lambda self: pytest.fail("opened"))
    with pytest.raises(BadReveal, match="事由"):
        look(kept, licheng_clerk, reason)


def test_the_leader_is_told_in_the_logs_transaction(kept, licheng_clerk):
    told = []
    look(kept, licheng_clerk, told=told.append)
    assert told == [RevealLog.objects.get()]

    def broken(log):
        raise DatabaseError

    with pytest.raises(DatabaseError):
        look(kept, licheng_clerk, told=broken)
    assert RevealLog.objects.count() == 1


def test_nothing_is_opened_when_the_log_cannot_be_written(kept, licheng_clerk, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(SealedIdentity, "opened", lambda self: pytest.fail("opened without a log"))
    monkeypatch.setattr(RevealLog.objects, "create", broken)
    with pytest.raises(DatabaseError):
        look(kept, licheng_clerk)


@pytest.mark.django_db(transaction=True)
def test_the_log_stands_though_the_opening_fails_and_is_refused_inside_another_transaction(
    kept, licheng_clerk, settings
):
    settings.SEALING_KEYS = keyring.new_entries()
    with pytest.raises(keyring.NoKeyOpensIt):
        look(kept, licheng_clerk)
    assert RevealLog.objects.count() == 1
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        look(kept, licheng_clerk)
    assert RevealLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_log_is_committed_when_the_opening_begins(kept, licheng_clerk, monkeypatch):
    import threading

    opened, seen = SealedIdentity.opened, []

    def count():
        seen.append(RevealLog.objects.count())
        connection.close()

    def looked_at_from_outside(self):
        other = threading.Thread(target=count)
        other.start()
        other.join()
        return opened(self)

    monkeypatch.setattr(SealedIdentity, "opened", looked_at_from_outside)
    look(kept, licheng_clerk)
    assert seen == [1]


def test_an_erased_identity_cannot_be_seen(kept, licheng_clerk):
    kept.erased_at = kept.created_at
    with pytest.raises(NotAllowed):
        look(kept, licheng_clerk)


@pytest.mark.parametrize("change", ["UPDATE sealing_reveallog SET reason = ''", "DELETE FROM sealing_reveallog"])
def test_the_log_is_written_once(kept, licheng_clerk, change):
    look(kept, licheng_clerk)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    with pytest.raises(ValidationError):
        RevealLog.objects.get().delete()


# --- administration -----------------------------------------------------------------------------------


def test_the_administration_shows_masked_forms_and_changes_nothing(kept, licheng_clerk, admin_officer):
    look(kept, licheng_clerk)
    client = Client()
    client.force_login(admin_officer, backend="django.contrib.auth.backends.ModelBackend")
    for url in (
        "/admin/sealing/sealedidentity/", f"/admin/sealing/sealedidentity/{kept.pk}/change/",
        f"/admin/sealing/sealedidentity/{kept.pk}/history/", "/admin/sealing/reveallog/",
        f"/admin/sealing/reveallog/{RevealLog.objects.get().pk}/change/",
    ):  # fmt: skip
        page = client.get(url)
        assert page.status_code == 200, url
        assert "张**" in page.text or "history" in url
        for secret in (NAME, PHONE, NUMBER, ADDRESS, kept.sealed_phone, kept.phone_hash):
            assert secret not in page.text
    for model in (SealedIdentity, RevealLog):
        shown = admin.site._registry[model]
        request = type("Request", (), {"user": admin_officer})()
        rights = (shown.has_add_permission, shown.has_change_permission, shown.has_delete_permission)
        assert not any(right(request) for right in rights)
