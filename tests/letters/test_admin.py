"""The number series in the admin: what was given out cannot be changed or given out again."""

import pytest
from django.urls import reverse

from letters.models import NumberSeries
from letters.numbering import next_number

pytestmark = pytest.mark.django_db


def page(series):
    return reverse("admin:letters_numberseries_change", args=[series.pk])


@pytest.fixture
def series():
    return NumberSeries.objects.create(issuer_code="licheng", kind="移", year=2026)


def test_a_start_can_be_entered_before_the_first_number(admin_client, series):
    admin_client.post(page(series), {"start": 37, "pattern": series.pattern})
    assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕37号"


def test_a_stale_form_takes_back_no_number(admin_client, series):
    """The form was opened before the first letter was issued and is sent after."""
    next_number("licheng", "金黎执", "移", 2026)
    admin_client.post(page(series), {"start": 1, "pattern": "{prefix}{kind}〔{year}〕第{n}号"})
    series.refresh_from_db()
    assert (series.start, series.last) == (1, 1)
    assert next_number("licheng", "金黎执", "移", 2026) == "金黎执移〔2026〕第2号"


def test_a_start_is_no_field_any_more_once_a_number_is_out(admin_client, series):
    next_number("licheng", "金黎执", "移", 2026)
    admin_client.post(page(series), {"start": 90, "pattern": series.pattern})
    series.refresh_from_db()
    assert series.start == 1


def test_a_used_series_cannot_be_deleted(admin_client, series):
    delete = reverse("admin:letters_numberseries_delete", args=[series.pk])
    next_number("licheng", "金黎执", "移", 2026)
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    assert NumberSeries.objects.count() == 1


def test_a_pattern_without_number_is_refused_with_a_reason(admin_client, series):
    answer = admin_client.post(page(series), {"start": 1, "pattern": "{prefix}〔{year}〕号"})
    assert "格式必须同时包含" in answer.content.decode()
