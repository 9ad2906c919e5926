"""What a list may be filtered by. Each filter is a field of the form and what it leaves of the list.

The engine's own filters ask about the proceeding, its parties and its clocks. A procedure adds what is peculiar to it:

    filters = (Flag("urgent", "紧急"), Codes("power", "行政处罚事项", Power.objects.all(), lookup="/api/powers/"))
"""

from functools import cache

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organizations.models import Unit
from proceedings.models import Party

from .fields import CodesField, EdgeField, FlagField, SeveralField, TruthField, label_of

MINE, NOBODY = "me", "none"


class Filter:
    """Base of all. `path`: the field of the record that is asked, if it is not called like the filter."""

    # Shown in the form; the others are for links and programs.
    visible = True

    def __init__(self, name, label, *, path="", hint=""):
        self.name, self.label, self.path, self.hint = name, label, path or name, hint

    def field(self, procedure, officer):
        raise NotImplementedError

    def condition(self, value, procedure, officer):
        """What the records must be like; None for a filter that asks about the list's own columns or a clock."""

    def clock(self, value):
        """What one running clock of the record must be like, as lookups."""
        return {}

    def is_asked(self, value):
        return value not in (None, "", [], False)

    def chips(self, value, field):
        """[(words, the one value that the chip stands for, None for the whole)]"""
        return [(f"{self.label}：{value}", None)]


class Text(Filter):
    def field(self, procedure, officer):
        return forms.CharField(label=self.label, max_length=60, required=False, strip=True)

    def condition(self, value, procedure, officer):
        found = Q()
        for path in ("title", "number", *procedure.searched):
            found |= Q((f"{path}__icontains", value))
        return found


class Flag(Filter):
    """Only those that are so."""

    def field(self, procedure, officer):
        return FlagField(label=self.label, help_text=self.hint)

    def condition(self, value, procedure, officer):
        return Q((self.path, True))

    def chips(self, value, field):
        return [(self.label, None)]


class Choices(Filter):
    """Some of a field's choices."""

    def __init__(self, name, label, choices, **kwargs):
        super().__init__(name, label, **kwargs)
        self.choices = choices

    def field(self, procedure, officer):
        return SeveralField(label=self.label, choices=list(self.choices))

    def condition(self, value, procedure, officer):
        return Q((f"{self.path}__in", value))

    def chips(self, value, field):
        labels = dict(field.choices)
        return [(f"{self.label}：{labels[one]}", one) for one in value]


class States(Choices):
    """The list's own column (find.Wanted.states)."""

    def field(self, procedure, officer):
        return SeveralField(label=self.label, choices=[(s.code, s.label) for s in procedure.states.values()])

    def condition(self, value, procedure, officer):
        return None


class Codes(Filter):
    """Some units, powers …, by their codes. `lookup`: where the typeahead asks when there are many."""

    def __init__(self, name, label, queryset, *, lookup="", **kwargs):
        super().__init__(name, label, **kwargs)
        self.queryset, self.lookup = queryset, lookup

    def field(self, procedure, officer):
        return CodesField(self.queryset.all(), label=self.label, lookup=self.lookup)

    def condition(self, value, procedure, officer):
        return Q((f"{self.path}__in", value))

    def chips(self, value, field):
        return [(f"{self.label}：{label_of(one)}", getattr(one, field.code)) for one in value]


class Counterpart(Codes):
    """A unit that takes part, in whatever role."""

    def condition(self, value, procedure, officer):
        return Q(Exists(Party.objects.filter(proceeding=OuterRef("pk"), unit__in=value, until=None)))


