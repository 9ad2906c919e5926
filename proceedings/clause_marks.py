"""Which tests hold which clause: `@pytest.mark.clause("M3.1.1")`, read from the tests' source."""

import ast
from collections import defaultdict
from pathlib import Path


def read(root: Path):
    """{clause: [(path from root's parent, test name)]}; nothing is imported or run."""
    found = defaultdict(list)
    for path in sorted(root.rglob("test_*.py")):
        name = path.relative_to(root.parent).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        of_module = _module_marks(tree)
        for test, outer in _tests(tree, []):
            marks = {*of_module, *(c for d in [*outer, *test.decorator_list] for c in _clauses(d))}
            for clause in sorted(marks):
                found[clause].append((name, test.name))
    return dict(found)


def _tests(node, outer):
    """The test functions under `node`, each with the decorators of the classes around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _tests(child, [*outer, *child.decorator_list])
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and child.name.startswith("test"):
            yield child, outer


def _module_marks(tree):
    marks = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
            values = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
            marks += [clause for value in values for clause in _clauses(value)]
    return marks


def _clauses(decorator):
    """The clause ids of `pytest.mark.clause(...)`, also of a single row of parametrize; nothing for any other decorator."""
    calls = [n for n in ast.walk(decorator) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    named = [a for call in calls if call.func.attr == "clause" for a in call.args]
    return [a.value for a in named if isinstance(a, ast.Constant) and isinstance(a.value, str)]
