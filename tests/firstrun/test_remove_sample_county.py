"""`manage.py remove_sample_county`: afterwards the database is as after migrate, unless there is more than the sample."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts import slips, tokens
from firstrun.removal import erasing
from letters.models import NumberSeries
from organizations import groups
from organizations.models import Delegation, Officer, Power, Unit
from proceedings import prints, sample
from proceedings.letters import render_letter
from proceedings.models import Event, Letter, Mandate, Material, Proceeding, SavedView
from proceedings.perform import open_proceeding
from referrals.models import Transfer
from sealing.models import SealedIdentity
from sealing.reveal import reveal

pytestmark = pytest.mark.django_db

# What migrate itself brings: groups and permissions, the published years.
OF_MIGRATE = {
    "auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations",
    "workdays_calendarday", "workdays_calendaryear", "workdays_calendarrevision", "workdays_historicalcalendarday",
    "workdays_historicalcalendaryear", "guardian_groupobjectpermission", "made_up_errand", "made_up_meeting",
}  # fmt: skip


def remove(*options, answer=""):
    said = io.StringIO()
    call_command("remove_sample_county", *options, stdout=said)
    return said.getvalue()


def files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture
def told(desk, licheng_leader, licheng_clerk, shijian_clerk):
    """A matter of the sample county, with letters, files, notices and clocks."""
    transfer = desk.send(licheng_leader, clerk=licheng_clerk)
    desk.do(transfer, "accept", shijian_clerk)
    for letter in transfer.letters.all():
        render_letter(letter)
    sample.mark([transfer.pk, transfer.case_id])
    prints.ask("transfer", transfer.pk, licheng_clerk)
    prints.make_pending()
    SavedView.objects.create(officer=licheng_clerk, kind="transfer", name="本周到期的")
    Mandate.objects.create(
        unit=licheng_leader.unit, principal=licheng_leader, delegate=licheng_clerk, granted_by=licheng_leader,
        first_day=date.today(), last_day=date.today(),
    )  # fmt: skip
    return transfer


@pytest.fixture
def own(desk, jinnan_leader):
    """A matter that somebody filed for real, in the sample's units."""
    return desk.send(jinnan_leader, receiver="shuiwu", township="jinnan", title="衡阳路违法建设案")


def test_the_database_is_as_after_migrate(told, rows, licheng_clerk):
    Client().force_login(licheng_clerk)
    tokens.create(licheng_clerk, "取数", 30)
    before = rows()
    assert {"proceedings_event", "evidence_storedfile", "letters_numberseries", "django_session"} <= set(before)
    remove("--yes")
    left = rows()
    assert set(left) <= OF_MIGRATE
    assert {t: n for t, n in before.items() if t in OF_MIGRATE} == left


@pytest.fixture
def sealed(licheng_clerk, licheng):
    """A matter of the sample with somebody's sealed identity, which was handed over and looked at."""
    body = {"title": "夜间油烟", "what": "楼下烧烤店夜间排放油烟", "name": "张晓梅", "phone": "13800131234"}
    tip = open_proceeding("tip", licheng_clerk, body).record
    sample.mark([tip.pk])
    reveal(tip.identity, licheng_clerk, "电话核实现场情况", unit=licheng, allowed=lambda *asked: True)
    return tip


def test_a_sealed_identity_goes_with_its_matter_and_who_looked_with_it(told, sealed, rows):
    remove("--yes")
    assert set(rows()) <= OF_MIGRATE


def test_the_identity_of_a_matter_that_stays_stays_and_its_unit_with_it(told, sealed, jinnan_clerk):
    kept = open_proceeding("tip", jinnan_clerk, {"title": "占道经营", "what": "早市占道", "name": "李雷"}).record
    remove("--yes", "--other-matters", "keep")
    assert list(SealedIdentity.objects.all()) == [kept.identity]
    assert Unit.objects.filter(code="jinnan").exists()
    assert not Unit.objects.filter(code="licheng").exists()


def test_the_files_are_gone(told, settings, django_capture_on_commit_callbacks):
    assert len(files(settings)) == 2 + 2 * told.letters.count() + 3, "materials, letters, the print"
    with django_capture_on_commit_callbacks(execute=True):
        remove("--yes")
    assert files(settings) == []
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == [], "no empty folders either"


def test_a_dry_run_tells_and_changes_nothing(told, rows, settings):
    before, stored = rows(), files(settings)
    said = remove("--dry-run")
    for words in ("案件移送 1", "案件办理 1", "公文 2", "材料 2", "单位 31", "人员 66", "这是试算"):
        assert words in said
    assert (rows(), files(settings)) == (before, stored)


@pytest.mark.parametrize("answer", ["", "yes", "移除吧"])
def test_it_asks_and_another_word_changes_nothing(told, rows, monkeypatch, answer):
    before = rows()
    monkeypatch.setattr("builtins.input", lambda question: answer)
    with pytest.raises(CommandError, match="没有移除"):
        remove()
    assert rows() == before


def test_it_asks_and_takes_the_word(told, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "移除")
    assert "示例县已移除" in remove()
    assert not Unit.objects.exists()


