"""The sample county's complaints are told by the real steps."""

import pytest

from complaints.models import Complaint
from complaints.sample import STORIES, load_matters
from proceedings import sample

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
