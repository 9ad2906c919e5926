"""A wrongly uploaded file is gone for good, from every matter that holds it, and nobody finds that out by chance; a
file of a form that was never registered leaves nothing behind."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from evidence.models import StoredFile
from proceedings import tasks
from proceedings.models import AutosavedForm, Event, Material
from proceedings.present import checklist
from referrals.models import Transfer
from tests.referrals.helpers import refused, told

pytestmark = pytest.mark.django_db(transaction=True)


def on_disk():
    """The names of all stored bytes of materials."""
    found = []

    def walk(folder):
        folders, files = default_storage.listdir(folder)
        found.extend(files)
        for one in folders:
            walk(f"{folder}/{one}")

    if default_storage.exists("materials"):
        walk("materials")
    return found


@pytest.fixture
def rerouted(desk, licheng_leader, shijian_leader):
    """(the refused transfer, the new draft): the new one took the evidence along."""
    old = desk.send(licheng_leader)
    desk.do(old, "refuse", shijian_leader, reason="不属本局管辖", legal_basis="职责清单")
    desk.do(old, "reroute", licheng_leader, receiver="chengguan", competence_reason="退回后改送")
    return Transfer.objects.get(pk=old.pk), Transfer.objects.exclude(pk=old.pk).get()


@pytest.fixture
def desk_of(client):
    def log_in(officer):
        client.force_login(officer)
        return client

    return log_in


def evidence_of(transfer):
    return transfer.materials.get(kind="evidence")


@pytest.mark.clause("M3.1.2")
def test_a_removal_takes_the_file_from_every_matter(rerouted, desk_of, desk, licheng_leader):
    old, new = rerouted
    page = desk_of(licheng_leader)
    address = reverse("material_remove", args=[evidence_of(old).pk])
    assert new.title in page.get(address).content.decode(), "the page says beforehand which matters are concerned"
    assert page.post(address, {"reason": "含有未成年人信息"}).status_code == 302

    for transfer in (old, new):
        material = evidence_of(transfer)
        assert material.removed_at
        assert material.removed_by == licheng_leader
        event = Event.objects.get(proceeding_id=transfer.pk, step="remove_material")
        assert ["原因", "含有未成年人信息"] in event.details
        assert ["SHA-256", material.stored.sha256] in event.details
        assert page.get(reverse("material", args=[material.pk])).status_code == 404
    assert StoredFile.objects.get(pk=evidence_of(old).stored_id).erased_at
    assert len(on_disk()) == 1, "the inspection record stays"

    listed = page.get(f"/api/transfers/{new.pk}/").json()
    assert {m["kind"]: bool(m["removed_at"]) for m in listed["materials"]} == {
        "inspection_record": False,
        "evidence": True,
    }
    assert [row["ok"] for row in checklist(new) if row["label"] == "初步证据"] == [False]
    with refused("materials", "初步证据"):
        desk.do(new, "issue", licheng_leader)
    zipped = b"".join(page.get(reverse("transfer:materials_zip", args=[new.pk])).streaming_content)
    assert not [n for n in zipfile.ZipFile(io.BytesIO(zipped)).namelist() if n.startswith("evidence")]


def test_the_parties_of_each_matter_are_told(rerouted, desk_of, licheng, licheng_leader, shijian):
    old, new = rerouted
    reason = {"reason": "含有未成年人信息"}
    desk_of(licheng_leader).post(reverse("material_remove", args=[evidence_of(old).pk]), reason)
    assert len(told(shijian, "remove_material")) == 1
    # The own unit is told of the other matter, where it does not expect it.
    [text] = told(licheng, "remove_material")
    assert "文件内容已删除" in text


def test_a_removal_from_the_copy_takes_the_original_too(rerouted, desk_of, licheng_leader):
    old, new = rerouted
    desk_of(licheng_leader).post(reverse("material_remove", args=[evidence_of(new).pk]), {"reason": "误传"})
    assert evidence_of(old).removed_at
    assert evidence_of(new).removed_at


def test_a_matter_that_the_unit_may_no_longer_see_is_counted_and_not_named(rerouted, desk_of, licheng_leader):
    old, new = rerouted
    new.parties.update(until=timezone.now())
    page = desk_of(licheng_leader).get(reverse("material_remove", args=[evidence_of(old).pk])).content.decode()
    assert "不能查看的事项 1 件" in page


def test_a_copy_made_while_the_removal_waits_is_removed_too(rerouted, licheng_leader):
    """The removal waits for the lock of the old matter; what was copied from it meanwhile is found afterwards."""
    import threading
    import time

    from django.db import connection, transaction

    from proceedings import materials
    from proceedings.models import Proceeding

    old, new = rerouted
    material = evidence_of(old)
    Material.objects.filter(proceeding_id=new.pk).delete()

    def remove():
        materials.remove(Material.objects.get(pk=material.pk), licheng_leader, "误传")
        connection.close()

    with transaction.atomic():
        Proceeding.objects.lock([old.pk])
        thread = threading.Thread(target=remove)
        thread.start()
        time.sleep(0.5)
        Material.objects.create(
            proceeding_id=new.pk, kind="evidence", name=material.name, stored=material.stored,
            uploaded_by=licheng_leader, unit=material.unit,
        )  # fmt: skip
    thread.join(20)
    assert evidence_of(new).removed_at


def test_the_scan_of_a_letter_can_be_attached_anew_after_a_wrong_one(desk, desk_of, licheng_leader, pdf):
    sent = desk.send(licheng_leader)
    letter, page = sent.letters.get(), desk_of(licheng_leader)
    for _ in range(2):
        page.post(reverse("letter_scan", args=[letter.pk]), {"file": pdf("盖章件.pdf")})
        letter.refresh_from_db()
        assert letter.scan.removed_at is None
        page.post(reverse("material_remove", args=[letter.scan_id]), {"reason": "扫错了"})
        letter.refresh_from_db()
        assert letter.scan_id is None


# --- forms not registered -----------------------------------------------------------------------------


@pytest.fixture
def form(licheng_clerk):
    return AutosavedForm.objects.create(
        officer=licheng_clerk, unit=licheng_clerk.acting_unit, kind="transfer", step="open", revision=1
    )


@pytest.fixture
def uploaded(form, desk_of, licheng_clerk, pdf):
    page = desk_of(licheng_clerk)
    answer = page.post(reverse("form_materials", args=[form.token]), {"kind": "evidence", "file": pdf()})
    assert answer.status_code == 302
    return form.materials.get()


def test_a_file_taken_back_leaves_nothing(uploaded, client):
    assert len(on_disk()) == 1
    assert client.post(reverse("material_remove", args=[uploaded.pk])).status_code == 302
    assert on_disk() == []
    assert not StoredFile.objects.exists()


def test_looking_takes_nothing_back(uploaded, client):
    """An address that acts when it is only opened could be put into any page."""
    for query in ("", "?now=1"):
        assert client.get(reverse("material_remove", args=[uploaded.pk]) + query).status_code == 200
    assert Material.objects.filter(pk=uploaded.pk).exists()


def test_a_discarded_form_takes_its_files_along(uploaded, form, client):
    client.post(reverse("autosave_discard", args=[form.token]))
    assert on_disk() == []
    assert not StoredFile.objects.exists()
    assert not AutosavedForm.objects.exists()


def test_a_file_that_was_registered_meanwhile_stays(uploaded, form, desk, licheng_clerk):
    from proceedings import materials

    stale = Material.objects.select_related("form").get(pk=uploaded.pk)
    transfer = desk.draft(licheng_clerk)
    Material.objects.filter(form=form).update(form=None, proceeding_id=transfer.pk)
    assert materials.take_back(stale) is False
    materials.discard(AutosavedForm.objects.get(pk=form.pk))
    assert transfer.materials.present().exists()
    assert len(on_disk()) == 1


def test_what_an_opening_step_leaves_on_the_form_goes_with_the_record(client, licheng_clerk, desk_of, pdf):
    """An errand's opening asks for no files, and its procedure has kinds of them."""
    page = desk_of(licheng_clerk)
    form = AutosavedForm.objects.create(
        officer=licheng_clerk, unit=licheng_clerk.acting_unit, kind="errand", step="open"
    )
    page.post(reverse("form_materials", args=[form.token]), {"kind": "other", "file": pdf()})
    body = {"title": "送达", "helper": "taji", "wish": "请代为送达", "form_token": str(form.token)}
    assert page.post(reverse("errand:open"), body).status_code == 302
    assert Material.objects.get().proceeding.title == "送达"


