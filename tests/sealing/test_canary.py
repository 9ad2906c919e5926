"""Who complained is nowhere in the clear: a thousand complainants who can be told from everything else go through every
path, and afterwards every place is searched for them (canary/places.py). The page that reveals them is the exception.

CANARIES sets how many; the time of the run is printed with what was searched.
"""

import logging
import os
import time
from contextlib import ExitStack
from functools import partial

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from complaints.models import Complaint
from jinhu_enforcement.celery import app
from proceedings.models import Letter, Material, Notice, Proceeding
from proceedings.notices import deliver_pending
from tests.proceedings.endpoints import mail_server, webhook

from .canary import places
from .canary.finder import Finder
from .canary.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("canary"), pytest.mark.timeout(900)]
CANARIES = int(os.environ.get("CANARIES", "1000"))


@pytest.fixture
def world(settings):
    """Everything real: a mail server and a webhook on the loopback, the broker, the log as production writes it."""
    settings.DEMO = True
    settings.NOTICE_CHANNELS, settings.EMAIL_BACKEND = (
        ["email", "webhook"],
        "django.core.mail.backends.smtp.EmailBackend",
    )
    with ExitStack() as stack:
        port, mails = stack.enter_context(mail_server())
        address, calls = stack.enter_context(webhook())
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.NOTICE_WEBHOOK_URL = "127.0.0.1", port, address
        places.empty_queue()
        stack.callback(places.empty_queue)
        made = World()
        made.mails, made.calls = mails.received, calls.received
        made.lines = stack.enter_context(places.log_kept())
        made.heard = stack.enter_context(places.redis_watched())
        yield made


def search(world, to_the_end=True):
    """{place: what was found in it}, with what it took on the screen."""
    finder, found = Finder(world.people), {}
    for place in places.PLACES:
        started, size, number, hits = time.monotonic(), 0, 0, {}
        for where, data in place(world):
            size, number = size + len(data), number + 1
            for hit in finder.find(data):
                hits.setdefault(hit, where)
            if hits and not to_the_end:
                break
        found[place.__name__] = hits
        print(
            f"{place.__name__}: {number} pieces, {size / 1e6:.1f} MB, {time.monotonic() - started:.1f} s, {len(hits)} hits"
        )
        assert number, f"nothing was searched in {place.__name__}"
    return found


def work(world, number):
    doors = (world.code,) if number < 100 else ()  # a look while one works at it
    for what in (partial(world.walk_every_path, doors), world.try_everything, partial(world.register_until, number)):
        started = time.monotonic()
        what()
        print(f"{getattr(what, 'func', what).__name__}: {time.monotonic() - started:.1f} s")
    finish(world)


def finish(world):
    """What the worker does: letters, files to be printed, notices on their way."""
    world.render()
    for path, who, matter in PRINTS:
        record = next(one for one in world.linked(world.walked[path][0]) if one.kind == matter)
        assert world.print(record, who).status == "done", f"{matter} of {path}"
    deliver_pending(400)
    places.prepare(world)


PRINTS = (
    ("referred, accepted", "shijian_clerk", "transfer"), ("referred, accepted", "shijian_clerk", "case"),
    ("case concluded", "licheng_clerk", "case"), ("referred, accepted", "licheng_clerk", "complaint"),
    ("notified, answered, fed back", "licheng_clerk", "complaint"),
)  # fmt: skip


@pytest.mark.clause("M3.2.0")
def test_no_complainant_stands_anywhere_in_the_clear(world):
    started = time.monotonic()
    work(world, CANARIES)
    assert Complaint.objects.count() >= CANARIES
    print(f"\n{len(world.people)} people, {time.monotonic() - started:.0f} s of work")
    found = search(world)
    print(f"{time.monotonic() - started:.0f} s")
    assert not any(found.values()), "\n".join(
        f"{place}: {hit} in {where}" for place, hits in found.items() for hit, where in list(hits.items())[:30]
    )


@pytest.mark.clause("M3.2.0")
def test_what_is_planted_is_found_in_every_place(world):
    """Negative control: past all guards the name goes into the record's texts, the log, the cache, a task, a file."""
    for path in ("registered", *sorted({path for path, *_ in PRINTS})):
        world.walk(path, world.code)
    who = world.people[-1]
    plant(world, who)
    logging.getLogger("jinhu.planted").info("told %s", who.phone)
    cache.set("planted", {"typed": who.name}, 60)
    app.send_task("proceedings.tasks.planted", args=[who.name], ignore_result=True)
    default_storage.save("planted/notes", ContentFile(who.address.encode()))
    finish(world)
    missed = [place for place, hits in search(world, to_the_end=False).items() if not hits]
    assert not missed


def plant(world, who):
    Proceeding.objects.update(title=who.name)
    Complaint.objects.update(facts=who.phone)
    Notice.objects.update(text=f"{who.name}来电")
    for letter in Letter.objects.all():
        letter.content["paragraphs"][0] = who.phone
        letter.save(update_fields=["content"])
    complaint = world.walked["referred, accepted"][0]
    original = complaint.materials.get(redacted_from=None)
    transfer = next(one for one in world.linked(complaint) if one.kind == "transfer")
    Material.objects.filter(pk=original.pk).update(proceeding=transfer)
    world.code.kept("planted", world.staff.desk("licheng_clerk").get(complaint.get_absolute_url()))
