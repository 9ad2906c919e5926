"""整卷打印: the whole file as one PDF, made by the worker because it may take minutes (docs/adr/0020).

`ask` writes a row and wakes the worker, `make_pending` makes what waits, one at a time, `readable` gives it to the
officer who asked for it, and to nobody else. Bytes live for a day, and not a moment longer than a material in them.
"""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from evidence import conf, paper
from evidence.maintenance import listed, purge_unnamed
from jinhu_enforcement.wakeup import wake
from letters import binding, render
from letters import volume as sheets
from letters.layout import LetterContent

from . import bundle, originals, volume
from .errors import NotVisible, Refused
from .letters import render_letter
from .models import FilePrint, Material, Notice, Outbox, Proceeding, SweepRun
from .notices import channels
from .office import learn

log = logging.getLogger("jinhu.prints")

TASK = "proceedings.tasks.make_prints"
PIECES = {"volume": ("pdf", "整卷"), "cover": ("cover", "卷宗封面"), "index": ("index", "卷内文件目录")}
KEPT = timedelta(hours=24)
MOST_WAITING = 3  # of one officer
MOST_PAGES = 2000  # of one file, and of one document in it
MOST_BYTES = 500 * conf.MB
SECONDS_EACH = 60  # for one document
SECONDS_ALL = 240  # after that the rest is named on sheets instead; Celery ends a task after 600
TAKEN_FOR_DEAD = timedelta(minutes=12)
MOST_ATTEMPTS = 2
# Whoever waited longer has gone on to something else.
WORTH_A_NOTICE = timedelta(seconds=15)

Status = FilePrint.Status


# --- asking and fetching -------------------------------------------------------------------------------


def ask(kind, pk, officer):
    """The print of this matter for `officer`: a new one to be made, or the one that still says the same."""
    found = bundle.load_file(kind, pk, learn(officer))
    if found is None:
        raise NotVisible()
    record, today = found[0], timezone.localdate()
    unit = unit_name(officer, record)
    listed = volume.items(record, unit, today)
    own = kept().filter(officer=officer, status__in=(Status.WAITING, Status.MAKING, Status.DONE))
    mark = volume.fingerprint(record, listed, officer, unit, today)
    same = own.filter(proceeding_id=record.pk, fingerprint=mark).first()
    if same is not None:
        return same
    if own.exclude(status=Status.DONE).count() >= MOST_WAITING:
        raise Refused(f"您已有 {MOST_WAITING} 份整卷正在制作，请稍候再试。")
    made = FilePrint.objects.create(
        proceeding_id=record.pk, officer=officer, unit=officer.acting_unit, fingerprint=mark, total=len(listed)
    )
    transaction.on_commit(lambda: wake(TASK))
    return made


def kept():
    """Without those whose day is over, whether they were cleared away already or not."""
    return FilePrint.objects.exclude(status=Status.DONE, made_at__lt=timezone.now() - KEPT)


def readable(pk, officer):
    """His own, in the name in which he asked for it, of a matter that he may still see; else NotVisible."""
    seen = Proceeding.objects.visible_to(learn(officer)).order_by()
    mine = kept().filter(officer=officer, unit=officer.acting_unit, proceeding__in=seen)
    found = mine.select_related("proceeding").filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def unit_name(officer, record):
    unit = officer.acting_unit or record.opened_by_unit
    return unit.name


# --- making --------------------------------------------------------------------------------------------


class Gone(Exception):
    """The print was cleared away while it was being made."""


def make_pending():
    """Make the oldest one that waits. One at a time on the whole platform: signed letters and clocks share the
    worker. True if there may be more."""
    made = claim()
    if made is None:
        return False
    started = time.monotonic()
    try:
        make(made)
    except (Gone, NotVisible):
        clear(FilePrint.objects.filter(pk=made.pk))
    except Exception:
        log.exception("file not printed", extra={"print": made.pk})
        FilePrint.objects.filter(pk=made.pk, status=Status.MAKING).update(status=Status.FAILED, made_at=timezone.now())
    made.refresh_from_db()
    seconds = round(time.monotonic() - started, 2)
    log.info("file printed", extra={"print": made.pk, "status": made.status, "pages": made.pages, "seconds": seconds})
    if made.status in (Status.DONE, Status.FAILED) and timezone.now() - made.requested_at > WORTH_A_NOTICE:
        tell(made)
    return True


