"""Structure and size limits that keep the code easy to navigate."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
from django.conf import settings

ROOT = settings.BASE_DIR
APPS = ("accounts", "social", "posts", "moderation", "microblog_site")
MODULES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if not {"migrations", "tests"} & set(path.parts)
)
STATIC = ROOT / "microblog_site/static"
PAGES = [path for path in STATIC.rglob("*.[cj]s*") if "vendor" not in path.parts] + [*ROOT.glob("templates/**/*.html")]
LONGEST_FILE = 250  # lines; a longer module becomes a package with one file per concept
LONGEST_VIEW = 15  # lines, not counting signature, decorators and docstring


def name_of(path):
    return str(path.relative_to(ROOT))


def test_imports_run_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_imports_run_in_a_circle():
    """Imports inside functions count too."""
    graph = grimp.build_graph(*APPS, cache_dir=None)
    modules = {module for module in graph.modules if not {"migrations", "tests"} & set(module.split("."))}
    TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}
    ).prepare()


def test_nobody_reaches_upwards_by_name():
    """What a lower app needs, the higher one registers. Only the highest app may look up models, after a migration."""
    by_name = re.compile(r"\bget_model\(|\.related_model\b")
    lower = [path for path in MODULES if "moderation" not in path.parts]
    assert [name_of(path) for path in lower if by_name.search(path.read_text(encoding="utf-8"))] == []


def test_models_enqueue_nothing():
    models = [path for path in MODULES if {"models", "models.py"} & set(path.parts)]
    assert len(models) > 10
    assert [name_of(path) for path in models if ".enqueue(" in path.read_text(encoding="utf-8")] == []


def test_files_can_be_read_in_one_go():
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*MODULES, *PAGES)}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_views_only_translate_http():
    lines = {
        f"{name_of(path)} {view.name}": lines_of(view)
        for path in MODULES
        if "views" in (path.stem, path.parent.name)
        for view in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if answers_a_request(view)
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_VIEW} == {}


def answers_a_request(node):
    return isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg in ("request", "self")


def lines_of(function):
    first = function.body[1] if ast.get_docstring(function) and function.body[1:] else function.body[0]
    return function.body[-1].end_lineno - first.lineno + 1


def test_tests_stand_for_themselves():
    """No test is marked as skipped or expected to fail."""
    marks = ("mark.skip", "mark.xfail", "pytest.skip(")
    tests = [
        path for folder in (*APPS, "tests") for path in (ROOT / folder).rglob("test_*.py") if path != Path(__file__)
    ]
    assert [name_of(path) for path in tests if any(mark in path.read_text(encoding="utf-8") for mark in marks)] == []
