"""Keys come from the environment or a file, never from SECRET_KEY; without them production does not start."""

import pytest
from django.core.management import call_command

from jinhu_enforcement import environment
from jinhu_enforcement.environment import BadEnvironment
from sealing import checks, keyring
from tests.platform.test_settings_refusals import PRODUCTION, SEALING_KEYS, manage

SEAL, INDEX = keyring.new_entries()


# Named: keys are made anew in each test process, and all have to gather the same tests.
@pytest.mark.parametrize("keys", ["", SEAL, INDEX, "# later"], ids=["none", "seal", "index", "remark"])
def test_production_does_not_start_without_both_kinds_of_key(keys):
    with pytest.raises(BadEnvironment, match="SEALING_KEYS"):
        environment.sealing_keys({**PRODUCTION, "SEALING_KEYS": keys})


def test_the_refusal_reaches_the_terminal(tmp_path):
    done = manage("check", DATA_DIR=tmp_path, SEALING_KEYS="")
    assert done.returncode != 0
    assert "SEALING_KEYS_FILE (or SEALING_KEYS) is missing" in done.stderr
    assert not list(tmp_path.iterdir()), "none is made in production"


def test_keys_may_stand_in_a_file_with_remarks(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"# 2026\n{SEAL}  # first\n{INDEX}\n")
    given = {**PRODUCTION, "SEALING_KEYS": "", "SEALING_KEYS_FILE": str(file)}
    assert environment.sealing_keys(given) == (file, [SEAL, INDEX])
    file.unlink()
    with pytest.raises(BadEnvironment, match="cannot be read"):
        environment.sealing_keys(given)


def test_locally_they_are_made_once_for_the_owner_only(tmp_path):
    local = {"JINHU_ENV": "local", "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 60}
    path, entries = environment.sealing_keys(local)
    assert environment.sealing_keys({**local, "SECRET_KEY": "y" * 60}) == (path, entries)
    assert path.stat().st_mode & 0o077 == 0
    assert all(map(keyring.is_key, entries))
    assert list(tmp_path.iterdir()) == [path], "nothing lies beside it"


def test_the_check_names_what_is_wrong_and_no_key(settings):
    def found(*entries):
        settings.SEALING_KEYS = list(entries)
        problems = checks.keys_are_there()
        assert not any(entry in str(problem) for problem in problems for entry in entries)
        return {problem.id for problem in problems}

    settings.SEALING_KEYS_FILE = None
    assert found(SEAL, INDEX) == set()
    assert found() == {"sealing.E001", "sealing.E002"}
    assert found(SEAL) == {"sealing.E002"}
    assert found(INDEX) == {"sealing.E001"}
    assert found(SEAL, INDEX, "abc") == {"sealing.E003"}
    assert found(SEAL, f"index:{SEAL}") == {"sealing.E004"}


def test_a_file_that_others_may_read_is_a_warning(settings, tmp_path):
    file = tmp_path / "keys"
    file.write_text(SEALING_KEYS)
    file.chmod(0o644)
    settings.SEALING_KEYS_FILE = file
    assert [problem.id for problem in checks.keys_are_there()] == ["sealing.W001"]


def test_a_new_key_is_put_before_the_others(tmp_path, capsys):
    file = tmp_path / "keys"
    call_command("make_sealing_key", file=file)
    first = keyring.entries_of(file.read_text())
    assert len(first) == 2
    call_command("make_sealing_key", file=file)
    second = keyring.entries_of(file.read_text())
    assert second[1:] == first
    assert not second[0].startswith(keyring.INDEX)
    call_command("make_sealing_key", file=file, index=True)
    third = keyring.entries_of(file.read_text())
    assert third[1:] == second
    assert third[0].startswith(keyring.INDEX)
    assert file.stat().st_mode & 0o077 == 0
    call_command("make_sealing_key")
    assert all(map(keyring.is_key, capsys.readouterr().out.split()[-2:]))
