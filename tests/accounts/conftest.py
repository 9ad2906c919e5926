import pytest
from django.test import Client

from organizations import groups


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True  # the cast logs in with the published password


@pytest.fixture
def admin_pages(client, admin_officer):
    client.force_login(admin_officer)
    return client


@pytest.fixture
def administrator(zhihui_clerk):
    """A 系统管理员 who is no superuser, at the own desk."""
    zhihui_clerk.is_staff = True
    zhihui_clerk.save()
    zhihui_clerk.groups.add(groups.ensure_groups()[groups.ADMINISTRATOR])
    browser = Client()
    browser.force_login(zhihui_clerk)
    return browser


@pytest.fixture
def zhihui_clerk(db):
    from organizations.models import Officer

    return Officer.objects.get(username="zhihui_clerk")


@pytest.fixture
def log_in():
    """log_in(officer, password, browser=None) → the answer, its browser in `.browser`."""

    def enter(officer, password, browser=None, **more):
        browser = browser or Client()
        answer = browser.post("/login/", {"username": officer.username, "password": password, **more})
        answer.browser = browser
        return answer

    return enter
