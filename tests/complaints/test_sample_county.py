"""The sample county's complaints are told by the real steps."""

import pytest
from PIL import Image

from complaints.models import Complaint
from complaints.sample import STORIES, load_matters
from complaints.scans import SIGNATURE
from proceedings import sample
from proceedings.models import Material

pytestmark = pytest.mark.django_db


def test_they_stand_in_many_states_and_are_marked(at):
    assert (
        load_matters(at("2026-10-21 16:00")) == len(STORIES) + 2
    )  # those of the townships that were notified, or accepted a transfer
    states = set(Complaint.objects.values_list("state", flat=True))
    assert Complaint.objects.filter(channel="transferred", state="in_case").exists()
    assert Complaint.objects.exclude(to_tell="").get().state == "checking"
    assert states == {"registered", "checking", "result", "closed", "referred", "in_case", "notified"}
    assert sample.matters().filter(kind="complaint").count() == Complaint.objects.count()
    assert load_matters() == 0


def test_letters_that_came_by_post_are_there_as_scans_and_one_as_a_copy_that_names_nobody(at):
    load_matters(at("2026-10-21 16:00"))
    found = Material.objects.filter(kind="complaint_material", name__startswith="来信").order_by("pk")
    scans, copies = found.filter(redacted_from=None), found.exclude(redacted_from=None)
    assert (scans.count(), copies.count()) == (2, 1)
    assert set(scans.values_list("proceeding__as_complaint__channel", flat=True)) == {"letter"}
    with Image.open(copies.get().stored.file) as copy:
        x, y, wide, high = (round(v * side) for v, side in zip(SIGNATURE, copy.size * 2, strict=True))
        assert set(copy.crop((x + 3, y + 3, x + wide - 3, y + high - 3)).convert("L").tobytes()) <= set(range(8))