class Assignee(Filter):
    """An officer by user name; "me" is whoever asks, so that a view can be shared; "none": nobody yet."""

    def field(self, procedure, officer):
        officers = get_user_model().objects
        unit = officer.acting_unit
        of_unit = officers.of_unit(unit).order_by("name") if unit else officers.none()
        more = {MINE: "我经办的", NOBODY: "无人承办"}
        return OfficersField(of_unit, code="username", reader=officer, more=more, label=self.label)

    def condition(self, value, procedure, officer):
        named = [one.pk for one in value if one not in (MINE, NOBODY)] + [officer.pk] * (MINE in value)
        return Q(assignee__in=named) | (Q(assignee=None) if NOBODY in value else Q())

    def chips(self, value, field):
        named = [(one, one) if one in field.more else (one.name, one.username) for one in value]
        return [(field.more.get(label, f"{self.label}：{label}"), code) for label, code in named]


class OfficersField(CodesField):
    """The entry offers who is with the unit today; an address may also name who was, and supervision anybody. Whoever
    else is named is as unknown as a name that nobody has: the answer would tell who is employed where."""

    def __init__(self, queryset, *, reader, **kwargs):
        super().__init__(queryset, **kwargs)
        self.reader = reader

    def _named(self, codes):
        if not codes:
            return ()
        officers, unit = get_user_model().objects, self.reader.acting_unit
        if not self.reader.has_perm("proceedings.supervise_all"):
            officers = officers.ever_with(unit) if unit else officers.none()
        return officers.filter(username__in=codes)


class Truth(Filter):
    def __init__(self, name, label, *, yes, no, **kwargs):
        super().__init__(name, label, **kwargs)
        self.yes, self.no = yes, no

    def field(self, procedure, officer):
        return TruthField(label=self.label, yes=self.yes, no=self.no)

    def is_asked(self, value):
        return value is not None

    def condition(self, value, procedure, officer):
        return Q((self.path, value))

    def chips(self, value, field):
        return [(self.yes if value else self.no, None)]


class Edge(Filter):
    """The list's own column (find.Wanted.opened)."""

    def __init__(self, name, label, *, end=False, **kwargs):
        super().__init__(name, label, **kwargs)
        self.end = end

    def field(self, procedure, officer):
        return EdgeField(label=self.label, end=self.end)

    def chips(self, value, field):
        return [(f"{self.label}：{field.said(value)}", None)]


class DueEdge(Edge):
    """A period that ends with a day is due at the midnight that follows it."""

    def clock(self, value):
        return {"due_at__lte" if self.end else "due_at__gt": value}


class Late(Flag):
    def condition(self, value, procedure, officer):
        return None

    def clock(self, value):
        return {"due_at__lte": timezone.now()}


class Binding(Filter):
    """Whether the period binds by law or by the county's own table."""

    def field(self, procedure, officer):
        choices = [("", "不限"), ("statutory", "法定"), ("managerial", "管理时限")]
        return forms.ChoiceField(label=self.label, choices=choices, required=False)

    def clock(self, value):
        return {"statutory": value == "statutory"}

    def chips(self, value, field):
        return [(f"{self.label}：{dict(field.choices)[value]}", None)]


class OfCase(Filter):
    visible = False

    def field(self, procedure, officer):
        widget = forms.HiddenInput()
        return forms.IntegerField(label=self.label, min_value=1, max_value=2**63 - 1, required=False, widget=widget)

    def condition(self, value, procedure, officer):
        return Q(case=value)


GENERAL = (
    Text("q", "案由、编号或当事人"),
    States("state", "状态", ()),
    Counterpart("unit", "对方单位", Unit.objects.all(), lookup="/api/units/"),
    Codes("holder", "现由谁办理", Unit.objects.all(), lookup="/api/units/"),
    Assignee("assignee", "承办人"),
    Truth("open", "办结情况", yes="未办结", no="已办结", path="is_open"),
    Edge("since", "登记自"),
    Edge("until", "登记至", end=True),
    DueEdge("due_since", "截止自"),
    DueEdge("due_until", "截止至", end=True),
    Late("late", "已逾期"),
    Binding("binding", "时限性质"),
    OfCase("case", "所属案件"),
)


@cache
def filters_of(procedure):
    """{name: Filter}: the engine's own and the procedure's."""
    return {one.name: one for one in (*GENERAL, *procedure.filters)}
