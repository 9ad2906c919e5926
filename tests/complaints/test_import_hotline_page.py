"""导入 12345 工单 on the page: checked, shown, then registered; and no identity in the clear on the way."""

import io
import logging

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile

from complaints.hotline import checking, reading, registering
from complaints.models import Complaint
from proceedings.models import AutosavedForm

from .helpers import MONDAY
from .orders import file_of, order

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0")]
HERE = "/complaints/import/"


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(f"{MONDAY}+08:00", tick=False)


def upload(desk, file, **more):
    return desk.post(HERE, {"file": file, **more})


def test_a_file_is_checked_shown_and_then_registered(licheng_clerk, desk_of):
    desk = desk_of(licheng_clerk)
    assert HERE.removeprefix("/complaints/") in desk.get("/complaints/").text
    answer = upload(desk, file_of(order(1), order(2)))
    page = desk.get(answer.url).text
    assert "将要登记" in page
    assert "JH2026101200002" in page
    assert not Complaint.objects.exists()
    done = desk.post(answer.url, follow=True)
    assert "已登记 2 件" in done.text
    assert Complaint.objects.count() == 2
    # Pressed twice it registers nothing and says why.
    again = desk.post(answer.url, follow=True)
    assert "已经登记过" in again.text
    assert Complaint.objects.count() == 2


def test_a_file_with_errors_registers_nothing_unless_the_good_rows_are_asked_for(licheng_clerk, desk_of):
    desk = desk_of(licheng_clerk)
    answer = upload(desk, file_of(order(1), order(2, **{"镇（街道）": "某镇"})))
    page = desk.get(answer.url).text
    assert "只登记其余 1 件" in page
    assert "看不出是哪一个镇（街道）" in page
    assert desk.post(answer.url).status_code == 400
    assert not Complaint.objects.exists()
    desk.post(answer.url, {"only_good": "1"})
    assert Complaint.objects.get().order_number == "JH2026101200001"


def test_what_was_registered_between_check_and_registration_is_skipped(licheng_clerk, desk_of):
    desk = desk_of(licheng_clerk)
    answer = upload(desk, file_of(order(1), order(2)))
    registering.register(checking.check(reading.read(file_of(order(1))), licheng_clerk).ready, licheng_clerk)
    assert "跳过刚才已登记的 1 件" in desk.post(answer.url, follow=True).text
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("file", [io.BytesIO(b"not a workbook"), None, io.BytesIO(b"")])
def test_a_bad_file_is_answered_with_what_to_do(licheng_clerk, desk_of, file):
    answer = desk_of(licheng_clerk).post(HERE, {"file": file} if file is not None else {})
    assert answer.status_code == 400
    assert "请" in answer.text


def test_another_officer_does_not_find_it(licheng_clerk, licheng_leader, desk_of):
    answer = upload(desk_of(licheng_clerk), file_of(order(1)))
    assert desk_of(licheng_leader).get(answer.url).status_code == 302
    assert desk_of(licheng_leader).post(answer.url).status_code == 302
    assert not Complaint.objects.exists()


def test_who_may_not_register_may_not_import(licheng_clerk, admin_officer, desk_of):
    licheng_clerk.groups.clear()
    for path in (HERE, f"{HERE}template.xlsx"):
        assert desk_of(licheng_clerk).get(path).status_code == 403
        assert desk_of(admin_officer).get(path).status_code == 403
    assert "导入 12345 工单" not in desk_of(licheng_clerk).get("/complaints/").text


# --- no identity in the clear -------------------------------------------------------------------------


def everywhere(connection):
    """Every text in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row[0] for row in cursor.fetchall())


def test_no_identity_stands_in_the_clear_on_the_way(licheng_clerk, desk_of, caplog):
    from django.db import connection

    desk = desk_of(licheng_clerk)
    with caplog.at_level(logging.DEBUG):
        answer = upload(desk, file_of(order(1), order(2, 联系电话="12")))
        pages = [desk.get(answer.url).text]
        kept = AutosavedForm.objects.get(step="import_hotline")
        before = list(everywhere(connection))
        pages.append(desk.post(answer.url, {"only_good": "1"}, follow=True).text)
    for text in (*before, *everywhere(connection), *pages, str(kept.data), caplog.text):
        for secret in ("尹小满", "13800005121"):
            assert secret not in text
    assert not AutosavedForm.objects.filter(step="import_hotline").exists()


def test_the_file_never_touches_the_disk(licheng_clerk, desk_of, settings, monkeypatch, tmp_path):
    """Django writes uploads of this size to a temporary file everywhere else."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "there is no such folder"
    seen = []
    read = reading.read
    monkeypatch.setattr("complaints.views.reading.read", lambda file: seen.append(file) or read(file))
    assert upload(desk_of(licheng_clerk), file_of(order(1))).status_code == 302
    assert isinstance(seen[0], InMemoryUploadedFile)


def test_a_file_that_is_too_large_is_kept_nowhere(licheng_clerk, desk_of, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "there is no such folder"
    answer = upload(desk_of(licheng_clerk), io.BytesIO(b"\x00" * 6_000_000))
    assert answer.status_code == 400
    assert "文件超过 4 MB" in answer.text


def test_a_change_of_keys_takes_the_kept_rows_along(licheng_clerk, desk_of, settings):
    from proceedings.sealed import reseal_drafts
    from sealing.keyring import new_key

    desk = desk_of(licheng_clerk)
    answer = upload(desk, file_of(order(1)))
    old = list(settings.SEALING_KEYS)
    settings.SEALING_KEYS = [new_key(), *old]
    reseal_drafts()
    settings.SEALING_KEYS = [settings.SEALING_KEYS[0], *[k for k in old if k.startswith("index:")]]
    assert "JH2026101200001" in desk.get(answer.url).text


def test_a_file_that_is_never_registered_is_cleared_away(licheng_clerk, desk_of, time_machine):
    from proceedings.tasks import tidy

    upload(desk_of(licheng_clerk), file_of(order(1)))
    time_machine.shift(8 * 24 * 3600)
    tidy()
    assert not AutosavedForm.objects.exists()


def test_it_is_shown_as_such_in_the_administration(licheng_clerk, admin_officer, desk_of):
    upload(desk_of(licheng_clerk), file_of(order(1)))
    page = desk_of(admin_officer).get("/admin/proceedings/autosavedform/")
    assert page.status_code == 200
    assert "import_hotline" not in page.text
    assert "没有提交的表单" not in desk_of(licheng_clerk).get("/").text