def claim():
    """The oldest waiting print, now marked as being made; None if there is none or another one is being made."""
    with transaction.atomic():
        # The row of this job: whoever holds it decides, so that two workers do not both begin.
        SweepRun.objects.get_or_create(job="make_prints", defaults={"finished_at": timezone.now()})
        SweepRun.objects.select_for_update(no_key=True).get(job="make_prints")
        now = timezone.now()
        lost = Q(status=Status.MAKING, started_at__lt=now - TAKEN_FOR_DEAD)
        # Whatever ended a worker twice would end it for ever.
        FilePrint.objects.filter(lost, attempts__gte=MOST_ATTEMPTS).update(status=Status.FAILED, made_at=now)
        if FilePrint.objects.filter(status=Status.MAKING, started_at__gte=now - TAKEN_FOR_DEAD).exists():
            return None
        made = FilePrint.objects.filter(Q(status=Status.WAITING) | lost).order_by("pk").first()
        if made is not None:
            FilePrint.objects.filter(pk=made.pk).update(
                status=Status.MAKING, started_at=now, attempts=F("attempts") + 1, done=0
            )
            made.refresh_from_db()
        SweepRun.objects.filter(job="make_prints").update(finished_at=now)
    return made


def make(made):
    officer, today = asker(made), timezone.localdate()
    found = bundle.load_file(made.proceeding.kind, made.proceeding_id, officer)
    if found is None:
        raise NotVisible()
    record, unit = found[0], unit_name(officer, found[0])
    listed = volume.items(record, unit, today)
    with TemporaryDirectory(dir=conf.scratch()) as folder:
        press = Press(made, record, unit, today, Path(folder))
        press.withheld = originals.withheld(record, officer, [i.material for i in listed if i.material is not None])
        contents, parts = press.documents(listed)
        pages = contents[-1]["last"]
        cover = sheets.cover(unit, volume.cover_rows(record, officer, len(listed), pages, today), today).pdf()
        index = sheets.index(unit, volume.index_rows(contents), today).pdf()
        lines = volume.note_lines(record, contents, pages, press.left_out)
        signed = [("立卷人", officer.name), ("检查人", ""), ("立卷时间", sheets.date_line(today))]
        note = sheets.note(unit, lines, signed, today).pdf()
        whole = Path(folder) / "whole.pdf"
        front = [binding.Part(cover, "卷宗封面", False), binding.Part(index, "卷内文件目录", False)]
        binding.bind([*front, *parts, binding.Part(note, "卷内备考表", False)], whole, record.title)
        printed = {item.material.pk for item in listed if item.material is not None}
        keep(made, printed, whole, cover, index, pages=pages, contents=contents, left_out=press.left_out)


def asker(made):
    """The officer in the capacity in which he asked; NotVisible if he has lost it meanwhile."""
    officer = made.officer
    if not officer.is_active:
        raise NotVisible()
    learn(officer)
    own = officer.acting_unit
    if made.unit_id != (own.pk if own else None) and not (made.unit and officer.act_for(made.unit.code)):
        raise NotVisible()
    return officer


class Press:
    """Prints one document after the other, within bounds of pages, bytes and time."""

    def __init__(self, made, record, unit, today, folder):
        self.made, self.record, self.unit, self.today, self.folder = made, record, unit, today, folder
        self.pages = self.bytes = self.left_out = 0
        # The ids of materials that the officer who asked must not read.
        self.withheld = set()
        self.until = time.monotonic() + SECONDS_ALL

    def documents(self, listed):
        """([the index's entries], [binding.Part])."""
        contents, parts = [], []
        for n, item in enumerate(listed, 1):
            source, count, note = self.document(n, item)
            contents.append({
                "number": item.number, "by": item.by, "title": item.title, "note": note,
                "date": item.day.isoformat() if item.day else "", "first": self.pages + 1, "last": self.pages + count,
            })  # fmt: skip
            self.pages += count
            parts.append(binding.Part(source, item.title))
            if not FilePrint.objects.filter(pk=self.made.pk, status=Status.MAKING).update(done=n, total=len(listed)):
                raise Gone
        return contents, parts

    def document(self, n, item):
        """(PDF, pages, remark) of one document, or of the sheet that stands in for it."""
        if item.record:
            source = sheets.record(self.unit, volume.record_parts(self.record), self.today).pdf()
            return source, binding.page_count(source), item.note
        if item.letter is not None and not item.letter.on_paper:
            source = letter_bytes(item.letter)
            return source, binding.page_count(source), item.note
        target, count, why = self.folder / f"{n}.pdf", 0, "纸质来文，没有附扫描件。"
        if item.material is not None and item.material.pk in self.withheld:
            why = originals.KEPT_APART
        elif item.material is not None:
            count, why = self.material(item.material.stored, target)
        if count:
            return target, count, item.note
        self.left_out += 1
        rows = volume.substitute_rows(item, why)
        source = sheets.substitutes(self.unit, [rows], self.today, stored=item.material is not None).pdf()
        return source, 1, "，".join(filter(None, [item.note, "未印入"]))

    def material(self, stored, target):
        """(pages, why there are none)."""
        if stored.content_type not in paper.KINDS:
            return 0, "不能印成纸页的电子文件（文档、表格、音像、压缩包）。"
        pages, size = MOST_PAGES - self.pages, MOST_BYTES - self.bytes
        seconds = min(SECONDS_EACH, self.until - time.monotonic())
        if pages <= 0 or size < stored.size or seconds <= 0:
            return 0, f"本卷已满（{MOST_PAGES} 页或者 {MOST_BYTES // conf.MB} MB），本件请单独打印。"
        count = paper.sheets(stored, target, most_pages=pages, most_bytes=size, seconds=seconds)
        self.bytes += target.stat().st_size if count else 0
        return count, "文件有密码、已损坏，或者过大，请打开原件核对。"


