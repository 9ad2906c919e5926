"""`make bench`: measure, and print ratios beside what the issue asks for. A report, not a gate: it exits with 0.

Each pair is alternated in one run, five rounds, medians. BENCH_SIZE=small is a quick look (about a minute), ARGS
names the parts: `python -m tests.bench calendar sweep pages drafts`.
"""

import json
import os
import statistics
import sys
import time
import timeit
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jinhu_enforcement.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DATA_DIR", f"/tmp/jinhu-bench-{os.getuid()}")  # static files only
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tokens  # noqa: E402
from organizations.models import Officer  # noqa: E402
from referrals.models import Transfer  # noqa: E402
from tests.bench import loader, server, sweeping  # noqa: E402
from workdays import calendar  # noqa: E402

SMALL = os.environ.get("BENCH_SIZE") == "small"
ROUNDS = 5
MATTERS = 4_000 if SMALL else 100_000
DUE, FEW, MANY = (1_000, 10_000, 40_000) if SMALL else (10_000, 100_000, 1_000_000)
REQUESTS = 80 if SMALL else 240
DRAFTS = 40 if SMALL else 160

rows = []


def row(what, bare, ours, ratio, target, kept):
    rows.append((what, bare, ours, ratio, target, "yes" if kept else "NO"))
    print(f"  {what}: {ours} beside {bare}, {ratio} (target {target})", flush=True)


def alternate(bare, ours):
    """Medians of five rounds, each with both; and the median of the rounds' ratios."""
    pairs = [(bare(n), ours(n)) for n in range(ROUNDS)]
    middle = statistics.median
    return middle(b for b, _ in pairs), middle(o for _, o in pairs), middle(o / b for b, o in pairs)


# --- (a) ----------------------------------------------------------------------------------------------


def measure_calendar():
    from chinese_calendar import is_workday

    start, amount = date(2026, 2, 12), 30

    def by_loop():
        day, left = start, amount
        while left:
            day += timedelta(days=1)
            left -= is_workday(day)
        return day

    calendar.refresh()
    if by_loop() != calendar.add_working_days(start, amount):
        raise SystemExit("the two calendars disagree")
    bare, ours, ratio = alternate(
        lambda n: timeit.timeit(by_loop, number=500) / 500,
        lambda n: (
            timeit.timeit("add(day, 30)", globals={"add": calendar.add_working_days, "day": start}, number=100_000)
            / 1e5
        ),
    )
    row(
        "30 working days",
        f"{bare * 1e6:.0f} µs (day loop)",
        f"{ours * 1e6:.2f} µs",
        f"1/{1 / ratio:.0f}",
        "≤ 1 µs",
        ours <= 1e-6,
    )


# --- (b) ----------------------------------------------------------------------------------------------


def measure_sweep():
    taken, ratios = {}, {}
    for running in (FEW, MANY):
        sweeping.clear()
        print(f"  loading {running:,} running clocks …", flush=True)
        loader.load_running_clocks(running, due=DUE)
        due = sweeping.remember()
        sweeping.tidy("proceedings_clock", "proceedings_proceeding")

        def ours(n, due=due):
            if n:
                sweeping.make_due()
            return sweeping.swept(due)

        bare, taken[running], ratio = alternate(sweeping.bare, ours)
        ratios[running] = ratio
        row(f"sweep, {due:,} due among {running:,}", f"{bare:.2f} s (one INSERT)", f"{taken[running]:.2f} s",
            f"{ratio:.2f}", *(("≤ 1.3", ratio <= 1.3) if running == MANY else ("(see flat)", True)))  # fmt: skip
    # Beside the bare statement, which takes longer among more rows as well: its foreign keys are looked up in them.
    flat = ratios[MANY] / ratios[FEW]
    row(
        f"sweep among {MANY:,} beside {FEW:,}",
        f"{ratios[FEW]:.2f} × bare ({taken[FEW]:.2f} s)",
        f"{ratios[MANY]:.2f} × bare ({taken[MANY]:.2f} s)",
        f"{flat:.2f}",
        "flat",
        flat <= 1.2,
    )
    sweeping.clear()


# --- (c) ----------------------------------------------------------------------------------------------


