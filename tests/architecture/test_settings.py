"""A setting that nobody reads promises what is not there; one that is read on the quiet is not documented."""

import ast
from functools import cache
from pathlib import Path

import pytest

from xlcfi.env import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("xlcfi", "analytics", "recommendations", "ml", "images", "reports", "etl")
# Read by others, who know them by these names.
READ_BY_LIBRARIES = {"CORS_ALLOWED_ORIGINS": "corsheaders", "CSRF_TRUSTED_ORIGINS": "django"}


def sources():
    """Our code, the server's configuration among it, but for the list of settings itself."""
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if path.parent.name != "env_settings")
    yield ROOT / "deploy" / "gunicorn.conf.py"


@cache
def tree(path):
    return ast.parse(path.read_text())


def names_in(node):
    """Attributes, names that are read and texts: `settings.X`, `X` and `os.environ["X"]`."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def is_declaration(node):
    """`X: int = _environment["X"]`, which types a setting and reads nothing."""
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.value or node).startswith("_environment[")


def read():
    found = set()
    for path in sources():
        waiting = [tree(path)]
        while waiting:
            node = waiting.pop()
            if not is_declaration(node):
                found.update(names_in(node))
                waiting.extend(ast.iter_child_nodes(node))
    return found


def test_every_setting_is_read_by_somebody():
    unread = {setting.name for setting in SETTINGS} - read() - set(READ_BY_LIBRARIES)
    assert unread == set()


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_are_read_plainly(path):
    quiet = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("getattr", "hasattr")
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id == "settings"
    ]
    assert quiet == []
