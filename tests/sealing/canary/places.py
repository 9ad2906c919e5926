"""Where a complainant could stand in the clear: each place gives [(where exactly, bytes)], to be searched by the finder."""

import json
import logging
import shutil
import subprocess
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
from django.conf import settings
from django.contrib import admin
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import NoReverseMatch, reverse

from evidence.models import StoredFile
from jinhu_enforcement import embedded, wakeup
from jinhu_enforcement.celery import app
from jinhu_enforcement.logs import JsonFormatter
from proceedings import authority
from proceedings.models import FilePrint, Letter, Material
from tests import addresses

# Of letters the files are searched by themselves; a picture of a page is of the same words.
FILES = ("letter_pdf", "letter_docx", "letter_copies", "letter_service", "letter_page", "material_redact_page")
SUPERVISOR = ("sifa_leader",)
READERS = ("licheng_clerk", "licheng_leader", "chengguan_leader", "shijian_clerk", "sifa_leader", "admin")


# --- what goes by while officers work -----------------------------------------------------------------


class Lines(logging.Handler):
    """The log as it is written, every level of it."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonFormatter())
        self.lines = []

    def emit(self, record):
        # The pictures are made by the test; the platform draws in processes of their own (evidence/raster.py).
        if not record.name.startswith("PIL."):
            self.lines.append(self.format(record))


@contextmanager
def log_kept():
    lines, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    others = [one for one in root.handlers if one is not lines]
    for one in others:  # what is on the screen is not searched
        root.removeHandler(one)
    try:
        yield lines.lines
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
        for one in others:
            root.addHandler(one)


@contextmanager
def redis_watched():
    """Every command that reaches Redis, with its arguments: what is gone in a second has passed by here, too."""
    connection = redis.Redis.from_url(settings.REDIS_URL).connection_pool.get_connection()
    heard, stopped = [], threading.Event()

    def listen():
        while not stopped.is_set():
            if connection.can_read(timeout=0.1):
                heard.append(connection.read_response(disable_decoding=True))

    connection.send_command("MONITOR")
    connection.read_response()
    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        stopped.set()
        thread.join(5)
        connection.disconnect()


# --- what officers get to see -------------------------------------------------------------------------


def taken(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def answers(world):
    """What came back while they worked."""
    yield from world.answers


def pages(world):
    """Each page of each path's matters, and every page that is about none, as each reader gets it."""
    plain = [(name, path) for name, path in without_arguments() if not name.startswith(("api", "admin", "logout"))]
    for who in READERS:
        for name, path in plain:
            yield f"{who} {name}", taken(world.staff.desk(who).get(path))
    for name, path in readable(world):
        if name.startswith(("api-", *FILES)) or name.endswith(("reveal", "sign")):
            continue
        readers = READERS[::2] if name.endswith("detail") else READERS[:1]
        if is_scan(world, name, path):
            readers = SUPERVISOR
        for who in readers:
            if not name.endswith((":step", ":step_preview", ":step_docx")) or path in world.open_steps:
                yield f"{who} {path}", taken(world.staff.desk(who).get(path))


def readable(world):
    """Every address about the matters, without those that take another method than GET."""
    others = {}
    for name, path in addresses.about(world.files):
        if name not in others:
            # Asked by somebody to whom no scan is shown: a look at one leaves its picture in the storage.
            others[name] = world.staff.desk(SUPERVISOR[0]).get(path).status_code == 405
        if not others[name]:
            yield name, path


def is_scan(world, name, path):
    """The unit that keeps the identity reads it as it came, and with it the whole of its complaint's file; nobody else."""
    pk = path.strip("/").split("/")[1] if name.startswith("material") else ""
    return (pk and pk not in world.covered) or name.endswith(("materials_zip", "print_pdf"))


def without_arguments():
    for name, names in addresses.named_patterns():
        if not names and not name.startswith("admin/"):
            with suppress(NoReverseMatch):
                yield name, reverse(name)


def rest(world):
    for who in READERS:
        desk = world.staff.desk(who)
        for name, path in without_arguments():
            if name.startswith("api-") and name.endswith("-list"):
                page = f"{path}?page_size=100"
                while page:
                    answer = desk.get(page)
                    yield f"{who} {page}", answer.content
                    page = answer.json()["next"] if who in READERS[:1] else None
        yield f"{who} schema", taken(desk.get("/api/schema/?format=json"))
    for name, path in readable(world):
        if name.startswith("api-") and not name.endswith(("-pdf", "-docx", "-copies", "-service", "api-material")):
            yield path, taken(world.staff.desk(READERS[0]).get(path))


def exports(world):
    """The ledgers (台账), all rows."""
    for who in READERS:
        for name, path in without_arguments():
            if name.endswith(":export") and ":" in name:
                yield f"{who} {path}", taken(world.staff.desk(who).get(path))


def letters(world):
    for letter in Letter.objects.all():
        yield f"letter {letter.pk}", json.dumps(letter.content)
        for file in (letter.pdf, letter.docx):
            if file:
                yield f"letter {file.name}", read(file)


def printed(world):
    """Whole files: of a complaint, cover and index; of what others get, everything."""
    for made in FilePrint.objects.filter(status=FilePrint.Status.DONE).select_related("proceeding"):
        for file in (made.cover, made.index) + ((made.pdf,) if made.proceeding.kind != "complaint" else ()):
            yield f"{made.proceeding.kind} {file.name}", read(file)


