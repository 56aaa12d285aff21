"""Every text that people see has its Korean."""

import ast
import gettext as gettext_module
import re
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["analytics", "ml", "recommendations", "xlcfi/artifacts", "xlcfi/console", "xlcfi/platform"]
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Names that are the same in both languages.
SAME = {"RFM", "SQL", "ABC", "CSV", "A", "B", "C", "KRW", "ID", "id", "PSI"}


def marked(source):
    """Texts in calls that mark them for translation."""
    for node in ast.walk(ast.parse(source)):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in MARKS:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from texts[1:2] if name.startswith("pgettext") else texts[:1]


def untold(text):
    """No catalogue has it, neither by itself nor as one of two forms."""
    return translation.gettext(text) == text == translation.ngettext(text, text, 1)


def said(room):
    for path in sorted((ROOT / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield from marked(path.read_text())
    for path in sorted((ROOT / room).rglob("*.html")):
        text = path.read_text()
        yield from re.findall(r'{%\s*trans(?:late)? "([^"]+)"', text)
        for block in re.findall(r"{%\s*blocktrans(?:late)?[^%]*%}(.*?){%\s*endblocktrans", text, re.DOTALL):
            yield re.sub(r"{{ ?(\w+) ?}}", r"%(\1)s", re.split(r"{%\s*plural", block)[0].strip())


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_has_its_korean(room):
    with translation.override("ko"):
        missing = {text for text in said(room) if untold(text)} - SAME
    assert sorted(text for text in missing if re.search("[A-Za-z]{2}", text)) == []


def test_a_text_has_the_same_korean_wherever_it_stands():
    # Django knows one translation for a text: where two catalogues differ, the one loaded last would be seen in both.
    found = {}
    for path in sorted(ROOT.glob("[!.]*/**/locale/ko/LC_MESSAGES/django.mo")):
        with path.open("rb") as file:
            for text, korean in gettext_module.GNUTranslations(file)._catalog.items():
                found.setdefault(text, {}).setdefault(korean, []).append(path.relative_to(ROOT).as_posix())
    found.pop("", None)
    assert {text: told for text, told in found.items() if len(told) > 1} == {}