def age(days, **where):
    then = timezone.now() - timedelta(days=days)
    AutosavedForm.objects.update(saved_at=then)
    Material.objects.update(uploaded_at=then)
    StoredFile.objects.update(created_at=then)


def test_an_abandoned_form_is_discarded_with_its_files(uploaded, settings):
    settings.ABANDONED_FORM_DAYS = 30
    age(29)
    tasks.tidy()
    assert len(on_disk()) == 1
    age(31)
    Material.objects.update(uploaded_at=timezone.now())
    tasks.tidy()
    assert len(on_disk()) == 1, "somebody was still at it"
    age(31)
    tasks.tidy()
    assert on_disk() == []
    assert not AutosavedForm.objects.exists()
    assert not StoredFile.objects.exists()


def test_files_that_nothing_points_to_are_forgotten(uploaded, desk, licheng_clerk):
    """As earlier versions left them; what any table points to stays."""
    transfer = desk.add_materials(desk.draft(licheng_clerk), licheng_clerk, ("evidence",))
    Material.objects.filter(pk=uploaded.pk).delete()
    tasks.tidy()
    assert len(on_disk()) == 2, "perhaps somebody is just about to"
    age(3)
    AutosavedForm.objects.update(saved_at=timezone.now())
    tasks.tidy()
    assert len(on_disk()) == 1
    assert transfer.materials.get().stored.erased_at is None
