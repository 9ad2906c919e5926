"""Beside the sealed entries: what somebody types, names or keeps before it is registered, and what is written in whatever
follows from the matter (made-up 来信; docs/adr/0023)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from evidence.models import StoredFile, UploadSession
from proceedings.errors import Invalid, Refused
from proceedings.models import AutosavedForm, Material
from proceedings.perform import open_proceeding
from proceedings.sealed import check_text, identities_about
from sealing.keyring import new_entries
from tests.conftest import PDF

from .test_sealed import NAME, PHONE, TIP, assert_hidden, dump, tip, writing  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db
NAMED = f"{NAME}来信.pdf"


def hidden_in_the_tables():
    for row in dump():
        assert_hidden(row)


def beside(autosave, name):
    token = autosave.strip("/").split("/")[1]
    file = SimpleUploadedFile(name, PDF, content_type="application/pdf")
    return reverse("form_materials", args=[token]), {"file": file, "kind": "other"}


def test_a_draft_whose_texts_tell_keeps_them_sealed_and_gives_them_back(writing):  # noqa: F811
    desk, page, autosave = writing
    typed = {**TIP, "title": f"{NAME}反映油烟", "what": f"回电{PHONE}"}
    assert desk.post(autosave, {**typed, "revision": 0}).status_code == 200
    hidden_in_the_tables()
    assert AutosavedForm.objects.get(kind="tip").entries == typed
    assert f"{NAME}反映油烟" in desk.get(page).text
    assert NAME not in desk.get("/").text, "nor is it a heading of the worklist"


def test_so_does_the_draft_of_a_later_step_and_it_outlives_a_change_of_keys(tip, desk_of, licheng_clerk, settings):  # noqa: F811
    desk = desk_of(licheng_clerk)
    page = desk.get(reverse("tip:step", args=[tip.pk, "call"]))
    assert desk.post(page.context["autosave"]["url"], {"said": f"{NAME}说属实", "revision": 0}).status_code == 200
    hidden_in_the_tables()
    new, old = new_entries(), settings.SEALING_KEYS
    settings.SEALING_KEYS = [*new, *old]
    call_command("rotate_sealing_keys")
    settings.SEALING_KEYS = new
    assert AutosavedForm.objects.get(step="call").entries == {"said": f"{NAME}说属实"}


def test_a_file_beside_a_form_is_not_named_after_whoever_was_typed(writing):  # noqa: F811
    desk, _, autosave = writing
    desk.post(autosave, {**TIP, "revision": 0})
    address, given = beside(autosave, NAMED)
    answer = desk.post(address, given, headers={"Accept": "application/json"})
    assert (answer.status_code, Material.objects.count()) == (400, 0)
    assert "投诉人" in answer.json()["fields"]["file"][0]
    begin = reverse("upload_begin", args=[f"f{AutosavedForm.objects.get(kind='tip').token.hex}"])
    assert desk.post(begin, {"name": NAMED, "size": 1000, "kind": "other"}).status_code == 400
    hidden_in_the_tables()


@pytest.mark.parametrize("autosaved", [True, False])
def test_one_that_was_there_before_is_called_by_its_kind_from_then_on(writing, autosaved):  # noqa: F811
    desk, page, autosave = writing
    address, given = beside(autosave, NAMED)
    assert desk.post(address, given).status_code == 302
    UploadSession.objects.create(owner="1", name=NAMED, total=1, stored=StoredFile.objects.get())
    if autosaved:
        assert desk.post(autosave, {**TIP, "revision": 0}).status_code == 200
        hidden_in_the_tables()
    assert desk.post(page, TIP).status_code == 302
    assert Material.objects.get().name == "其他.pdf"
    assert Material.objects.get().proceeding_id
    hidden_in_the_tables()


def test_the_name_of_a_file_that_comes_in_pieces_is_looked_at_before_it_is_kept(tip, desk_of, licheng_clerk):  # noqa: F811
    begin = reverse("upload_begin", args=[f"p{tip.pk}"])
    answer = desk_of(licheng_clerk).post(begin, {"name": NAMED, "size": 1000, "kind": "other"})
    assert (answer.status_code, UploadSession.objects.count()) == (400, 0)


def test_what_follows_from_it_however_far_says_nothing(tip, desk, licheng_clerk, licheng_leader):  # noqa: F811
    """The transfer of a 来信, the case of that transfer, another transfer of that case."""
    first = open_proceeding("transfer", licheng_clerk, desk.entries(discovered_at=now()), origin=tip).record
    case = first.case
    desk.do(first, "withdraw", licheng_leader, reason="属本单位管辖")
    second = desk.draft(licheng_clerk, **about(case))
    third = open_proceeding("errand", licheng_clerk, {"title": "代查", "helper": "taji", "wish": "核实"}, origin=second)
    for record in (first, case, second, third.record):
        assert [one.pk for one in identities_about(record)] == [tip.identity_id], record.kind
        with pytest.raises(Refused):
            check_text(record, f"已联系{NAME}")
    with pytest.raises(Invalid) as refused:
        desk.draft(licheng_clerk, **about(case, grounds=f"{NAME}反映的属你单位管辖。"))
    assert set(refused.value.fields) == {"grounds"}
    stranger = desk.draft(licheng_clerk)
    assert identities_about(stranger) == identities_about(stranger.case) == []


def now():
    return timezone.now().isoformat()


def about(case, **changes):
    none = dict.fromkeys(("township", "title", "party_kind", "party_name", "place", "facts"))
    return {**none, "case": case.pk, "receiver": "shuiwu", "discovered_at": now(), **changes}


def test_a_wrong_choice_is_not_repeated(rest, licheng_clerk):
    from tests.complaints.helpers import ENTRIES

    answer = rest(licheng_clerk).post("complaints/", {**ENTRIES, "channel": NAME, "township": PHONE})
    assert set(answer.json()["fields"]) == {"channel", "township"}
    assert_hidden(answer.text)
