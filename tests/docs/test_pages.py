"""Documentation that can be held to the code is held to it."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from jinhu_enforcement import limits
from proceedings.declare import Step
from proceedings.errors import Conflict, Invalid, KeyReused, NotPermitted, NotVisible
from referrals.procedures import TransferProcedure

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
WRITTEN_BY_HAND = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md"), *DOCS.glob("adr/*.md")])


def definitions(source):
    return {n.name: ast.dump(n) for n in ast.parse(source).body if isinstance(n, (ast.ClassDef, ast.FunctionDef))}


def test_the_example_procedure_is_the_one_that_runs():
    blocks = re.findall(r"```python\n# (tests/\S+)\n(.*?)```", (DOCS / "adding-a-procedure.md").read_text(), re.DOTALL)
    shown = {name for _, block in blocks for name in definitions(block)}
    assert shown == {"Errand", "AskForm", "ReplyForm", "ask", "reply", "ErrandProcedure"}
    for file, block in blocks:
        runs = definitions((ROOT / file).read_text())
        for name, dump in definitions(block).items():
            assert dump == runs[name], f"{name} differs from {file}"


def test_every_environment_variable_is_in_the_operations_page():
    text = (DOCS / "operations.md").read_text()
    names = set()
    for file in ("settings.py", "environment.py", "gunicorn_conf.py", "supervise.py"):
        source = (ROOT / "jinhu_enforcement" / file).read_text()
        names |= set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", source))
        names |= set(re.findall(r"""environ(?:\.get\(|\[)["']([A-Z_]+)["']""", source))
        names |= set(re.findall(r"""is_on\(["']([A-Z_]+)["']""", source))
    names -= {"PYTEST_VERSION", "PYTEST_XDIST_WORKER", "PATH"}
    missing = sorted(name for name in names if f"`{name}`" not in text)
    assert not missing


def test_the_rest_page_names_states_steps_materials_limits_and_errors():
    text = (DOCS / "api.md").read_text()
    rest_steps = [s.code for s in TransferProcedure.steps.values() if not s.creates]
    codes = [*TransferProcedure.states, *rest_steps, *TransferProcedure.material_kinds]
    codes += [error.code for error in (Conflict, Invalid, KeyReused, NotPermitted, NotVisible)]
    assert [code for code in codes if f"`{code}`" not in text] == []
    assert {limit.code for limit in limits.LIMITS} >= set(re.findall(r"`(acknowledge|transfer_out)`", text))


def test_the_words_of_the_declaration_are_explained():
    text = (DOCS / "adding-a-procedure.md").read_text()
    fields = {"by", "permission", "starts", "stops", "cancels", "tells", "letter", "requires", "signed", "each_party"}
    assert fields <= set(Step.__dataclass_fields__)
    assert all(f"`{name}" in text for name in fields)


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
        if "://" not in target and "screenshots/" not in target:
            assert (page.parent / target).exists(), target


def test_each_decision_has_a_number_of_its_own():
    pages = sorted(DOCS.glob("adr/*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    for number, page in zip(numbers, pages, strict=True):
        assert page.read_text().startswith(f"# {number}. "), page.name


def test_decisions_named_in_the_code_exist():
    named = set()
    for folder in ("proceedings", "organizations", "workdays", "letters", "evidence", "jinhu_enforcement", "scripts"):
        for file in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.mjs")]:
            named |= {(file.name, found) for found in re.findall(r"docs/adr/(\d{4})", file.read_text())}
    assert named
    assert [(file, number) for file, number in named if not list(DOCS.glob(f"adr/{number}-*.md"))] == []