def handed_on(world):
    """The materials of transfers and cases as their receiver takes them, in one ZIP."""
    for kind, who in (("transfer", "shijian_clerk"), ("transfer", "licheng_clerk"), ("case", "shijian_clerk")):
        for pk in world.files.matters[kind]:
            answer = world.staff.desk(who).get(reverse(f"{kind}:materials_zip", args=[pk]))
            if answer.status_code == 200:
                yield f"{who} {kind} {pk}", taken(answer)


def administration(world):
    """Every list of the administration, and of each the newest entries with their history."""
    desk = world.staff.desk("admin")
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield base, taken(desk.get(reverse(f"{base}_changelist"), {"q": "1917"}))
        yield base, taken(desk.get(reverse(f"{base}_changelist")))
        for pk in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:2]:
            for page in ("change", "history"):
                answer = desk.get(reverse(f"{base}_{page}", args=[pk]))
                yield f"{base} {pk} {page}", taken(answer)
    yield "admin", taken(desk.get(reverse("admin:index")))


# --- what leaves the platform, and what lies in it -----------------------------------------------------


def messages(world):
    """Mails and calls of the webhook, as they arrived."""
    for one in world.mails:
        yield "mail", one["message"].as_bytes()
    for one in world.calls:
        yield "webhook", json.dumps(one)


def log(world):
    yield from (("log", line) for line in list(world.lines))
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        server = Path(cursor.fetchone()[0]).parent / "log" / "postgres.log"
    with suppress(OSError):
        yield "the database's log", server.read_bytes()


def redis_commands(world):
    yield from (("redis, passing by", line) for line in list(world.heard))


def redis_keys(world):
    server = redis.Redis.from_url(settings.REDIS_URL)
    for key in server.scan_iter(count=1000):
        yield "redis", key
        if server.type(key) == b"string":
            yield f"redis {key!r}", server.get(key) or b""
        elif server.type(key) == b"hash":
            yield f"redis {key!r}", b"\n".join(part for pair in server.hgetall(key).items() for part in pair)
        elif server.type(key) == b"set":
            yield f"redis {key!r}", b"\n".join(server.smembers(key))
        elif server.type(key) == b"list":
            yield f"redis {key!r}", b"\n".join(server.lrange(key, 0, -1))
        elif server.type(key) == b"zset":
            yield f"redis {key!r}", b"\n".join(server.zrange(key, 0, -1))


def queue():
    return settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] + app.conf.task_default_queue


def empty_queue():
    """What another test has sent is none of this one's."""
    redis.Redis.from_url(settings.REDIS_URL).delete(queue())


def tasks(world):
    """The messages that wait for the worker."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    yield from (("task", message) for message in server.lrange(queue(), 0, -1))


def dump(world):
    """The whole database as pg_dump writes it, piece by piece."""
    there, name = connection.settings_dict, "pg_dump"
    with suppress(embedded.ServerError):
        name = str(embedded.postgres_binaries() / "pg_dump")
    command = [name if Path(name).exists() else shutil.which("pg_dump"), "-d", there["NAME"], "--no-owner"]
    for option, key in (("-h", "HOST"), ("-p", "PORT"), ("-U", "USER")):
        command += [option, str(there[key])] if there[key] else []
    environ = {"PGPASSWORD": there["PASSWORD"] or "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, env=environ, check=True)
    assert done.stdout.count(b"COPY public.") > 60
    for number, piece in enumerate(done.stdout.split(b"\nCOPY ")):
        yield f"dump {number} {piece[:60].decode(errors='replace')}", piece


def files(world):
    """Whatever lies in the storage: every name, and the bytes of all but the scans as they came."""
    originals = set(StoredFile.objects.filter(pk__in=world.original_files).values_list("file", flat=True))
    with_scans = set(FilePrint.objects.filter(proceeding__kind="complaint").values_list("pdf", flat=True))
    for path in every_file():
        yield f"file {path}", path
        if path not in originals | with_scans:
            with default_storage.open(path) as file:
                yield f"file {path}", file.read()


def every_file(folder=""):
    folders, names = default_storage.listdir(folder or ".")
    for name in names:
        yield f"{folder}{name}"
    for inner in folders:
        yield from every_file(f"{folder}{inner}/")


def read(file):
    with file.open("rb") as source:
        return source.read()


PLACES = (
    answers, pages, rest, exports, letters, printed, handed_on, administration, messages, log, redis_commands,
    redis_keys, tasks, dump, files,
)  # fmt: skip


def prepare(world):
    """What the places need to know: one complaint of each path and what was opened from it; their scans as they came."""
    records = [record for walked in world.walked.values() for record in world.linked(walked[0])]
    records = list({record.pk: record for record in records}.values())
    world.files = addresses.Files.of(records)
    if "shared" in world.walked:
        assert world.files.matters["information"]
    scans = Material.objects.filter(name__startswith="来信", redacted_from=None).exclude(stored__content_type="")
    world.covered = {str(pk) for pk in Material.objects.exclude(redacted_from=None).values_list("pk", flat=True)}
    world.original_files = set(scans.values_list("stored_id", flat=True))
    world.open_steps = set(open_steps(world, records))
    assert wakeup.flush(15)


def open_steps(world, records):
    officer = world.staff.officer(READERS[0])
    for record in records:
        for step in authority.open_steps(record.child, officer):
            for name in ("step", "step_docx"):
                yield reverse(f"{record.kind}:{name}", args=[record.pk, step.code])
