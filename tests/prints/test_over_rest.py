"""REST: ask for the print, look how far it is, fetch it."""

import pytest
from rest_framework.test import APIClient

from proceedings import prints

from .conftest import sheets_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(licheng_clerk):
    client = APIClient()
    client.force_authenticate(licheng_clerk)
    return client


def test_a_print_is_asked_for_watched_and_fetched(api, sent):
    asked = api.post(f"/api/transfers/{sent.pk}/print/")
    assert (asked.status_code, asked.data["status"], asked.data["pdf"]) == (202, "waiting", None)
    prints.make_pending()
    made = api.get(asked.data["url"]).data
    assert made["status"] == "done"
    assert [one["title"] for one in made["contents"]][0] == sent.letters.get().title
    assert made["contents"][-1]["last"] == made["pages"]
    sheets = sheets_of(b"".join(api.get(made["pdf"]).streaming_content))
    assert len(sheets) > made["pages"]


def test_a_letter_names_its_two_copies(api, sent):
    letter = api.get(f"/api/transfers/{sent.pk}/").data["letters"][0]
    answer = api.get(letter["copies"])
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_what_one_may_not_see_answers_404(sent, stranger):
    client = APIClient()
    client.force_authenticate(stranger)
    assert client.post(f"/api/transfers/{sent.pk}/print/").status_code == 404
