import pytest

from .complaint_story import complaint_story


@pytest.mark.clause("M3.2.1")
@pytest.mark.clause("M3.2.2")
@pytest.mark.clause("M3.2.3")
@pytest.mark.django_db(transaction=True)
def test_the_stories_of_complaints_over_rest_alone(live_server, settings):
    settings.DEMO = True  # the cast logs in with the published password
    assert complaint_story(live_server.url)["state"] == "closed"
