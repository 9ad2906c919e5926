"""docs/procedures: written from the declarations, without a database, and refused when stale."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from proceedings import clause_marks, describe
from referrals.procedures import TransferProcedure

NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"


def run(*arguments):
    """The command in a process of its own, with a database that cannot be reached."""
    return subprocess.run(
        [sys.executable, "manage.py", "describe_procedures", *map(str, arguments)],
        cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": NOWHERE}, capture_output=True, text=True,
    )  # fmt: skip


def test_it_writes_a_page_for_each_procedure_and_one_for_the_clauses_without_a_database(tmp_path):
    done = run("--to", tmp_path)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in tmp_path.iterdir()}
    assert {"transfer.md", "case.md", "clauses.md", "README.md"} <= names
    assert run("--to", tmp_path, "--check").returncode == 0


def test_the_check_fails_when_a_page_is_stale_missing_or_left_over(tmp_path):
    run("--to", tmp_path)
    page = tmp_path / "transfer.md"
    text = page.read_text()
    page.write_text(text.replace("受理告知书", "受理通知书"))
    stale = run("--to", tmp_path, "--check")
    assert stale.returncode == 1
    assert "transfer.md" in stale.stderr
    page.unlink()
    (tmp_path / "gone.md").write_text("# a procedure that is no more\n")
    stale = run("--to", tmp_path, "--check")
    assert stale.returncode == 1
    assert "gone.md, transfer.md" in stale.stderr
    run("--to", tmp_path)
    assert page.read_text() == text
    assert not (tmp_path / "gone.md").exists()


def test_the_page_says_what_the_declaration_says():
    page = describe.page(TransferProcedure)
    assert "    draft --> signing: 送负责人签发\n" in page
    assert "    [*] --> draft: 新建移送\n" in page
    assert "    closed --> [*]\n" in page
    accept = next(line for line in page.splitlines() if line.startswith("| `accept`"))
    for word in ("受移送单位", "已送达, 待补正 → 已受理", "referrals.acknowledge_transfer", "受理告知书", "M3.1.3"):
        assert word in accept
    period = next(line for line in page.splitlines() if line.startswith("| `acknowledge` "))
    assert "3个工作日" in period
    assert "法定" in period
    assert "referrals.rules.materials_complete" in page
    assert "cases.services.receiver_takes_over" in page


@pytest.mark.parametrize("procedure", describe.all_procedures(), ids=lambda p: p.code)
def test_every_state_step_period_and_letter_is_on_the_page(procedure):
    page = describe.page(procedure)
    for code in [*procedure.states, *procedure.steps, *procedure.periods, *procedure.letters, *procedure.roles]:
        assert f"`{code}`" in page


def test_clause_marks_are_read_from_functions_classes_and_modules(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_some.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.django_db, pytest.mark.clause("M9.1")]\n'
        '@pytest.mark.clause("M9.2", "M9.3")\n'
        "def test_one(): ...\n"
        '@pytest.mark.clause("M9.4")\n'
        "class TestMore:\n"
        "    def test_two(self): ...\n"
        '@pytest.mark.parametrize("clause", ["M9.9"])\n'
        "def test_three(clause): ...\n"
        '@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.clause("M9.5"))])\n'
        "def test_four(n): ...\n"
    )
    marks = clause_marks.read(tests)
    file = "tests/test_some.py"
    assert marks["M9.1"] == [(file, "test_one"), (file, "test_two"), (file, "test_three"), (file, "test_four")]
    assert marks["M9.2"] == marks["M9.3"] == [(file, "test_one")]
    assert marks["M9.4"] == [(file, "test_two")]
    assert marks["M9.5"] == [(file, "test_four")]
    assert "M9.9" not in marks


def test_the_clauses_page_names_steps_periods_rules_and_tests_and_what_has_no_test():
    marks = {"M3.1.3": [("tests/test_x.py", "test_it")]}
    page = describe.clauses_page([TransferProcedure], marks)
    section = page.split("## M3.1.3\n")[1].split("\n## ")[0]
    assert "step [transfer](transfer.md) `accept`" in section
    assert "period [transfer](transfer.md) `acknowledge`" in section
    assert "tests `tests/test_x.py`: `test_it`" in section
    assert "rule `referrals.rules.legacy_negotiated`" in page.split("## M3.1.4\n")[1]
    assert "**no test**" in page
