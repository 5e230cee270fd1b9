"""`.env.example` and the code have the same settings, with the same defaults."""

import ast
import re

from django.conf import settings

PROJECT = settings.BASE_DIR / "microblog_site"


def knobs_in_code():
    """Each setting that the code reads, with its default; None if the default depends on something else."""
    knobs = {}
    for path in PROJECT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if reads_a_knob(node):
                defaults = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
                knobs[node.args[0].value] = plain_value(defaults[0]) if defaults else ""
            elif is_a_limit(node):
                knobs[node.elts[0].value] = plain_value(node.elts[1])
    return knobs


def reads_a_knob(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def is_a_limit(node):
    """A pair in LIMITS, such as `("LIMIT_WRITE", "100/1h")`."""
    match node:
        case ast.Tuple(elts=[ast.Constant(value=str(name)), ast.Constant()]):
            return name.startswith("LIMIT_")
    return False


def plain_value(node):
    """The default as written in the file: `15 * 60` as "900", False as "off"; None if it depends on other settings."""
    try:
        value = eval(compile(ast.Expression(node), "default", "eval"), {"__builtins__": {}})
    except (NameError, TypeError):
        return None
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value or "")


def knobs_in_example():
    text = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^# ([A-Z][A-Z0-9_]*)=(.*)$", text))


def test_example_names_every_knob_with_its_default():
    in_code, in_example = knobs_in_code(), knobs_in_example()
    assert set(in_example) == set(in_code)
    plain = {name: default for name, default in in_code.items() if default is not None}
    assert {name: in_example[name] for name in plain} == plain


def test_example_changes_nothing_as_it_stands():
    lines = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    assert all(not line or line.startswith("# ") for line in lines)
