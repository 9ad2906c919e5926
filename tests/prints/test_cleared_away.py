"""A print lives for a day, and not a moment longer than a material in it. The row stays: who took the file out."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from evidence import conf
from proceedings import prints, tasks
from proceedings.materials import add_material, remove
from proceedings.models import FilePrint, Material

from .conftest import pdf_bytes

pytestmark = pytest.mark.django_db


def names(made):
    return [made.pdf.name, made.cover.name, made.index.name]


def kept(found):
    return [default_storage.exists(name) for name in found]


def test_it_goes_when_a_material_is_removed(sent, attach, printed, licheng_leader, django_capture_on_commit_callbacks):
    wrong = attach(sent, licheng_leader, "传错.pdf", pdf_bytes("wrong"))
    made = printed(sent, licheng_leader)
    files = names(made)
    assert kept(files) == [True] * 3
    with django_capture_on_commit_callbacks(execute=True):
        remove(wrong, licheng_leader, "上传有误。")
    made.refresh_from_db()
    assert made.status == "gone"
    assert kept(files) == [False] * 3


def test_it_goes_from_every_matter_that_held_the_file(
    desk, sent, attach, printed, licheng_leader, licheng, django_capture_on_commit_callbacks
):
    wrong = attach(sent, licheng_leader, "传错.pdf", pdf_bytes("wrong"))
    other = desk.draft(licheng_leader)
    add_material(other, wrong.stored, "evidence", licheng_leader, licheng, name=wrong.name)
    made = printed(other, licheng_leader)
    with django_capture_on_commit_callbacks(execute=True):
        remove(wrong, licheng_leader, "上传有误。")
    made.refresh_from_db()
    assert made.status == "gone"


def test_one_that_was_being_made_meanwhile_is_thrown_away(
    sent, attach, licheng_leader, monkeypatch, django_capture_on_commit_callbacks
):
    wrong = attach(sent, licheng_leader, "传错.pdf", pdf_bytes("wrong"))
    made, keep, stored = prints.ask("transfer", sent.pk, licheng_leader), prints.keep, []

    def late(made, *args, **known):
        with django_capture_on_commit_callbacks(execute=True):
            remove(wrong, licheng_leader, "上传有误。")
        try:
            keep(made, *args, **known)
        finally:
            stored.extend(names(made))

    monkeypatch.setattr(prints, "keep", late)
    prints.make_pending()
    made.refresh_from_db()
    assert made.status == "gone"
    assert len(stored) == 3
    assert kept(stored) == [False] * 3


def test_it_goes_after_a_day(sent, printed, licheng_clerk, django_capture_on_commit_callbacks):
    made = printed(sent, licheng_clerk)
    files = names(made)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tidy()
    assert kept(files) == [True] * 3
    FilePrint.objects.update(made_at=timezone.now() - prints.KEPT - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.tidy()
    made.refresh_from_db()
    assert (made.status, made.officer, made.pages > 0) == ("gone", licheng_clerk, True)
    assert kept(files) == [False] * 3


def test_the_page_of_one_that_is_gone_offers_to_make_it_again(client, sent, printed, licheng_clerk):
    made = printed(sent, licheng_clerk)
    prints.clear(FilePrint.objects.all())
    client.force_login(licheng_clerk, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/prints/{made.pk}/").content.decode()
    assert "已经清除" in page
    assert "重新制作" in page
    assert client.get(f"/prints/{made.pk}/volume.pdf").status_code == 404


def test_one_asked_for_while_a_removal_was_on_its_way_is_thrown_away(sent, attach, licheng_leader, monkeypatch):
    """The removal had cleared the prints that it saw, and was not committed yet when this one was asked for."""
    wrong = attach(sent, licheng_leader, "传错.pdf", pdf_bytes("wrong"))
    made, keep = prints.ask("transfer", sent.pk, licheng_leader), prints.keep

    def committed_meanwhile(made, *args, **known):
        Material.objects.filter(pk=wrong.pk).update(removed_at=timezone.now())
        keep(made, *args, **known)

    monkeypatch.setattr(prints, "keep", committed_meanwhile)
    prints.make_pending()
    made.refresh_from_db()
    assert made.status == "gone"
    assert not [name for name in default_storage.listdir("prints")[0] if default_storage.listdir(f"prints/{name}")[1]]


def test_a_print_whose_day_is_over_is_gone_before_anybody_cleared_it_away(client, sent, printed, licheng_leader):
    made = printed(sent, licheng_leader)
    FilePrint.objects.filter(pk=made.pk).update(made_at=timezone.now() - timedelta(days=9))
    client.force_login(licheng_leader)
    assert client.get(f"/prints/{made.pk}/volume.pdf").status_code == 404
    assert prints.ask("transfer", sent.pk, licheng_leader).pk != made.pk


def older(path, hours):
    os.utime(path, times=(time.time() - hours * 3600,) * 2)


def test_bytes_of_a_worker_that_was_killed_go_after_a_day(sent, printed, licheng_clerk):
    """It had stored them and was killed before its row named them."""
    made = printed(sent, licheng_clerk)
    ready = names(made)
    orphans = [default_storage.save(f"prints/2026/0{n}/9-volume.pdf", ContentFile(b"%PDF")) for n in (1, 2)]
    for name in [*ready, *orphans]:
        older(default_storage.path(name), 23)
    tasks.tidy()
    assert kept([*ready, *orphans]) == [True] * 5
    for name in [*ready, *orphans]:
        older(default_storage.path(name), 25)
    tasks.tidy()
    assert kept([*ready, *orphans]) == [True] * 3 + [False] * 2


def test_so_does_what_it_left_in_the_scratch_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    scratch = Path(conf.scratch())
    for name, hours in (("tmpold", 25), ("tmpnew", 23), ("1234-servers-of-a-test-run", 25)):
        (scratch / name).mkdir()
        (scratch / name / "1.pdf").write_bytes(b"%PDF")
        older(scratch / name, hours)
    (scratch / "tmpupload").write_bytes(b"%PDF")
    older(scratch / "tmpupload", 25)
    tasks.tidy()
    assert sorted(path.name for path in scratch.iterdir()) == ["1234-servers-of-a-test-run", "tmpnew"]