def measure_pages():
    sweeping.clear()
    print(f"  loading {MATTERS:,} proceedings …", flush=True)
    loader.load_matters(MATTERS)
    sweeping.tidy(
        "proceedings_proceeding", "proceedings_party", "proceedings_clock", "referrals_transfer", "cases_case"
    )
    officer = Officer.objects.get(username="licheng_clerk")
    sent = Transfer.objects.visible_to(officer).filter(state="sent").order_by("-pk").values_list("pk", flat=True)[:50]
    details = list(sent)
    with server.running() as port:
        cookie = {"Cookie": server.session_cookie(officer, port)}
        number = turns_shown(officer)
        for what, bare, ours in (
            (f"worklist, {number} rows", [f"/bare/rows/{number}/"], ["/"]),
            ("list, 25 rows", ["/bare/rows/25/"], ["/transfers/"]),
            ("list, 100 rows", ["/bare/rows/100/"], ["/transfers/?size=100"]),
            ("detail", [f"/bare/{pk}/" for pk in details], [f"/transfers/{pk}/" for pk in details]),
        ):
            queries = count_queries(officer, ours[0])
            compare_pages(f"{what}, {queries} queries", port, cookie, bare, ours, queries)


def turns_shown(officer):
    return min(100, officer.acting_unit.parties.filter(turn=True, until=None).count())


def count_queries(officer, path):
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client.get(path)
        calendar.refresh()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)


def compare_pages(what, port, cookie, bare, ours, queries):
    def burst(paths):
        requests = [("GET", paths[n % len(paths)], cookie, None) for n in range(REQUESTS)]
        return server.p95(server.load(port, requests)[0])

    for paths in (bare, ours):
        burst(paths)
    b, o, ratio = alternate(lambda n: burst(bare), lambda n: burst(ours))
    kept = ratio <= 2 and queries <= 12
    row(what, f"{b * 1e3:.0f} ms (bare page)", f"{o * 1e3:.0f} ms p95", f"{ratio:.2f}", "≤ 2, ≤ 12 queries", kept)


# --- (d) ----------------------------------------------------------------------------------------------


def measure_drafts():
    officer = Officer.objects.get(username="licheng_clerk")
    headers = {
        "Authorization": f"Token {tokens.create(officer, 'bench', 1, fetched=True)[1]}",
        "Content-Type": "application/json",
    }
    body = json.dumps({
        "receiver": "shijian", "township": "licheng", "title": "工园路某小吃店无证经营案", "party_kind": "sole_trader",
        "party_name": "刘某某", "place": "工园路与健康西路路口东北侧", "facts": "当事人在工园路路口设摊经营餐饮。",
        "grounds": "无证无照经营的查处属县市场监督管理局职责。",
        "discovered_at": (timezone.now() - timedelta(hours=1)).isoformat(),
    }).encode()  # fmt: skip

    with server.running() as port:

        def rate(path):
            return DRAFTS / server.load(port, [("POST", path, headers, body)] * DRAFTS)[1]

        for path in ("/bare/api/", "/api/transfers/"):
            rate(path)
        bare, ours, ratio = alternate(lambda n: rate("/bare/api/"), lambda n: rate("/api/transfers/"))
    row(
        "drafts over REST",
        f"{bare:.0f} a second (4 rows, bare)",
        f"{ours:.0f} a second",
        f"{ratio:.2f}",
        "≥ 0.5",
        ratio >= 0.5,
    )


# --- all ----------------------------------------------------------------------------------------------

PARTS = {"calendar": measure_calendar, "pages": measure_pages, "drafts": measure_drafts, "sweep": measure_sweep}


def prepare():
    """The benchmark empties tables: it works in a database of its own, beside the one that the address names."""
    own = f"{connection.settings_dict['NAME']}_bench"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{own}"')
    settings = connection.settings_dict
    connections.close_all()
    settings["NAME"] = own
    url = os.environ.get("DATABASE_URL", "")
    os.environ["DATABASE_URL"] = renamed(url, own)
    call_command("migrate", interactive=False, verbosity=0)
    from jinhu_enforcement.prepare import collect_static
    from organizations.sample import load_organizations

    collect_static()
    load_organizations("Jinhu-demo-2026")
    return own


def renamed(url, name):
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    return (
        urlunsplit(parts._replace(path=f"/{name}")).replace("postgres:/", "postgres://", 1)
        if not parts.netloc
        else (urlunsplit(parts._replace(path=f"/{name}")))
    )


def print_table():
    heads = ("what", "beside", "measured", "ratio", "target", "kept")
    widths = [max(len(str(r[n])) for r in [heads, *rows]) for n in range(len(heads))]
    print()
    for one in (heads, tuple("-" * w for w in widths), *rows):
        print("  ".join(str(cell).ljust(width) for cell, width in zip(one, widths, strict=True)))


def main():
    started = time.monotonic()
    own = prepare()
    try:
        for name in sys.argv[1:] or PARTS:
            print(name, flush=True)
            PARTS[name]()
    finally:
        print_table()
        connections.close_all()
        print(f"\n{'small sizes, ' if SMALL else ''}{time.monotonic() - started:.0f} s, database {own}")


if __name__ == "__main__":
    main()
