"""In whose name a stationed officer (派驻) may act, as the menu shows it. What it means is `Officer.all_capacities()`."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from .models import Party


@dataclass(frozen=True)
class Chosen:
    """One line of the choice. Frozen, because the frame around the page is rendered once for equal ones (still.py)."""

    code: str
    unit_name: str
    note: str
    current: bool
    turns: int = 0


def capacities(officer):
    """(Chosen, …), the usual one first; nothing where there is no choice."""
    offered = officer.offered or officer.all_capacities()
    if len(offered) < 2:
        return ()
    turns = Party.objects.filter(unit__in=[c.unit.pk for c in offered], turn=True, until=None)
    waiting = dict(turns.order_by().values_list("unit").annotate(n=Count("pk")))
    acting = officer.acting_unit.pk
    return tuple(
        Chosen(c.unit.code, c.unit.short_name, note_of(c, officer), c.unit.pk == acting, waiting.get(c.unit.pk, 0))
        for c in offered
    )


def note_of(capacity, officer):
    """ "本单位", "派驻，经办人，至2027年3月31日"."""
    if capacity.home:
        return "本单位" if capacity.unit == officer.unit else officer.unit.short_name
    words = f"派驻，{capacity.office}" if capacity.office else "业务主管部门"
    if capacity.until is None:
        return words
    last = capacity.until - timedelta(days=1)
    return f"{words}，至{last.year}年{last.month}月{last.day}日"
