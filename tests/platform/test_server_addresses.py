"""How the addresses of PostgreSQL and Redis are read."""

import pytest

from jinhu_enforcement import environment


@pytest.mark.parametrize(
    ("url", "host", "port", "name", "password"),
    [
        ("postgres://u:p%40ss@db.example:5433/jinhu", "db.example", "5433", "jinhu", "p@ss"),
        ("postgresql://u@/jinhu?host=/srv/Data/run", "/srv/Data/run", "", "jinhu", ""),
        ("postgres://u@%2Fsrv%2Frun/jinhu", "/srv/run", "", "jinhu", ""),
    ],
)
def test_databases(url, host, port, name, password):
    entry = environment.database(url)
    assert (entry["HOST"], entry["PORT"], entry["NAME"], entry["PASSWORD"]) == (host, port, name, password)


def test_options_of_a_database_are_passed_on():
    assert environment.database("postgres://u@h/n?sslmode=verify-full")["OPTIONS"] == {"sslmode": "verify-full"}


def test_no_other_database_is_taken():
    with pytest.raises(environment.BadEnvironment, match="postgres://"):
        environment.database("sqlite:///x")


def test_a_missing_database_is_said_with_what_to_do(tmp_path):
    with pytest.raises(environment.BadEnvironment, match="DATABASE_URL is missing"):
        environment.server_url("DATABASE_URL", {"DATA_DIR": str(tmp_path)})


def test_an_address_left_by_a_killed_supervisor_is_not_believed(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "lock").touch()
    (tmp_path / "run" / "servers.json").write_text('{"pid": 1, "urls": {"REDIS_URL": "unix:///gone"}}')
    assert environment.server_url("REDIS_URL", {"DATA_DIR": str(tmp_path)}) == ""


def test_celerys_spelling_of_a_socket():
    assert environment.broker_url("unix:///srv/redis.sock?db=2") == "redis+socket:///srv/redis.sock?virtual_host=2"
    assert environment.broker_url("redis://h:1/3") == "redis://h:1/3"
