"""What a complainant sent is read as it came by the unit that keeps his identity alone; the others read the copies with
black bars, and with the identity the originals go (M3.2.0, M3.2.2)."""

import io
import zipfile

import pytest

from evidence.redaction import Bar
from proceedings import prints, sealed
from proceedings.materials import redact, upload_to
from proceedings.originals import ERASED

from .helpers import ANONYMOUS, MONDAY, REFER, do, notified, opened_from, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("M3.2.0"), pytest.mark.clause("M3.2.2")]


def scanned(complaint, clerk, pdf):
    """(the letter as it came, its copy with black bars)"""
    original = upload_to(complaint, pdf("来信.pdf"), "complaint_material", clerk)
    return original, redact(original, [Bar(page=0, x=0.1, y=0.1, width=0.5, height=0.2)], clerk)


def read(desk, complaint, original):
    """By how many ways it is read: the file, its picture, its page for bars, REST, what the page and REST link to."""
    page = desk.get(complaint.get_absolute_url()).text
    asked = ("", "preview/", "redact/")
    found = [desk.get(f"/materials/{original.pk}/{way}").status_code for way in asked]
    found.append(desk.get(f"/api/materials/{original.pk}/").status_code)
    links = [row["url"] for row in desk.get(f"/api/complaints/{complaint.pk}/").json()["materials"]]
    names = zipfile.ZipFile(
        io.BytesIO(b"".join(desk.get(f"/complaints/{complaint.pk}/materials.zip").streaming_content))
    )
    return {
        "files": found, "page": f'href="/materials/{original.pk}/"' in page, "tag": "原件封存" in page,
        "links": sum(url is not None for url in links), "zip": "来信.pdf" in names.namelist(),
    }  # fmt: skip


OPEN = {"files": [200, 200, 200, 200], "page": True, "tag": False, "links": 2, "zip": True}
CLOSED = {"files": [404, 404, 404, 404], "page": False, "tag": True, "links": 1, "zip": False}


def test_supervision_reads_the_copy_only(licheng_clerk, sifa_leader, at, pdf, desk_of):
    complaint = registered(licheng_clerk, at(MONDAY))
    original, copy = scanned(complaint, licheng_clerk, pdf)
    assert read(desk_of(licheng_clerk), complaint, original) == OPEN
    assert read(desk_of(sifa_leader), complaint, original) == CLOSED
    assert desk_of(sifa_leader).get(f"/materials/{copy.pk}/").status_code == 200


def test_whoever_gives_no_name_has_nothing_to_seal(licheng_clerk, sifa_leader, at, pdf, desk_of):
    complaint = registered(licheng_clerk, at(MONDAY), **ANONYMOUS)
    original, _ = scanned(complaint, licheng_clerk, pdf)
    assert desk_of(sifa_leader).get(f"/materials/{original.pk}/").status_code == 200


def test_it_goes_with_the_identity_to_the_township(chengguan_clerk, chengguan_leader, licheng_clerk, at, pdf, desk_of):
    complaint = registered(chengguan_clerk, at(MONDAY))
    original, _ = scanned(complaint, chengguan_clerk, pdf)
    do(
        complaint, "notify_township", chengguan_leader, at("2026-10-12 15:00"), township="licheng",
        grounds="占道经营的处罚权已下放黎城街道。",
    )  # fmt: skip
    assert read(desk_of(chengguan_clerk), complaint, original) == CLOSED
    own = opened_from(complaint, "complaint")
    mine = own.materials.get(name="来信.pdf")
    assert read(desk_of(licheng_clerk), own, mine) == OPEN


def test_what_was_printed_before_the_hand_over_is_gone(chengguan_clerk, chengguan_leader, at, pdf):
    complaint = registered(chengguan_clerk, at(MONDAY))
    scanned(complaint, chengguan_clerk, pdf)
    made = prints.ask("complaint", complaint.pk, chengguan_clerk)
    assert prints.make_pending()
    do(complaint, "notify_township", chengguan_leader, at("2026-10-12 15:00"), township="licheng", grounds="已下放。")
    made.refresh_from_db()
    assert made.status == "gone"
    made = prints.ask("complaint", complaint.pk, chengguan_clerk)
    assert prints.make_pending()
    made.refresh_from_db()
    assert made.left_out == 1
    assert [entry["title"] for entry in made.contents if "未印入" in entry["note"]] == ["来信"]


def test_it_is_erased_with_the_identity(licheng_clerk, licheng_leader, at, pdf, settings, time_machine, desk_of):
    complaint = registered(licheng_clerk, at(MONDAY))
    original, copy = scanned(complaint, licheng_clerk, pdf)
    do(complaint, "refuse_intake", licheng_leader, at(MONDAY), reason="民事纠纷。", remedies="可以起诉。")
    do(complaint, "inform_complainant", licheng_clerk, at("2026-10-13 09:00"), way="phone")
    moment = at("2026-10-13 10:00").replace(year=2026 + settings.SEALED_YEARS)
    assert sealed.erase_due(moment) == 1
    original.refresh_from_db()
    copy.refresh_from_db()
    assert (original.removed_reason, original.stored.erased_at is not None) == (ERASED, True)
    assert (copy.removed_at, copy.stored.erased_at) == (None, None)
    page = desk_of(licheng_clerk).get(complaint.get_absolute_url()).text
    assert ERASED in page


# --- the written materials that a department hands over (M3.2.2) ---------------------------------------


def test_the_township_has_them_in_its_own_file_and_signs_for_them(
    chengguan_clerk, chengguan_leader, licheng_clerk, at, pdf
):
    complaint = registered(chengguan_clerk, at(MONDAY))
    original, copy = scanned(complaint, chengguan_clerk, pdf)
    do(complaint, "notify_township", chengguan_leader, at("2026-10-12 15:00"), township="licheng", grounds="已下放。")
    own = opened_from(complaint, "complaint")
    assert [(m.stored_id, m.redacted_from_id is None) for m in own.materials.order_by("pk")] == [
        (original.stored_id, True), (copy.stored_id, False),
    ]  # fmt: skip
    own = do(own, "sign_for_materials", licheng_clerk, at("2026-10-13 09:00"))
    said = own.events.get(step="sign_for_materials")
    assert said.said == "签收移交的书面材料，共2件"
    assert [hashed for _, hashed in said.details] == [original.stored.sha256, copy.stored.sha256]
    assert complaint.events.filter(said="黎城街道签收移交的书面材料，共2件").exists()
    with pytest.raises(Exception, match="签收"):
        do(own, "sign_for_materials", licheng_clerk, at("2026-10-13 09:01"))


def test_where_nothing_was_handed_over_nothing_is_signed_for(chengguan_leader, licheng_clerk, at):
    _, own = notified(chengguan_leader, at)
    assert own.materials_to_sign_for == 0


def test_what_came_by_notice_goes_on_with_a_referral_as_copies(
    chengguan_clerk, chengguan_leader, licheng_clerk, at, pdf
):
    complaint = registered(chengguan_clerk, at(MONDAY))
    _, copy = scanned(complaint, chengguan_clerk, pdf)
    do(complaint, "notify_township", chengguan_leader, at("2026-10-12 15:00"), township="licheng", grounds="已下放。")
    own = do(opened_from(complaint, "complaint"), "accept", licheng_clerk, at("2026-10-13 09:00"))
    do(own, "refer", licheng_clerk, at("2026-10-13 10:00"), **REFER)
    assert [m.stored_id for m in opened_from(own, "transfer").materials.all()] == [copy.stored_id]
