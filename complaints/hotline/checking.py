"""What the rows of a file would become: registered, skipped because they are already there, or wrong and where."""

from dataclasses import dataclass, field

from complaints import rules
from complaints.forms import ComplaintForm
from spreadsheets.problems import Problem

from .columns import COLUMNS, TITLES, Book, entries_of


@dataclass
class Ready:
    """A row that can be registered. `entries` hold the identity; everything else may be shown and kept."""

    sheet: str
    number: int
    entries: dict
    unit: str = ""
    reason: str = ""
    certain: bool = True

    @property
    def order(self):
        return self.entries["order_number"]

    @property
    def shown(self):
        title, place, anonymous = (self.entries.get(n, "") for n in ("title", "place", "anonymous"))
        return {
            "sheet": self.sheet, "row": self.number, "order": self.order, "title": title, "place": place,
            "anonymous": bool(anonymous), "unit": self.unit, "reason": self.reason, "certain": self.certain,
        }  # fmt: skip


@dataclass
class Checked:
    ready: list[Ready] = field(default_factory=list)
    # [{sheet, row, order, why, url}]
    skipped: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def wrong(self):
        """How many rows."""
        return len({(p.sheet, p.row) for p in self.problems})


def check(table, officer) -> Checked:
    """Each row through the form of a registration by hand."""
    unit, book = officer.acting_unit, Book()
    found = Checked(unused=table.unused)
    parsed = [(row, *entries_of(row.cells, book)) for row in table.rows]
    known = rules.registered_orders([entries.get("order_number", "") for _, entries, _ in parsed], unit)
    seen = {}
    with rules.one_file(known):
        for row, entries, wrong in parsed:
            order = entries.get("order_number", "")
            place = {"sheet": row.sheet, "row": row.number, "order": order}
            if order in known:
                found.skipped.append(skipped_as(place, known[order]))
            elif order and order in seen:
                first = seen[order]
                found.skipped.append(place | {"why": f"与第 {first} 行的工单号相同，只登记第 {first} 行", "url": ""})
            else:
                seen[order] = row.number
                one = Ready(row.sheet, row.number, entries)
                wrong = wrong or objections(one, officer, unit)
                found.problems += [Problem(row.sheet, row.number, title, said) for title, said in wrong]
                found.ready += [] if wrong else [one]
    return found


def skipped_as(place, complaint):
    return place | {"why": f"已登记为{complaint.number}", "url": complaint.get_absolute_url()}


def objections(one, officer, unit):
    """[(column, message)]; notes whom the powers list says to be competent."""
    form = ComplaintForm(one.entries, officer=officer, unit=unit)
    if not form.is_valid():
        return said_of(form.errors)
    if told := rules.competence(form.cleaned_data["power"], form.cleaned_data["township"]):
        one.unit, one.reason, one.certain = told.unit.short_name, told.reason, told.certain
    return []


def said_of(errors):
    """[(column, message)] of a form's errors, in the words of the sheet."""
    order = [column.name for column in COLUMNS]
    names = sorted(errors, key=lambda n: order.index(n) if n in order else -1)
    return [(TITLES.get(name, ""), in_the_sheet(message)) for name in names for message in errors[name]]


def in_the_sheet(message):
    return str(message).replace("请勾选“匿名”", "请在“匿名”列填“是”")
