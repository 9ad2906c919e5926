"""Sealed identities: nothing in the clear in the table, found by telephone, shown masked, readable while keys change."""

import json
import pickle

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from sealing import clear, keyring, rotation
from sealing.clear import Clear
from sealing.models import SealedIdentity

from .conftest import ADDRESS, NAME, NUMBER, PHONE

pytestmark = pytest.mark.django_db


def as_dumped(table="sealing_sealedidentity"):
    """The table's rows as a dump of the database would have them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return "\n".join(row[0] for row in cursor.fetchall())


def ring(settings, *entries):
    settings.SEALING_KEYS = list(entries)
    return keyring.keyring()


# --- sealed -------------------------------------------------------------------------------------------


def test_the_table_holds_nothing_in_the_clear(identity):
    dumped = as_dumped()
    for secret in (NAME, PHONE, NUMBER, ADDRESS, "健康西路"):
        assert secret not in dumped
    opened = SealedIdentity.objects.get(pk=identity.pk).opened()
    assert [value.clear for value in opened.values()] == [NAME, PHONE, NUMBER, ADDRESS]


def test_the_masked_forms_are_what_pages_show(identity):
    assert str(identity) == "张**"
    assert dict(identity.shown) == {
        "姓名": "张**", "电话": "138****1234", "身份证件号码": "3208**********1239", "所在镇街": "黎城街道",
    }  # fmt: skip
    assert PHONE not in repr(identity)
    assert NAME not in repr(vars(identity))


@pytest.mark.parametrize(
    ("value", "kind", "masked"),
    [
        ("张三", clear.NAME, "张**"), ("欧阳静怡", clear.NAME, "欧**"), ("", clear.NAME, ""),
        ("138 0013 1234", clear.PHONE, "138****1234"), ("0517-86881234", clear.PHONE, "051****1234"),
        ("86881234", clear.PHONE, "****34"), ("32083119900307123X", clear.NUMBER, "3208**********123X"),
        ("G12345678", clear.NUMBER, "*********"), ("健康西路18号", clear.ADDRESS, "（已封存）"),
    ],
)  # fmt: skip
def test_each_kind_has_its_masked_form(value, kind, masked):
    assert clear.mask(value, kind) == masked


def test_clear_text_must_be_asked_for():
    value = Clear(PHONE, clear.PHONE)
    for shown in (
        str(value),
        repr(value),
        f"{value}",
        f"{value!r}",
        "".join(map(str, [value])),
        json.dumps([value], default=str),
    ):
        assert PHONE not in shown
        assert "138****1234" in shown
    with pytest.raises(TypeError):
        pickle.dumps(value)
    assert value.clear == PHONE


# --- found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["13800131234", "138 0013 1234", "+86 138-0013-1234", "１３８００１３１２３４", "008613800131234"]
)
def test_a_telephone_is_found_however_it_is_written(identity, written):
    assert list(SealedIdentity.objects.with_phone(written)) == [identity]


def test_another_telephone_and_none_find_nothing(identity):
    SealedIdentity().put(name="无电话").save()
    for written in ("13800131235", "", None, "无"):
        assert not SealedIdentity.objects.with_phone(written).exists()


def test_the_hash_cannot_be_made_without_its_key(identity, settings):
    sealing = next(e for e in settings.SEALING_KEYS if not e.startswith(keyring.INDEX))
    for key in (settings.SECRET_KEY, sealing):
        assert keyring.keyed(key, PHONE) != identity.phone_hash


# --- keys change --------------------------------------------------------------------------------------


def sealed_rows(number):
    rows = [SealedIdentity().put(name=f"证人{n}", phone=f"1390000{n:04}") for n in range(number)]
    SealedIdentity.objects.bulk_create(rows)


def all_readable(number):
    rows = list(SealedIdentity.objects.order_by("pk"))
    return len(rows) == number and all(
        row.opened()["name"].clear == f"证人{n}" and row.opened()["phone"].clear == f"1390000{n:04}"
        for n, row in enumerate(rows)
    )


def test_a_thousand_identities_stay_readable_before_during_and_after_a_rotation(settings):
    old, new = keyring.new_entries(), keyring.new_entries()
    ring(settings, *old)
    sealed_rows(1000)
    former = set(SealedIdentity.objects.values_list("sealed_name", flat=True))
    ring(settings, *new, *old)
    assert all_readable(1000), "before"
    seen = []

    def halfway(done):
        seen.append(done)
        if done == 600:
            assert all_readable(1000), "during"
            assert SealedIdentity.objects.with_phone("13900000001").count() == 1, "renewed"
            assert SealedIdentity.objects.with_phone("13900000999").count() == 1, "not yet renewed"

    assert rotation.rotate(200, halfway) == (1000, [])
    assert seen == [200, 400, 600, 800, 1000]
    ring(settings, *new)
    assert all_readable(1000), "after, without the former keys"
    assert SealedIdentity.objects.with_phone("13900000999").count() == 1
    assert not former & set(SealedIdentity.objects.values_list("sealed_name", flat=True))


def test_an_interrupted_rotation_goes_on_where_it_was(settings):
    old, new = keyring.new_entries(), keyring.new_entries()
    ring(settings, *old)
    sealed_rows(50)
    ring(settings, *new, *old)

    def stopped(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(20, stopped)
    assert rotation.waiting().count() == 30
    assert rotation.rotate(20) == (30, [])
    assert rotation.rotate(20) == (0, [])


def test_what_no_key_opens_is_named_and_does_not_stop_the_others(settings, capsys):
    lost, new = keyring.new_entries(), keyring.new_entries()
    ring(settings, *lost)
    sealed_rows(1)
    stuck = SealedIdentity.objects.get()
    ring(settings, *new)
    with pytest.raises(keyring.NoKeyOpensIt):
        stuck.opened()
    newest = keyring.new_entries()
    SealedIdentity().put(name="证人").save()
    ring(settings, *newest, *new)
    with pytest.raises(CommandError, match=rf"1 re-sealed; 1 opened by no key \(ids {stuck.pk} "):
        call_command("rotate_sealing_keys", batch=1)


def test_the_command_says_what_it_did(settings, identity, capsys):
    settings.SEALING_KEYS = [keyring.new_key(), *settings.SEALING_KEYS]
    call_command("rotate_sealing_keys")
    assert "1 re-sealed" in capsys.readouterr().out
