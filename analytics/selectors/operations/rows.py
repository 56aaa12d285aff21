"""Sums of orders, payments, parcels, coupons, balances and blockchain records over a period.

Read from sums by day and by month (analytics/services/operations/sources.py says what is summed), so what a question
costs depends on its days and not on how many orders there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.sales.cover import cover
from xlcfi.clock import Period

LEAD_TIMES = "lead_times"


@dataclass(slots=True)
class Row:
    """Sums of one source over a period; what they mean is told in analytics/services/operations/sources.py."""

    source: str
    currency: str
    key: str
    part: str
    bucket: int
    count: int
    reached: int
    amount: Decimal
    discount: Decimal


@dataclass(slots=True)
class Sums:
    """Sums of rows that are alike."""

    count: int = 0
    reached: int = 0
    amount: Decimal = field(default_factory=Decimal)
    discount: Decimal = field(default_factory=Decimal)

    def add(self, row: Row) -> None:
        """Add `row`."""
        self.count += row.count
        self.reached += row.reached
        self.amount += row.amount
        self.discount += row.discount


def operation_rows(*, periods: Sequence[Period], sources: Sequence[str]) -> list[dict[str, list[Row]]]:
    """For each of `periods` the sums by source, in one statement: whole months, and days at the edges."""
    reading = _Reading()
    parts = []
    others = [source for source in sources if source != LEAD_TIMES]
    if others:
        rows = reading.rows(
            periods,
            "source, currency, key, part, bucket, {0}count, {0}reached, {0}amount, {0}discount",
            f"source = ANY({reading.put(others)})",
        )
        parts.append(
            "SELECT span, source, currency, key, part, bucket, SUM(count)::bigint, SUM(reached)::bigint, SUM(amount), "
            f"SUM(discount) FROM ({rows}) AS s (span, source, currency, key, part, bucket, count, reached, amount, "
            "discount) GROUP BY span, source, currency, key, part, bucket HAVING SUM(count) <> 0"
        )
    if LEAD_TIMES in sources:
        # There are far more of these than of all others, and they are nothing but counts.
        rows = reading.rows(periods, "bucket, {0}count", f"source = '{LEAD_TIMES}'")
        parts.append(
            f"SELECT span, '{LEAD_TIMES}', '', '', '', bucket, SUM(count)::bigint, 0, 0::numeric, 0::numeric "
            f"FROM ({rows}) AS t (span, bucket, count) GROUP BY span, bucket HAVING SUM(count) <> 0"
        )
    found: list[dict[str, list[Row]]] = [{source: [] for source in sources} for _ in periods]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2, 3, 4, 5, 6", reading.values)
        for span, *values in cursor.fetchall():
            row = Row(*values)
            found[span][row.source].append(row)
    return found


class _Reading:
    """The parameters of a statement as it grows."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def put(self, value: Any) -> str:
        """A parameter's place in the text."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def rows(self, periods: Sequence[Period], select: str, where: str) -> str:
        """SELECTs, joined by UNION ALL, of the period's number and `select`, in which {0} is the sign of the sums."""
        parts = []
        for span, period in enumerate(periods):
            covered = cover(first=period.first, last=period.last)
            runs = [("operation_months", "month", covered.months, "")] if covered.months else []
            runs += [("operation_days", "day", run, "") for run in covered.added]
            runs += [("operation_days", "day", run, "-") for run in covered.removed]
            parts += [
                f"SELECT {span}, {select.format(sign)} FROM {table} "
                f"WHERE {where} AND {column} BETWEEN {self.put(first)} AND {self.put(last)}"
                for table, column, (first, last), sign in runs
            ]
        return " UNION ALL ".join(parts)


def payments_by_day(*, period: Period) -> list[dict[str, Any]]:
    """Payments of every Seoul day of `period`, oldest first: attempts, how many succeeded, how many are pending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, SUM(count)::bigint, SUM(reached)::bigint, "
            "COALESCE(SUM(count) FILTER (WHERE part = 'PENDING'), 0)::bigint FROM operation_days "
            "WHERE source = 'payments' AND day BETWEEN %s AND %s GROUP BY day ORDER BY day",
            [period.first, period.last],
        )
        found = {day: counts for day, *counts in cursor.fetchall()}
    return [
        {
            "date": day.isoformat(),
            **dict(zip(("attempts", "succeeded", "pending"), found.get(day, (0, 0, 0)), strict=True)),
        }
        for day in (period.first + timedelta(days=offset) for offset in range(period.days))
    ]


def rate(part: int, whole: int) -> float | None:
    """A part of a whole as a fraction, four decimals; None of nothing."""
    return round(part / whole, 4) if whole else None
