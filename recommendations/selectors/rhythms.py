"""How often what is bought in a category is bought again."""

from typing import Final

from django.db import connection

from recommendations.remembered import Remembered
from recommendations.repurchase import Rhythm

SECONDS: Final = 300.0
FEWEST_PAIRS: Final = 20
"""A category with fewer pairs is taken for what all categories together are."""


class Rhythms:
    """by_category: what was counted; all_of_them: over all categories, None without any pair."""

    def __init__(self, by_category: dict[int, Rhythm], all_of_them: Rhythm | None) -> None:
        self._by_category = by_category
        self._all = all_of_them

    def of(self, category_id: int | None) -> Rhythm | None:
        """The rhythm of a category; None where nothing is known."""
        if category_id is None:
            return None
        return self._by_category.get(category_id, self._all)


def rhythms() -> Rhythms:
    """Of every category, at most SECONDS behind the last count."""
    return _kept.get()


def _read(before: Rhythms | None) -> Rhythms:
    with connection.cursor() as cursor:
        cursor.execute("SELECT category_id, pairs, repeated, days FROM category_rhythms")
        rows = cursor.fetchall()
    known = {row[0]: Rhythm(row[2] / row[1], row[3] or 0.0) for row in rows if row[1] >= FEWEST_PAIRS}
    pairs, repeated = sum(row[1] for row in rows), sum(row[2] for row in rows)
    days = sum(row[2] * row[3] for row in rows if row[3]) / repeated if repeated else 0.0
    return Rhythms(known, Rhythm(repeated / pairs, days) if pairs else None)


_kept: Remembered[Rhythms] = Remembered(_read, seconds=SECONDS)
