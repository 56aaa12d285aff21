"""Rows by plain SQL, with what every kind of row needs."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection

from xlcfi.clock import SEOUL

Amount = Decimal | int | float | str


def seoul(text: str) -> datetime:
    """`seoul("2025-02-28 23:59:59.999999")`: that moment on Seoul's clock, aware. A date alone is its first moment."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def wall_clock(moment: datetime | None) -> datetime | None:
    """What Java stores for `moment` in a column without zone."""
    return None if moment is None else moment.astimezone(SEOUL).replace(tzinfo=None)


class Rows:
    """Statements as the platform would run them."""

    def __init__(self) -> None:
        self._number = count(1)

    def sql(self, statement: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run any statement as the platform would; its rows, if it has any."""
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []

    def row(self, table: str, **columns: Any) -> int:
        """Insert one row; aware datetimes are stored as Seoul wall clock."""
        values = [wall_clock(value) if isinstance(value, datetime) else value for value in columns.values()]
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        return int(self.sql(f"insert into {table} ({names}) values ({places}) returning id", values)[0][0])
