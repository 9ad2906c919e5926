"""Production does not start with settings that are unsafe; it says which variable to change."""

import secrets
import subprocess
import sys

import pytest

from jinhu_enforcement import environment
from jinhu_enforcement.environment import BadEnvironment
from sealing.keyring import new_entries
from tests.platform.copies import ROOT, surroundings

KEY = secrets.token_urlsafe(64)
SEALING_KEYS = " ".join(new_entries())
PRODUCTION = {
    "JINHU_ENV": "production", "SECRET_KEY": KEY, "SEALING_KEYS": SEALING_KEYS, "ALLOWED_HOSTS": "platform.example",
}  # fmt: skip


def manage(*command, **environ):
    given = surroundings(
        **PRODUCTION
        | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
        | environ,
    )
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=given, capture_output=True, text=True, timeout=90
    )


@pytest.mark.smoke
def test_the_production_check_has_no_warning(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_refusal_reaches_the_terminal(tmp_path):
    done = manage("check", DATA_DIR=tmp_path, DEBUG=1)
    assert done.returncode != 0
    assert "DEBUG=1 is refused with JINHU_ENV=production" in done.stderr


def test_debug_is_refused_in_production_only():
    with pytest.raises(BadEnvironment, match="DEBUG"):
        environment.debug({**PRODUCTION, "DEBUG": "1"})
    assert environment.debug({**PRODUCTION, "DEBUG": "0"}) is False
    assert environment.debug({"JINHU_ENV": "local", "DEBUG": "1"}) is True


@pytest.mark.parametrize("key", ["", "short", "k" * 60, "django-insecure-" + "abcdefgh" * 8])
def test_a_weak_key_is_refused_in_production(key):
    with pytest.raises(BadEnvironment, match="SECRET_KEY"):
        environment.secret_key({**PRODUCTION, "SECRET_KEY": key})


def test_the_key_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    assert environment.secret_key({**PRODUCTION, "SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}) == KEY


def test_the_local_key_is_made_once_and_for_the_owner_only(tmp_path):
    local = {"JINHU_ENV": "local", "DATA_DIR": str(tmp_path)}
    key = environment.secret_key(local)
    assert len(key) >= environment.MIN_KEY_LENGTH
    assert environment.secret_key(local) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("hosts", ["", " , ", "*", "platform.example,*", "*.example", "."])
def test_production_needs_exact_host_names(hosts):
    with pytest.raises(BadEnvironment, match="ALLOWED_HOSTS"):
        environment.allowed_hosts({**PRODUCTION, "ALLOWED_HOSTS": hosts})


def test_a_local_copy_answers_under_loopback_names_only():
    assert environment.allowed_hosts({"JINHU_ENV": "local"}) == ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize(
    "given",
    [
        {"HOST": "0.0.0.0"},
        {"HOST": "192.168.1.5"},
        {"HOST": "::"},
        {"JINHU_ENV": "production"},
        {"HOST": "0.0.0.0", "DEMO_ON_NETWORK": "1"},
    ],
)
def test_demo_accounts_stay_on_the_machine_unless_confirmed(given):
    with pytest.raises(BadEnvironment, match="DEMO_ON_NETWORK=yes-i-know"):
        environment.refuse_demo_on_network({"DEMO": "1", "JINHU_ENV": "local", **given})
    environment.refuse_demo_on_network({"DEMO": "1", "JINHU_ENV": "local", **given, "DEMO_ON_NETWORK": "yes-i-know"})
    environment.refuse_demo_on_network({"DEMO": "0", "JINHU_ENV": "local", **given})


@pytest.mark.parametrize("host", ["", "127.0.0.1", "127.0.0.9", "localhost", "::1", "[::1]"])
def test_demo_accounts_need_no_confirmation_on_the_machine_itself(host):
    environment.refuse_demo_on_network({"DEMO": "1", "JINHU_ENV": "local", "HOST": host})


def test_an_unknown_mode_is_refused():
    with pytest.raises(BadEnvironment, match="JINHU_ENV=prod:"):
        environment.mode({"JINHU_ENV": "prod"})
