"""Carrying a plan out: one transaction for the rows, then their files."""

import contextlib
from pathlib import Path

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection, models, transaction

from evidence import resumable
from evidence.models import StoredFile, UploadSession
from evidence.serve import remove_bytes
from firstrun.models import Completion
from firstrun.removal.edges import LETS_GO, edges, records
from firstrun.removal.plan import Plan, changed_of
from letters.models import DEFAULT_PATTERN, NumberSeries
from organizations.models import Officer, Unit
from proceedings.models import Letter, Mandate, Proceeding, SweepRun

BATCH = 5000


def erase(plan: Plan) -> int:
    """Returns the number of files that went. Nothing, or all of it; the files after the rows are certainly gone."""
    with transaction.atomic():
        stored, names = list(StoredFile.objects.filter(pk__in=plan.of(StoredFile))), file_names(plan)
        with events_may_go(plan):
            _switch_off(plan)
            _forget(plan)
            _tidy_accounts(plan)
            _delete(plan)
            _tidy_numbers(plan)
            if plan.leaves_nothing:
                SweepRun.objects.all().delete()
                Completion.objects.all().delete()
        _restart_numbers(plan)
    for file in stored:
        remove_bytes(file)
    for name in names:
        default_storage.delete(name)
    remove_empty_folders()
    return len(stored) + len(names)


@contextlib.contextmanager
def events_may_go(plan):
    """What is written once may be removed by the database's owner, who runs this; the triggers come back.

    Tables with checks outstanding cannot be altered, so these are made first.
    """
    tables = sorted({model._meta.db_table for model in plan.counts})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} DISABLE TRIGGER USER")
        yield
        # A reference that was overlooked must stop it here, and not after the files are gone.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # as they were, for whoever goes on in the same transaction


def file_names(plan) -> list[str]:
    """Files that rows name themselves, such as a letter's PDF; StoredFile looks after its own."""
    found = []
    for model, keys in plan.doomed.items():
        fields = [f.name for f in model._meta.local_fields if isinstance(f, models.FileField)]
        if model is not StoredFile and fields and keys:
            for row in model._base_manager.filter(pk__in=keys).values_list(*fields):
                found += filter(None, row)
    return found


def _forget(plan) -> None:
    for edge in edges():
        keys = plan.of(edge.target)
        if edge.manner == LETS_GO and keys:
            edge.model._base_manager.filter(**{f"{edge.field.name}__in": keys}).update(**{edge.field.name: None})


def _delete(plan) -> None:
    """In no order: the foreign keys are looked at when everything is gone."""
    for model, keys in plan.doomed.items():
        table, key = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(model._meta.pk.column)
        ordered = sorted(keys, key=str)
        with connection.cursor() as cursor:
            for start in range(0, len(ordered), BATCH):
                cursor.execute(
                    f"DELETE FROM {table} WHERE {key} = ANY(%s)",  # noqa: S608  names of our own models
                    [ordered[start : start + BATCH]],
                )
    for model in (*records(), Mandate):
        model.history.filter(id__in=plan.of(model)).delete()


def _tidy_accounts(plan) -> None:
    """What is tied to an officer or unit by a name instead of a key."""
    officers = dict(Officer.objects.filter(pk__in=plan.of(Officer)).values_list("pk", "username"))
    gone = {str(pk) for pk in officers}
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) in gone:
            session.delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__in=officers.values()).delete()
    for upload in UploadSession.objects.filter(owner__in=[f"officer:{pk}" for pk in officers]):
        resumable.discard(upload.pk, owner=upload.owner)
    codes = Unit.objects.filter(pk__in=plan.of(Unit)).values_list("code", flat=True)
    Group.objects.filter(name__in=[f"unit:{code}" for code in codes]).delete()


def _switch_off(plan) -> None:
    """Officers of the sample who stay because matters name them: nobody logs in as them any more, unless somebody
    has made a real account of theirs."""
    kept = plan.kept.get(Officer, set())
    own = {changed.record.pk for changed in changed_of(Officer, kept)}
    for officer in Officer.objects.filter(pk__in=kept - own):
        officer.is_active = False
        officer.set_unusable_password()
        officer._change_reason = "移除示例县，停用"
        officer.save(update_fields=["is_active", "password"])


def _tidy_numbers(plan) -> None:
    """A series that no letter or matter uses any more begins anew; one that somebody had set up keeps its start and form."""
    used = set(Letter.objects.filter(on_paper=False).values_list("issuer__code", "issued_at__year"))
    for series in NumberSeries.objects.exclude(last=None):
        if (series.issuer_code, series.year) in used or _numbers_a_matter(series):
            continue
        own = series.start != 1 or series.pattern != DEFAULT_PATTERN
        if own and Unit.objects.filter(code=series.issuer_code).exists():
            NumberSeries.objects.filter(pk=series.pk).update(last=None)
        else:
            series.delete()


def _numbers_a_matter(series) -> bool:
    """Whether a matter bears a number of the series that no letter bears (立案号)."""
    unit = Unit.objects.filter(code=series.issuer_code).first()
    if unit is None:
        return False
    form = series.pattern.format(prefix=unit.letter_prefix, kind=series.kind, year=series.year, n="|")
    before, _, after = form.partition("|")
    return Proceeding.objects.filter(number__startswith=before, number__endswith=after).exists()


def _restart_numbers(plan) -> None:
    """Keys of emptied tables begin with 1 again: the county's first transfer is /transfers/1/.

    RESTART and not setval(), which a roll-back would not take back.
    """
    for model in plan.counts:
        if model._base_manager.exists():
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
            if sequence := cursor.fetchone()[0]:
                cursor.execute(f"ALTER SEQUENCE {sequence} RESTART")


def remove_empty_folders() -> None:
    if not isinstance(default_storage, FileSystemStorage):
        return
    root = Path(default_storage.location)
    for folder in sorted((p for p in root.rglob("*") if p.is_dir()), key=lambda p: len(p.parts), reverse=True):
        with contextlib.suppress(OSError):
            folder.rmdir()
