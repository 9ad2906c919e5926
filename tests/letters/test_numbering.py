"""Numbers on real PostgreSQL: one after the other, none twice, none left out."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from letters.models import NumberSeries
from letters.numbering import draft_number, next_number

ISSUERS = 20
EACH = 5


class Rollback(Exception):
    pass


def at_once(work):
    """Run `work(n)` in ISSUERS connections of their own at the same time."""

    def one(n):
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(ISSUERS) as pool:
        return list(pool.map(one, range(ISSUERS)))


@pytest.mark.django_db
def test_the_form_of_a_number():
    assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕1号"
    assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕2号"


@pytest.mark.django_db
def test_issuer_kind_and_year_count_apart():
    next_number("licheng", "金黎执", "移", 2026)
    assert next_number("licheng", "金黎执", "受", 2026) == "金黎执受〔2026〕1号"
    assert next_number("taji", "金塔执", "移", 2026) == "金塔执移〔2026〕1号"
    assert next_number("licheng", "金黎执", "移", 2027) == "金黎执移〔2027〕1号"


@pytest.mark.django_db
def test_a_series_starts_where_the_paper_register_ended_and_keeps_its_pattern_next_year():
    NumberSeries.objects.create(
        issuer_code="taji", kind="移", year=2026, start=37, pattern="{prefix}{kind}〔{year}〕第{n}号"
    )
    assert next_number("taji", "金塔执", "移", 2026) == "金塔执移〔2026〕第37号"
    assert draft_number("taji", "金塔执", "移", 2026) == "金塔执移〔2026〕第　　号"
    assert next_number("taji", "金塔执", "移", 2027) == "金塔执移〔2027〕第1号"


@pytest.mark.django_db
def test_the_start_is_fixed_once_a_number_is_out():
    next_number("licheng", "金黎执", "移", 2026)
    series = NumberSeries.objects.get()
    series.start = 5
    with pytest.raises(ValidationError):
        series.full_clean()


@pytest.mark.parametrize(
    "pattern", ["{n}号", "〔{year}〕号", "{x}", "{", "{n.real}{year}", "{n!r}{year}", "{n:>9}{year}"]
)
def test_a_pattern_that_could_repeat_a_number_is_refused(pattern):
    with pytest.raises(ValidationError):
        NumberSeries._meta.get_field("pattern").run_validators(pattern)


@pytest.mark.django_db(transaction=True)
def test_no_number_outside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        next_number("licheng", "金黎执", "移", 2026)


@pytest.mark.django_db(transaction=True)
def test_a_number_goes_back_with_its_transaction():
    def and_fail():
        with transaction.atomic():
            next_number("licheng", "金黎执", "移", 2026)
            raise Rollback

    with pytest.raises(Rollback):
        and_fail()
    with transaction.atomic():
        assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕1号"
        with pytest.raises(Rollback):
            and_fail()
        assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕2号"


def issue_some(n, take):
    """EACH letters; a third of the transactions fail after taking their number."""
    chance, got = random.Random(n), []
    while len(got) < EACH:
        try:
            with transaction.atomic():
                number = take()
                time.sleep(chance.random() / 500)
                if chance.random() < 1 / 3:
                    raise Rollback
        except Rollback:
            continue
        got.append(number)
    return got


@pytest.mark.django_db(transaction=True)
@pytest.mark.smoke
def test_20_issuers_at_once_get_each_number_once_and_leave_none_out():
    taken = at_once(lambda n: issue_some(n, lambda: next_number("licheng", "金黎执", "移", 2026)))
    numbers = [number for one in taken for number in one]
    assert sorted(numbers) == sorted(f"金黎执移〔2026〕{n}号" for n in range(1, ISSUERS * EACH + 1))


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_numbers_are_given_twice():
    """The same crowd, reading and writing without the row lock: the test above can tell the difference."""
    NumberSeries.objects.create(issuer_code="licheng", kind="移", year=2026)

    def careless():
        series = NumberSeries.objects.get(issuer_code="licheng", kind="移", year=2026)
        n = series.upcoming
        time.sleep(0.001)
        NumberSeries.objects.filter(pk=series.pk).update(last=n)
        return n

    numbers = [number for one in at_once(lambda n: issue_some(n, careless)) for number in one]
    assert sorted(numbers) != list(range(1, ISSUERS * EACH + 1))
    assert len(set(numbers)) < len(numbers)


@pytest.mark.django_db(transaction=True)
def test_negative_control_a_database_sequence_leaves_gaps():
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE letters_test_sequence")
    try:

        def sequence():
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('letters_test_sequence')")
                return cursor.fetchone()[0]

        numbers = [number for one in at_once(lambda n: issue_some(n, sequence)) for number in one]
        assert sorted(numbers) != list(range(1, ISSUERS * EACH + 1))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SEQUENCE letters_test_sequence")


@pytest.mark.django_db(transaction=True)
def test_many_who_open_the_year_at_once_open_one_series():
    def first(n):
        with transaction.atomic():
            number = next_number("taji", "金塔执", "移", 2030)
            time.sleep(0.01)
            if n % 2:
                transaction.set_rollback(True)
                return None
        return number

    numbers = [number for number in at_once(first) if number]
    assert sorted(numbers) == sorted(f"金塔执移〔2030〕{n}号" for n in range(1, ISSUERS // 2 + 1))
    assert NumberSeries.objects.filter(issuer_code="taji").count() == 1
