"""Form fields of a list's filters. They read an address: several values repeated or with commas between, days or
moments, units and powers by their codes. The same fields read the parameters of REST."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date

from jinhu_enforcement.entries import check_year
from proceedings.forms import MomentField
from workdays.calendar import SHANGHAI

# Beyond this many the options are looked up while one types.
OPTIONS_AT_MOST = 120
MALFORMED = "请写成 2026-10-08 或 2026-10-08T09:10 的样子。"
TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False}


class ReadsSeveral:
    """?state=sent&state=draft and ?state=sent,draft are the same."""

    def value_from_datadict(self, data, files, name):
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        given = [given] if isinstance(given, str) else given
        return [part.strip() for value in given for part in value.split(",") if part.strip()]


class Ticks(ReadsSeveral, forms.CheckboxSelectMultiple):
    pass


class Picks(ReadsSeveral, forms.SelectMultiple):
    pass


class SeveralField(forms.MultipleChoiceField):
    """Some of a few choices."""

    widget = Ticks

    def __init__(self, *, choices, **kwargs):
        super().__init__(choices=choices, required=False, **kwargs)
        known = "、".join(str(code) for code, _ in choices)
        self.error_messages["invalid_choice"] = f"没有“%(value)s”这一项，可以是：{known}。"


class CodesField(forms.Field):
    """Some records by their codes; cleaned to the records. `more`: {code: label} of choices beside the records."""

    widget = Picks

    def __init__(self, queryset, *, code="code", lookup="", more=None, **kwargs):
        super().__init__(required=False, **kwargs)
        self.queryset, self.code, self.lookup, self.more = queryset, code, lookup, more or {}
        if lookup:
            self.widget.attrs["data-lookup"] = lookup

    def clean(self, value):
        codes = list(dict.fromkeys(value or []))
        wanted = [c for c in codes if c not in self.more]
        # NUL and half characters are refused by the database with an error of its own.
        known = {getattr(r, self.code): r for r in self._named([c for c in wanted if c.isprintable()])}
        if unknown := [c for c in wanted if c not in known]:
            raise ValidationError(f"没有代码为“{unknown[0][:60]}”的{self.label}。", code="invalid_choice")
        return [known.get(c, c) for c in codes]

    def _named(self, codes):
        return self.queryset.filter(**{f"{self.code}__in": codes}) if codes else ()

    def options(self, chosen):
        """[(code, label)] for the entry: all of them, or those that are chosen where there are too many."""
        rows = self.queryset[: OPTIONS_AT_MOST + 1] if self.lookup else self.queryset
        if self.lookup and len(rows) > OPTIONS_AT_MOST:
            rows = self._named([c for c in chosen if c not in self.more])
        return [*self.more.items(), *((getattr(r, self.code), label_of(r)) for r in rows)]


def label_of(record):
    return getattr(record, "short_name", None) or str(record)


class Tick(forms.CheckboxInput):
    """?late=1, ?late=false; Django takes "0" for a tick."""

    def value_from_datadict(self, data, files, name):
        return data.get(name) or ""

    def format_value(self, value):
        return "1"


def truth(text):
    if text not in TRUTH:
        raise ValidationError(f"不能是“{text[:60]}”，可以是：true、false。", code="invalid_choice")
    return TRUTH[text]


class FlagField(forms.BooleanField):
    """Only those that are so, or not asked."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=Tick(check_test=lambda v: TRUTH.get(plain(v), False)), **kwargs)

    def to_python(self, value):
        return bool(plain(value)) and truth(plain(value))


def plain(value):
    return str(value or "").strip().lower()


class TruthField(forms.TypedChoiceField):
    """Yes, no, or not asked: ?open=1, ?open=false."""

    def __init__(self, *, yes, no, **kwargs):
        choices = [("", "不限"), ("1", yes), ("0", no)]
        super().__init__(choices=choices, required=False, coerce=lambda v: v == "1", empty_value=None, **kwargs)

    def to_python(self, value):
        text = plain(value)
        return "" if not text else "1" if truth(text) else "0"


class EdgeField(forms.Field):
    """One end of a stretch of time. A day means its beginning, or with `end` the midnight that closes it; a moment
    (over REST) means itself."""

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, *, end=False, **kwargs):
        super().__init__(required=False, **kwargs)
        self.end = end

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text)
            found = self._edge(day) if day else MomentField().clean(text)
        except (ValueError, OverflowError) as error:
            raise ValidationError(MALFORMED, code="invalid") from error
        except ValidationError as error:
            if any(one.code == "year" for one in error.error_list):
                raise
            raise ValidationError(MALFORMED, code="invalid") from error
        return found

    def _edge(self, day):
        check_year(day)
        return datetime.combine(day + timedelta(days=1) if self.end else day, time(), SHANGHAI)

    def said(self, value):
        """The edge in words: the day, or the moment where it is not a day's edge."""
        local = timezone.localtime(value)
        if local.time() != time():
            return f"{local:%Y-%m-%d %H:%M}"
        return (local.date() - timedelta(days=1) if self.end else local.date()).isoformat()
