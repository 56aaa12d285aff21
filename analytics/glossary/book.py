"""All entries, by subject."""

from analytics.glossary.compared_sales import COMPARED_SALES
from analytics.glossary.entry import Entry, Subject
from analytics.glossary.funnel import FUNNEL
from analytics.glossary.goals import GOALS
from analytics.glossary.operations import OPERATIONS
from analytics.glossary.people import PEOPLE
from analytics.glossary.products import PRODUCTS
from analytics.glossary.quality import QUALITY
from analytics.glossary.sales import SALES

SUBJECTS: tuple[Subject, ...] = (SALES, COMPARED_SALES, PEOPLE, FUNNEL, PRODUCTS, OPERATIONS, GOALS, QUALITY)
ENTRIES: dict[str, Entry] = {entry.key: entry for subject in SUBJECTS for entry in subject.entries}


def subjects_matching(words: str) -> tuple[Subject, ...]:
    """The subjects with those entries that hold every word of `words`, in any language; all of them without words."""
    wanted = words.casefold().split()
    found = []
    for subject in SUBJECTS:
        kept = tuple(entry for entry in subject.entries if all(word in _text(subject, entry) for word in wanted))
        if kept:
            found.append(Subject(subject.key, subject.name, kept))
    return tuple(found)


def _text(subject: Subject, entry: Entry) -> str:
    parts = (
        entry.key,
        *(text for both in (subject.name, entry.name, entry.meaning) for text in (both.en, both.ko)),
        entry.formula,
        *entry.sources,
        *entry.places,
    )
    return " ".join(parts).casefold()
