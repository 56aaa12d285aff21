"""The tree of categories, kept in the process."""

from collections.abc import Iterable
from typing import Final

from django.db import connection

from recommendations.remembered import Remembered

SECONDS: Final = 60.0


class Categories:
    """parents: by category, None for one at the top."""

    def __init__(self, parents: dict[int, int | None]) -> None:
        self.parents = parents
        self._children: dict[int, list[int]] = {}
        self._within: dict[int, frozenset[int]] = {}
        for category_id, parent_id in parents.items():
            if parent_id is not None:
                self._children.setdefault(parent_id, []).append(category_id)

    def within(self, category_id: int) -> frozenset[int]:
        """The category and all below it. One that is not known holds itself."""
        known = self._within.get(category_id)
        if known is None:
            found: set[int] = set()
            waiting = [category_id]
            while waiting:
                each = waiting.pop()
                if each not in found:  # a ring in the platform's data must not hang us
                    found.add(each)
                    waiting.extend(self._children.get(each, ()))
            known = self._within[category_id] = frozenset(found)
        return known


def categories() -> Categories:
    """The tree, at most SECONDS behind."""
    return _kept.get()


def _read(before: Categories | None) -> Categories:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, parent_id FROM categories")
        rows: Iterable[tuple[int, int | None]] = cursor.fetchall()
    parents = dict(rows)
    return before if before is not None and before.parents == parents else Categories(parents)


_kept: Remembered[Categories] = Remembered(_read, seconds=SECONDS)
