"""What the frame around every page shows: who acts for which unit, what waits, where else to go."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Count, Q
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone

from .capacities import Chosen, capacities
from .compiled import Compiled, Number, moment, one
from .models import Notice, Party, reader
from .models.mandate import held
from .office import learn
from .registry import all_procedures, procedure_for

# The seven systems of the regulation in its own order: clause, name, icon.
SYSTEMS = (
    ("M3.1", "案件移送", "transfer"),
    ("M3.2", "投诉举报", "message-report"),
    ("M3.3", "信息共享", "share"),
    ("M3.4", "联合执法", "users-group"),
    ("M3.5", "执法协助", "lifebuoy"),
    ("M3.6", "争议协调", "scale"),
    ("M3.7", "司法衔接", "gavel"),
)
COUNT_LIMIT = 99


def address(*names, default=""):
    """The first of these addresses that exists: a system that is not installed has no link."""
    return _address(names, default, get_urlconf(), get_script_prefix())


@cache
def _address(names, default, urlconf, prefix):
    for name in names:
        with suppress(NoReverseMatch):
            return reverse(name)
    return default


def capped(number):
    return f"{COUNT_LIMIT}+" if number > COUNT_LIMIT else number


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    current: bool
    count: int | str = 0
    late: int | str = 0


@dataclass(frozen=True)
class Shell:
    """What the frame around a page shows. Frozen, because the frame is rendered once for each (still.py)."""

    home: str = "/"
    search_url: str = ""
    notices_url: str = ""
    new_url: str = "/"
    me_url: str = "/"
    password_url: str = ""
    # Of leaders, and of who signs for one (授权代签).
    mandates_url: str = ""
    logout_url: str = ""
    admin_url: str = ""
    section: str = ""
    platform: str = ""
    demo: bool = False
    unit_name: str = ""
    unit_code: str = ""
    name: str = ""
    office: str = ""
    # Of officers who may act for more than one unit (派驻).
    capacities: tuple[Chosen, ...] = ()
    away: bool = False
    comes_from: str = ""
    unread: int | str = 0
    turns: int | str = 0
    systems: tuple[Link, ...] = ()
    shelf: tuple[Link, ...] = ()


def shell_of(request):
    """The Shell of a request's officer and page."""
    officer = request.user
    match = request.resolver_match
    space = match.namespace if match else ""
    name = match.url_name if match else ""
    found = {
        "home": address("worklist", default="/"),
        "search_url": address("search"),
        "notices_url": address("notices"),
        "new_url": address("new", default="/"),
        "me_url": address("me", default="/"),
        "password_url": address("password_change"),
        "logout_url": address("logout"),
        "section": section(space, name),
        "platform": settings.PLATFORM_NAME,
        "demo": settings.DEMO,
    }
    if not officer.is_authenticated:
        return Shell(**found)
    unit = learn(officer).acting_unit
    if not hasattr(request, "turn_counts"):  # else a view that has counted already left its numbers there
        request.turn_counts, request.unread = frame_counts(officer)
    counts = request.turn_counts
    chosen = capacities(officer) if officer.may_be_elsewhere else ()
    return Shell(
        **found,
        admin_url=address("admin:index") if officer.is_staff else "",
        unit_name=unit.short_name if unit else "",
        unit_code=unit.code if unit else "",
        name=officer.name,
        capacities=chosen,
        away=officer.is_away,
        comes_from=officer.comes_from if chosen else "",
        office="负责人" if officer.is_leader else "经办人" if officer.is_clerk else officer.post,
        mandates_url=address("mandates") if officer.is_leader or held(officer) else "",
        unread=capped(request.unread),
        turns=capped(sum(n for n, _late in counts.values())),
        systems=systems(counts, owners().get(name, space)),
        shelf=shelf(space, name),
    )


def frame_counts(officer):
    """({kind: (turns, late ones)} of the unit's worklist, unread notices of the officer)."""
    told = reader(officer)
    ask = frame_query(told["unit_id"] is not None, told["audiences"], told["administrator"])
    found = ask(officer=officer.pk, unit=told["unit_id"], now=timezone.now())
    return {r["kind"]: (r["n"], r["late"]) for r in found.get("turns", ())}, found["unread"]


@cache
def frame_query(in_unit, audiences, administrator):
    def build(officer, unit=None, now=None):
        notices = Notice.objects.for_reader(officer, unit, audiences, administrator).not_read_by(officer)
        # Counted up to what the bell shows: somebody who never opens his notices must not slow every page.
        found = {"unread": Number(notices.order_by()[: COUNT_LIMIT + 1])}
        if in_unit:
            turns = Party.objects.filter(unit=unit, turn=True, until=None).order_by()
            late = Count("pk", filter=Q(due_at__lte=now))
            found["turns"] = turns.values("kind").annotate(n=Count("pk"), late=late)
        return found

    return Compiled(build, officer=one(), **({"unit": one(), "now": moment()} if in_unit else {}))


def section(space, name):
    return {
        "worklist": "worklist", "new": "new", "open": "new", "search": "search", "me": "me",
        "me_tokens": "me", "password_change": "me", "mandates": "me", "notices": "notices",
    }.get(name, space)  # fmt: skip


@cache
def owners():
    """{name of the address: kind} of the pages that procedures have of their own."""
    return {name: p.code for p in all_procedures() for names in p.pages for name in (names[0], *names[2:])}


def system_of(procedure):
    """The entry of SYSTEMS a procedure belongs to, by its clause; None for the case file and the like."""
    if procedure.code == "case":
        return None
    for entry in SYSTEMS:
        if procedure.clause == entry[0] or procedure.clause.startswith(entry[0] + "."):
            return entry
    return None


def systems(counts, space):
    rows = []
    for entry, codes, url in installed_systems(get_urlconf(), get_script_prefix()):
        count = sum(counts.get(c, (0, 0))[0] for c in codes)
        late = sum(counts.get(c, (0, 0))[1] for c in codes)
        rows.append(Link(entry[1], entry[2], url, space in codes, capped(count), capped(late)))
    return tuple(rows)


def section_tabs(kind, current):
    """[Link]: the lists and pages of the system to which the procedure `kind` belongs; none where it has one only.
    `current`: the kind, or the name of the page, that one is on."""
    entry = system_of(procedure_for(kind))
    same = [p for p in all_procedures() if entry is not None and system_of(p) is entry]
    rows = [(p.code, p.name, address(f"{p.code}:list")) for p in same]
    rows += [(name, label, address(name)) for p in same for name, label, *_ in p.pages]
    return [Link(label, "", url, name == current) for name, label, url in rows if url] if len(rows) > 1 else []


@cache
def installed_systems(urlconf, prefix):
    """[(entry of SYSTEMS, codes of its procedures, address of the first one's list)]"""
    rows = []
    for entry in SYSTEMS:
        codes = [p.code for p in all_procedures() if system_of(p) is entry]
        url = next(filter(None, (address(f"{code}:list") for code in codes)), "")
        if url:
            rows.append((entry, codes, url))
    return rows


def shelf(space, name):
    rows = [
        ("案件", "folder", address("case:list"), space in ("case", "cases")),
        ("公文", "file-text", address("letters"), name == "letters"),
        ("年历", "calendar", address("workdays:calendar"), space == "workdays"),
        ("公文校验", "shield-check", address("verify"), name == "verify"),
        ("使用手册", "help-circle", address("handbook"), name == "handbook"),
    ]
    return tuple(Link(a, b, c, d) for a, b, c, d in rows if c)