def test_twice_does_no_harm(told):
    remove("--yes")
    assert "没有示例县的数据" in remove("--yes")


def test_matters_of_others_are_named_and_nothing_is_touched(told, own, rows):
    before = rows()
    with pytest.raises(CommandError) as refused:
        remove("--yes")
    said = str(refused.value)
    assert "有 2 件事项不是示例县带来的" in said
    assert own.number in said
    assert told.number not in said
    assert "--other-matters keep" in said
    assert rows() == before


def test_a_fault_on_the_way_leaves_everything_as_it_was(told, rows, settings, monkeypatch):
    before, stored = rows(), files(settings)

    def fault(plan):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(erasing, "_tidy_numbers", fault)  # nearly at the end: all rows of the sample are gone by then
    with pytest.raises(RuntimeError):
        remove("--yes")
    assert (rows(), files(settings)) == (before, stored)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Event.objects.update(said="")


def test_a_unit_of_the_countys_own_and_its_transfer_stay_as_they_are(told, desk, pdf):
    town = Unit.objects.create(
        code="xinzhen", name="新镇人民政府", short_name="新镇", kind="town", letter_prefix="金新执"
    )
    leader = Officer.objects.create(username="xin_leader", name="真人", unit=town)
    leader.groups.add(*(groups.ensure_groups()[name] for name in (groups.CLERK, groups.LEADER)))
    own = desk.send(leader, township="xinzhen", title="真实案件")

    def file(transfer):
        return {
            name: list(getattr(transfer, name).order_by("pk").values())
            for name in ("events", "letters", "materials", "clocks", "parties")
        }

    before = file(own)
    with pytest.raises(CommandError, match="真实案件"):
        remove("--yes")
    assert file(own) == before
    assert Transfer.objects.filter(pk=told.pk).exists()
    remove("--yes", "--other-matters", "keep")
    assert file(own) == before
    assert own.materials.first().stored.file.read()
    leader.refresh_from_db()
    assert leader.is_active
    assert set(Unit.objects.values_list("code", flat=True)) == {"xinzhen", "shijian", "sifa", "fuban"}
    assert list(Transfer.objects.all()) == [own]


def test_told_so_it_deletes_them_too(told, own, rows):
    said = remove("--yes", "--other-matters", "delete")
    assert "其中 2 件事项不是示例县带来的" in said
    assert set(rows()) <= OF_MIGRATE


def test_told_so_it_keeps_them_with_all_that_they_name(told, own, client, admin_officer):
    said = remove("--yes", "--other-matters", "keep")
    assert set(Proceeding.objects.values_list("pk", flat=True)) == {own.pk, own.case_id}
    # The units of the matter, who supervises them, and nobody else.
    assert set(Unit.objects.values_list("code", flat=True)) == {"jinnan", "shuiwu", "sifa", "fuban"}
    assert [o.username for o in Officer.objects.all()] == ["jinnan_leader"]
    assert "保留 4 个单位" in said
    assert not Power.objects.exists()
    assert own.events.count() == own.events.exclude(officer=None).count()
    assert {letter.number for letter in Letter.objects.all()} == {own.number}
    assert Material.objects.count() == 2


def test_officers_who_stay_for_a_matters_sake_are_switched_off(own, jinnan_leader):
    remove("--yes", "--other-matters", "keep")
    jinnan_leader.refresh_from_db()
    assert not jinnan_leader.is_active
    assert not jinnan_leader.has_usable_password()


def test_unless_somebody_has_made_a_real_account_of_theirs(own, jinnan_leader, admin_officer):
    jinnan_leader.name, jinnan_leader._history_user = "真名", admin_officer
    jinnan_leader.save()
    remove("--yes", "--other-matters", "keep")
    jinnan_leader.refresh_from_db()
    assert jinnan_leader.is_active
    assert jinnan_leader.has_usable_password()


def test_a_matter_of_the_sample_that_one_of_others_builds_on_stays(told, desk, shijian_leader):
    following = desk.send(shijian_leader, receiver="shuiwu", case=str(told.case_id), title=None, party_kind=None,
                          party_name=None, place=None, facts=None, township=None)  # fmt: skip
    assert following.case_id == told.case_id
    remove("--yes", "--other-matters", "keep")
    assert set(Proceeding.objects.values_list("pk", flat=True)) == {following.pk, told.case_id}


def test_the_countys_own_records_stay_with_what_they_need(told, licheng):
    real = Officer.objects.create_superuser("chen", "", "River-wheat-28-boat", name="陈管理", unit=licheng)
    wenlv = Unit.objects.get(code="wenlv")
    power = Power.objects.create(
        code="REAL-1", name="真事项", kind="penalty", legal_basis="某法第一条", lead_department=wenlv
    )
    said = remove("--yes")
    assert list(Officer.objects.all()) == [real]
    assert list(Power.objects.all()) == [power]
    assert set(Unit.objects.values_list("code", flat=True)) == {"licheng", "wenlv", "sifa", "fuban"}
    assert not Delegation.objects.exists()
    assert "保留 4 个单位，因为别的记录用到" in said
    assert not Proceeding.objects.exists()