def letter_bytes(letter):
    """What was signed, as it is stored; a withdrawn one with 作废 across it."""
    if letter.void_at:
        return render.pdf(LetterContent.from_json(letter.content).changed(void=True))
    with render_letter(letter).pdf.open("rb") as file:
        return file.read()


def keep(made, materials, whole, cover, index, **known):
    """Store the bytes, unless the print was cleared away or one of its materials removed meanwhile: then nothing of it
    remains. `materials`: the ids of what is in it."""
    with stored_or_nothing(made), whole.open("rb") as file:
        made.pdf.save(f"{made.pk}-volume.pdf", File(file), save=False)
        made.cover.save(f"{made.pk}-cover.pdf", ContentFile(cover), save=False)
        made.index.save(f"{made.pk}-index.pdf", ContentFile(index), save=False)
        names = {name: getattr(made, name).name for name in ("pdf", "cover", "index")}
        with transaction.atomic():
            # The lock that a removal takes: it is over, and seen here, or it comes later and clears this print.
            Proceeding.objects.lock([made.proceeding_id])
            if Material.objects.filter(pk__in=materials).exclude(removed_at=None).exists():
                raise Gone
            found = FilePrint.objects.filter(pk=made.pk, status=Status.MAKING)
            if not found.update(status=Status.DONE, made_at=timezone.now(), **names, **known):
                raise Gone


@contextmanager
def stored_or_nothing(made):
    try:
        yield
    except BaseException:
        drop_bytes([made])
        raise


def tell(made):
    """To the officer himself: it is ready, or it failed."""
    what = (
        f"整卷打印已制作完成，共 {made.pages} 页" if made.status == Status.DONE else "整卷打印没有制作成功，请再试一次"
    )
    notice = Notice.objects.create(
        proceeding_id=made.proceeding_id, officer=made.officer, audience="clerks", kind="file_print",
        text=f"{what}：{made.proceeding.title}",
    )  # fmt: skip
    Outbox.objects.bulk_create([Outbox(notice=notice, channel=c) for c in channels()])


# --- clearing away -------------------------------------------------------------------------------------


def clear(prints):
    """Take the bytes of these prints away; one that is being made is thrown away when it is done."""
    with transaction.atomic():
        rows = list(prints.exclude(status=Status.GONE).select_for_update(of=("self",), no_key=True).order_by("pk"))
        FilePrint.objects.filter(pk__in=[row.pk for row in rows]).update(status=Status.GONE, pdf="", cover="", index="")
        # Not before it is certain: bytes do not come back with a roll-back.
        transaction.on_commit(lambda: drop_bytes(rows))
    return len(rows)


def clear_of(matters):
    """A material of these matters was removed: so are the prints that it may be in."""
    return clear(FilePrint.objects.filter(proceeding_id__in=matters))


def clear_old():
    return clear(FilePrint.objects.filter(status=Status.DONE, made_at__lt=timezone.now() - KEPT))


def sweep_up():
    """Delete bytes that no row names: of a worker that was killed while it stored them, or before it deleted them."""
    months = [f"prints/{year}/{month}" for year in listed("prints")[0] for month in listed(f"prints/{year}")[0]]
    return sum(purge_unnamed(month, named, KEPT // timedelta(hours=1)) for month in months)


def named(names):
    found = set()
    for field in ("pdf", "cover", "index"):
        found |= set(FilePrint.objects.filter(**{f"{field}__in": names}).values_list(field, flat=True))
    return found


def drop_bytes(rows):
    for row in rows:
        for file in (row.pdf, row.cover, row.index):
            if file:
                file.storage.delete(file.name)
