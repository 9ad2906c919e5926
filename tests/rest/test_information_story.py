import pytest

from .information_story import information_story


@pytest.mark.clause("M2.2", "M3.3.1", "M3.3.4", "M3.3.9")
@pytest.mark.django_db(transaction=True)
def test_the_story_of_shared_information_over_rest_alone(live_server, settings):
    settings.DEMO = True  # the cast logs in with the published password
    assert information_story(live_server.url)["record"]["category"] == "basis"
