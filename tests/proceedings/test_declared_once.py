"""A procedure is declared once (DESIGN §3): everything else follows. Held by 托办, which nobody ever asked for."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse

from proceedings.registry import procedure_for
from tests.made_up import models, procedures

ROOT = Path(__file__).resolve().parents[2]
ERRAND = {"Errand", "AskForm", "ReplyForm", "ask", "reply", "ErrandProcedure"}


def test_two_parties_and_three_states_take_fewer_than_forty_lines():
    lines = 0
    for module in (models, procedures):
        source = Path(module.__file__).read_text()
        for node in ast.parse(source).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name in ERRAND:
                own = source.splitlines()[node.lineno - 1 : node.end_lineno]
                lines += sum(bool(line.strip()) for line in own)
    print(f"\n托办 with its table, forms and effects: {lines} lines")
    assert 20 < lines < 40
    errand = procedure_for("errand")
    assert (len(errand.roles), len(errand.states)) == (2, 3)


@pytest.mark.parametrize("room", ["proceedings", "templates/proceedings", "templates/components"])
@pytest.mark.parametrize("word", ["errand", "meeting", "transfer", "complaint", "dispute"])
def test_the_engine_knows_no_procedure_by_name(room, word):
    """Nowhere is a procedure's code compared with; docstrings and comments may give examples."""
    found = []
    for path in sorted((ROOT / room).rglob("*.*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Compare):
                    found += [f"{path.name}:{n.lineno}" for n in ast.walk(node) if is_text(n, word)]
        elif path.suffix == ".html" and f"'{word}'" in path.read_text() + path.read_text().replace('"', "'"):
            found.append(path.name)
    assert found == []


def is_text(node, word):
    return isinstance(node, ast.Constant) and node.value == word


def test_its_own_code_has_no_page_and_no_route():
    """The app consists of a table, a declaration and the one line that includes the generic pages."""
    app = Path(procedures.__file__).parent
    assert {p.name for p in app.glob("*.py")} == {"__init__.py", "apps.py", "models.py", "procedures.py", "urls.py"}
    assert "def " not in (app / "urls.py").read_text()
    assert not list((ROOT / "templates").rglob("*errand*"))
    for name in ("list", "export", "open", "detail", "step"):
        args = {"detail": [1], "step": [1, "answer"]}.get(name, [])
        assert reverse(f"errand:{name}", args=args).startswith("/errands/")
    assert reverse("api-errand-answer", args=[1]) == "/api/errands/1/steps/answer/"