def test_records_of_the_sample_that_were_changed_are_named_and_stay_until_told_so(told, licheng, licheng_clerk, rows):
    Unit.objects.filter(pk=licheng.pk).update(phone="0517-86800001")  # an import, say, where nobody is logged in
    licheng_clerk.name = "真名"
    licheng_clerk.save()
    said = remove("--dry-run")
    assert "2 个示例记录载入后改动过" in said
    assert "单位 黎城街道（联系电话）" in said
    assert "人员 真名（姓名）" in said
    before = rows()
    with pytest.raises(CommandError, match="--including-changed"):
        remove("--yes")
    assert rows() == before
    remove("--yes", "--including-changed")
    assert set(rows()) <= OF_MIGRATE


def test_all_that_were_changed_are_named(told):
    Officer.objects.filter(unit__code="licheng").update(post="股长")
    assert remove("--dry-run").count("（职务）") == Officer.objects.filter(post="股长").count() > 0
    Officer.objects.update(post="股长")
    assert remove("--dry-run").count("（职务）") == Officer.objects.count() > 60


def test_an_account_that_was_only_tried_counts_as_the_samples(
    told, client, admin_officer, licheng_clerk, shijian_clerk
):
    """Logged in, the own phone number entered, a slip printed, a password chosen."""
    admin_officer.delete()  # the county's own; it would stay
    client.force_login(licheng_clerk)
    assert client.post("/me/", {"phone": "13900000000"}).status_code == 302
    licheng_clerk.refresh_from_db()
    assert licheng_clerk.phone == "13900000000"
    slips.issue([shijian_clerk], licheng_clerk)
    shijian_clerk.set_password("River-wheat-28-boat")
    shijian_clerk.save()
    assert "改动过" not in remove("--dry-run")
    remove("--yes")
    assert not Officer.objects.exists()


def test_nor_does_it_keep_an_account_open_that_stays_for_a_matters_sake(own, client, jinnan_leader):
    client.force_login(jinnan_leader)
    client.post("/me/", {"phone": "13900000000"})
    remove("--yes", "--other-matters", "keep")
    jinnan_leader.refresh_from_db()
    assert jinnan_leader.phone == "13900000000"
    assert not jinnan_leader.is_active


def test_events_are_final_again_afterwards(told, own):
    remove("--yes", "--other-matters", "keep")
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Event.objects.update(said="")


def test_numbers_begin_anew_but_a_start_that_was_set_stays(told, own):
    series = NumberSeries.objects.get(issuer_code="licheng", kind="移")
    NumberSeries.objects.filter(pk=series.pk).update(start=40, last=40)
    Officer.objects.create_user("real", name="真", unit=Unit.objects.get(code="licheng"))
    remove("--yes", "--other-matters", "keep")
    series.refresh_from_db()
    assert (series.start, series.last) == (40, None)
    kept = NumberSeries.objects.get(issuer_code="jinnan", kind="移")
    assert kept.last == 1, "its letter is still there"
    assert not NumberSeries.objects.filter(issuer_code="shijian").exists()


def test_a_number_that_a_matter_bears_without_a_letter_is_not_given_twice(told, taji_clerk):
    """立案号: the case has it, and no letter."""
    from tests.cases.helpers import do, registered

    do(registered(taji_clerk, None, township="taji", violation_found_at=None), "file", taji_clerk, None)
    remove("--yes", "--other-matters", "keep")
    assert NumberSeries.objects.get(issuer_code="taji", kind="立").last == 1


def test_who_was_logged_in_as_a_sample_officer_is_out(told, client, licheng_clerk):
    client.force_login(licheng_clerk)
    assert client.get("/me/").status_code == 200
    remove("--yes")
    assert client.get("/me/").status_code == 302


def test_keys_begin_with_one_again(told, no_county):
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM proceedings_proceeding_id_seq")
        assert cursor.fetchone() == (1, False)
    assert Transfer.objects.count() == 0


def test_a_file_that_a_kept_matter_shares_stays(told, own, settings):
    shared, kept = told.materials.first(), own.materials.first()
    Material.objects.filter(pk=kept.pk).update(stored=shared.stored)
    remove("--yes", "--other-matters", "keep")
    kept.refresh_from_db()
    assert kept.stored.file.read()


def test_previews_and_unfinished_uploads_go_too(told, licheng_clerk, settings, django_capture_on_commit_callbacks):
    from django.core.files.storage import default_storage

    from evidence import resumable
    from evidence.serve import preview

    preview(told.materials.first().stored)
    upload = resumable.begin("现场录像.mp4", 200_000, owner=f"officer:{licheng_clerk.pk}")
    resumable.append(upload.pk, b"\0\0\0\x18ftypmp42" + b"\0" * 70_000, 0, owner=upload.owner)
    default_storage.save("letters/stray.txt", ContentFile(b"not ours"))
    with django_capture_on_commit_callbacks(execute=True):
        remove("--yes")
    assert [path.name for path in files(settings)] == ["stray.txt"]
