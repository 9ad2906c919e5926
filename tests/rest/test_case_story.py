import pytest

from .case_story import case_story


@pytest.mark.clause("M3.1.3")
@pytest.mark.django_db(transaction=True)
def test_the_story_of_a_case_over_rest_alone(live_server, settings):
    settings.DEMO = True  # the cast logs in with the published password
    assert case_story(live_server.url)["state"] == "concluded"
