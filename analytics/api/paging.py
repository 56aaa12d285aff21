"""Pages of a list by cursor: the sort key of the last row that was given, so that new rows never shift a page.

A list that is small enough to be sorted in memory (groups, segments) goes through `page_of`. Where the database sorts,
read `cursor_read` for the key to go on after, select limit + 1 rows, and give them to `page_of_run`.
"""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypedDict, TypeVar

from rest_framework import serializers

from xlcfi.errors import InvalidInput
from xlcfi.platform.selectors import BIGINT_MAX

LONGEST_NUMBER = 60

Row = TypeVar("Row")
Key = tuple[Any, ...]


class Page(TypedDict):
    """A part of a list, and the cursor of the next one; None at the end."""

    items: list[Any]
    next: str | None


def page_of(rows: Sequence[Row], *, limit: int, cursor: str | None, key: Callable[[Row], Key], scope: str = "") -> Page:
    """The page after `cursor` of `rows`: a whole list, sorted ascending by `key`.

    key: a row's place in the list, e.g. `lambda r: (-r["revenue"], r["id"])`: numbers, text, dates; no None; unique.
    scope: the name of the order, so that a cursor of another order is refused. Raises InvalidInput for a bad cursor.
    """
    begin = 0
    after = cursor_read(cursor, scope=scope)
    if after is not None:
        try:
            begin = bisect_right(rows, after, key=key)
        except (TypeError, InvalidOperation) as error:
            raise _bad_cursor() from error
    return page_of_run(rows[begin : begin + limit + 1], limit=limit, key=key, scope=scope)


def page_of_run(rows: Sequence[Row], *, limit: int, key: Callable[[Row], Key], scope: str = "") -> Page:
    """The page of rows that were read after a cursor: up to limit + 1 of them, one more than are given."""
    more = len(rows) > limit
    return {"items": list(rows[:limit]), "next": cursor_made(key(rows[limit - 1]), scope=scope) if more else None}


def cursor_made(key: Key, *, scope: str = "") -> str:
    """The cursor that goes on after `key`."""
    body = json.dumps([scope, [_told(value) for value in key]], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def cursor_read(cursor: str | None, *, scope: str = "", kinds: Sequence[type] | None = None) -> Key | None:
    """The key that `cursor` goes on after; None without one.

    kinds: what its values must be, for a key that goes into SQL. Raises InvalidInput on `cursor` for one that was not
    made by `cursor_made`, or for another order.
    """
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        made_for, values = json.loads(text, parse_constant=_no_number)
        key = tuple(_read(value) for value in values)
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError, InvalidOperation) as error:
        raise _bad_cursor() from error
    if made_for != scope or (kinds is not None and [type(value) for value in key] != list(kinds)):
        raise _bad_cursor()
    return key


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"n": f"{value:f}"}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no cursor can hold {value!r}")


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        [(kind, text)] = value.items()
        reading: dict[str, Callable[[str], Any]] = {
            "n": Decimal,
            "t": datetime.fromisoformat,
            "d": date.fromisoformat,
        }
        read = reading[kind](text)
        if isinstance(read, Decimal) and (not read.is_finite() or len(text) > LONGEST_NUMBER or "E" in text.upper()):
            raise ValueError("no amount")
        return read
    if isinstance(value, list):
        raise TypeError("a list is no sort key")
    # What PostgreSQL can't take is not ours either.
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("no text of a sort key")
    if isinstance(value, int) and abs(value) > BIGINT_MAX:
        raise ValueError("no id")
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no sort key")


def _bad_cursor() -> InvalidInput:
    return InvalidInput("Not valid: cursor.", details={"fields": {"cursor": ["Not a cursor of this list."]}})


class PageOf(serializers.Serializer[None]):
    """The next page of a list, for an answer's description: add `items = <Item>(many=True)`."""

    next = serializers.CharField(allow_null=True, help_text="cursor of the next page; null at the end")
