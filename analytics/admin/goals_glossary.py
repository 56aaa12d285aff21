"""The glossary as a page: what every figure means, in both languages, with the SQL that shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from analytics.glossary.book import ENTRIES, subjects_matching
from xlcfi.console.export import Sheet
from xlcfi.console.pages import Page, page

WORDS_MOST = 100


@page
class GlossaryPage(Page):
    """Every figure, its definition and its SQL."""

    name = "analytics_glossary"
    path = "analytics/glossary/"
    title = gettext_lazy("Glossary")
    description = gettext_lazy(
        "What every figure means and the SQL that shows it, over the platform's tables or our sums. :from and :to are "
        "Seoul days, both included. A test runs all of it and compares it with what is shown."
    )
    section = "quality"
    icon = "menu_book"
    choices = True
    order = 90
    template_name = "analytics/glossary.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        words = request.GET.get("q", "")[:WORDS_MOST].replace("\x00", "")
        language = get_language() or "en"
        found = subjects_matching(words)
        return {
            "words": words,
            "words_most": WORDS_MOST,
            "count": sum(len(subject.entries) for subject in found),
            "subjects": [
                {
                    "key": subject.key,
                    "name": subject.name.in_(language),
                    "entries": [
                        {
                            "entry": entry,
                            "name": entry.name.in_(language),
                            "meaning": entry.meaning.in_(language),
                            "other_name": _other(entry.name, language),
                            "other_meaning": _other(entry.meaning, language),
                        }
                        for entry in subject.entries
                    ],
                }
                for subject in found
            ],
            "other_language": "en" if language.startswith("ko") else "ko",
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        return Sheet(
            "glossary",
            ["key", "name_ko", "name_en", "meaning_ko", "meaning_en", "formula", "sources", "sql", "places"],
            (
                [
                    *(entry.key, entry.name.ko, entry.name.en, entry.meaning.ko, entry.meaning.en, entry.formula),
                    *(", ".join(entry.sources), entry.sql, "; ".join(entry.places)),
                ]
                for entry in ENTRIES.values()
            ),
        )


def _other(text: Any, language: str) -> str:
    return str(text.en if language.startswith("ko") else text.ko)
