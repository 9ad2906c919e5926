"""`make run` while the database is out: a page that says so, and everything by itself when it is back."""

import urllib.error
import urllib.request

import pytest

from jinhu_enforcement.embedded import Postgres
from tests.platform.copies import Copy, take_over, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


@pytest.fixture
def copy(tmp_path):
    made = []

    def make(**environ):
        made.append(Copy(tmp_path / "copy", **environ))
        return made[-1]

    yield make
    for each in made:
        each.end()


def page(copy, path="/"):
    """(status, text) as somebody gets it who was logged in."""
    cookie = {"Cookie": f"sessionid_{copy.port}={'x' * 32}"}
    request = urllib.request.Request(f"http://127.0.0.1:{copy.port}{path}", headers=cookie)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None, ""


@pytest.fixture
def database(tmp_path, migrated):
    """One that the platform did not start, and does not start again."""
    directory = tmp_path / "db"
    (directory / "log").mkdir(parents=True)
    (directory / "run").mkdir()
    take_over(migrated, directory)
    made = Postgres(directory, scratch=True)
    yield made
    made.stop()


def test_without_a_database_there_is_a_page_and_afterwards_everything_goes_on_by_itself(copy, database):
    early = copy(DATABASE_URL=database.url).start()

    def refused():
        status, text = page(early)
        return status == 503 and text

    text = wait_until(refused, 60)
    assert "暂停服务" in text
    assert "/static/css/tokens." in text, "in the product's look: static files need no database"
    assert "数据库没有回应" in early.output.read_text()

    database.start()
    early.wait_ready()
    assert page(early, "/login/")[0] == 200

    database.stop()
    text = wait_until(refused, 30)
    assert "暂停服务" in text
    assert "psycopg" not in text

    database.start()
    wait_until(lambda: page(early, "/login/")[0] == 200, 30)
    assert "Traceback" not in early.output.read_text() + text
    early.stop()
