"""`make run` while the database is out: a page that says so, and everything by itself when it is back."""

import urllib.error
import urllib.request

import psutil
import pytest

from jinhu_enforcement.embedded import Postgres
from tests.platform.copies import Copy, servers_of, wait_until

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


def test_a_database_that_dies_leaves_a_page_and_no_traces_of_a_stack(copy):
    running = copy().start().wait_ready()
    assert page(running, "/login/")[0] == 200
    for process in servers_of(running.data_dir):
        if process.name() == "postgres":
            process.kill()
    psutil.wait_procs([p for p in servers_of(running.data_dir) if p.name() == "postgres"], timeout=10)

    status, text = page(running)
    assert status == 503
    assert "暂停服务" in text
    assert "Traceback" not in text
    assert "psycopg" not in text
    running.stop()


def test_a_start_before_the_database_waits_with_a_page_and_goes_on_by_itself(copy, tmp_path):
    directory = tmp_path / "db"
    (directory / "log").mkdir(parents=True)
    (directory / "run").mkdir()
    database = Postgres(directory, scratch=True)
    early = copy(DATABASE_URL=database.url).start()
    try:

        def refused():
            status, text = page(early)
            return status == 503 and text

        text = wait_until(refused, 60)
        assert "暂停服务" in text
        assert "/static/css/tokens." in text, "in the product's look: static files need no database"
        assert "数据库没有回应" in early.output.read_text()
        assert "Traceback" not in early.output.read_text()

        database.start()
        early.wait_ready(60)
        assert page(early, "/login/")[0] == 200
        early.stop()
    finally:
        database.stop()
