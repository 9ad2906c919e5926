import pytest

from .story import story


@pytest.mark.smoke
@pytest.mark.clause("M3.1.1")
@pytest.mark.clause("M3.1.2")
@pytest.mark.clause("M3.1.3")
@pytest.mark.django_db(transaction=True)
def test_the_story_over_rest_alone(live_server, settings):
    settings.DEMO = True  # the cast logs in with the published password
    closed = story(live_server.url)
    assert closed["state"] == "closed"
