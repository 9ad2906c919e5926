"""Numbers of letters (发文字号): unique and without gaps per issuer, kind and year.

The series' row is locked until the caller's transaction ends. A number is therefore given only
together with the letter that bears it: if the issue fails, the number is free again and the next
issuer, who has been waiting, takes it. In the engine's lock order the series comes last.
"""

from django.db import connection, transaction

from .models import DEFAULT_PATTERN, NumberSeries


def next_number(issuer_code: str, prefix: str, kind_word: str, year: int) -> str:
    """Take the next number, e.g. "金黎执移〔2026〕12号"; only inside the transaction that issues the letter."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "next_number() must run in the transaction that issues the letter."
        )
    series = _locked(issuer_code, kind_word, year)
    n = series.upcoming
    NumberSeries.objects.filter(pk=series.pk).update(last=n)
    return series.pattern.format(prefix=prefix, kind=kind_word, year=year, n=n)


def draft_number(issuer_code: str, prefix: str, kind_word: str, year: int) -> str:
    """The number's form with a blank in place of the running number, for a draft; takes nothing."""
    # This year's series, or the one whose pattern it would inherit.
    pattern = _inherited_pattern(issuer_code, kind_word, year + 1)
    return pattern.format(prefix=prefix, kind=kind_word, year=year, n="　　")


def _locked(issuer_code: str, kind: str, year: int) -> NumberSeries:
    key = {"issuer_code": issuer_code, "kind": kind, "year": year}
    locked = NumberSeries.objects.select_for_update().filter(**key)
    series = locked.first()
    if series is None:
        # Two issuers may open the year at once: the second's insert waits for the first's transaction
        # and then does nothing, or succeeds if the first rolled back. Either way one row is there to lock.
        pattern = _inherited_pattern(issuer_code, kind, year)
        NumberSeries.objects.bulk_create([NumberSeries(**key, pattern=pattern)], ignore_conflicts=True)
        series = locked.get()
    return series


def _inherited_pattern(issuer_code: str, kind: str, year: int) -> str:
    earlier = NumberSeries.objects.filter(issuer_code=issuer_code, kind=kind, year__lt=year).order_by("-year")
    return earlier.values_list("pattern", flat=True).first() or DEFAULT_PATTERN
