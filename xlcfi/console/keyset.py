"""Paging by the place of a row instead of its number: page ten thousand costs what the first one does.

A list is sorted by one column and the primary key. A page begins behind the last row of the page before it, found by
the index; nobody counts rows. Rows without a value in the sorted column come last, whichever way it is sorted.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property

Rows = QuerySet[Any]


class BadCursor(ValueError):
    """The place of a page can't be read: somebody changed the address."""


@dataclass(frozen=True)
class Keyset:
    """The order of a list. `field` is the sorted column's name, the primary key's own for the key alone."""

    model: type[models.Model]
    field: str = "pk"
    descending: bool = True

    @cached_property
    def _column(self) -> "models.Field[Any, Any]":
        if self.field == "pk":
            return self.model._meta.pk
        return self.model._meta.get_field(self.field)  # type: ignore[return-value]

    @property
    def _by_key(self) -> bool:
        return self.field == "pk" or bool(self._column.primary_key)

    @property
    def _name(self) -> str:
        return str(self._column.attname)

    def ordering(self, *, backward: bool = False) -> list[str]:
        """For `order_by`."""
        sign = "-" if self.descending != backward else ""
        return [f"{sign}pk"] if self._by_key else [f"{sign}{self._name}", f"{sign}pk"]

    def place(self, row: models.Model) -> str:
        """Where `row` stands, for an address."""
        parts = [self._text(row.pk)] if self._by_key else [self._text(getattr(row, self._name)), self._text(row.pk)]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    def page(
        self, rows: Rows, *, size: int, after: str | None = None, before: str | None = None
    ) -> tuple[list[Any], bool]:
        """The rows behind `after`, or those just before `before`, or the first; and whether more follow that way.

        At most two statements, none of which reads more than size + 1 rows of its index. BadCursor.
        """
        backward = before is not None
        place = before if backward else after
        found: list[Any] = []
        for part in self._parts(rows, backward, None if place is None else self._read(place)):
            found += part.order_by(*self.ordering(backward=backward))[: size + 1 - len(found)]
            if len(found) > size:
                break
        more = len(found) > size
        found = found[:size]
        return (found[::-1] if backward else found), more

    def walk(self, rows: Rows, *, size: int, most: int) -> Iterator[list[Any]]:
        """All rows in order, run by run, at most `most` of them: each run is a statement of its own."""
        after, told = None, 0
        while told < most:
            run, more = self.page(rows, size=min(size, most - told), after=after)
            if run:
                yield run
                told += len(run)
                after = self.place(run[-1])
            if not more:
                return

    def _parts(self, rows: Rows, backward: bool, place: list[Any] | None) -> list[Rows]:
        """What is still to be read: the rows with a value, then those without one (the other way round backward)."""
        up = self.descending == backward
        if self._by_key:
            beyond = "pk__gt" if up else "pk__lt"
            return [rows if place is None else rows.filter(**{beyond: place[0]})]
        name = self._name
        if not self._column.null:
            return [rows if place is None else rows.filter(self._beyond(name, place, up))]
        valued, empty = rows.filter(**{f"{name}__isnull": False}), rows.filter(**{f"{name}__isnull": True})
        if place is None:
            return [empty, valued] if backward else [valued, empty]
        if place[0] is None:
            rest = empty.filter(**{"pk__gt" if up else "pk__lt": place[1]})
            return [rest, valued] if backward else [rest]
        rest = valued.filter(self._beyond(name, place, up))
        return [rest] if backward else [rest, empty]

    @staticmethod
    def _beyond(name: str, place: list[Any], up: bool) -> Q:
        # The first condition is what the index is entered by.
        value, key = place
        if up:
            return Q(**{f"{name}__gte": value}) & (Q(**{f"{name}__gt": value}) | Q(pk__gt=key))
        return Q(**{f"{name}__lte": value}) & (Q(**{f"{name}__lt": value}) | Q(pk__lt=key))

    @staticmethod
    def _text(value: Any) -> str | None:
        if value is None:
            return None
        return str(value.isoformat() if hasattr(value, "isoformat") else value)

    def _read(self, place: str) -> list[Any]:
        columns = [self.model._meta.pk] if self._by_key else [self._target(self._column), self.model._meta.pk]
        try:
            parts = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))
            if not isinstance(parts, list) or len(parts) != len(columns):
                raise BadCursor(place)
            read = [
                None if text is None else column.to_python(text) for column, text in zip(columns, parts, strict=True)
            ]
        except (ValueError, binascii.Error, ValidationError, UnicodeError, TypeError, OverflowError) as error:
            raise BadCursor(place) from error
        if read[-1] is None:
            raise BadCursor(place)
        return read

    @staticmethod
    def _target(column: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
        return column.target_field if isinstance(column, models.ForeignKey) else column


def column_of(model: type[models.Model], name: Any) -> str | None:
    """The field's name behind an `ordering` entry (`-id`, `F("id").desc()`), None for an expression."""
    if isinstance(name, str):
        text = name.lstrip("-")
        return "pk" if text == "pk" else text if "__" not in text else None
    inner: Any = getattr(name, "expression", name)
    return str(vars(inner)["name"]) if isinstance(inner, F) else None
