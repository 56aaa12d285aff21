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

_COLUMNS = "source, currency, key, part, bucket, count, reached, amount, discount"


@dataclass
class Sums:
    """Sums of rows that are alike; what they mean is told in analytics/services/operations/sources.py."""

    count: int = 0
    reached: int = 0
    amount: Decimal = field(default_factory=Decimal)
    discount: Decimal = field(default_factory=Decimal)

    def add(self, other: "Sums") -> None:
        """Add `other`."""
        self.count += other.count
        self.reached += other.reached
        self.amount += other.amount
        self.discount += other.discount


@dataclass(frozen=True)
class Row:
    """Sums of one source over a period."""

    source: str
    currency: str
    key: str
    part: str
    bucket: int
    sums: Sums


def operation_rows(*, period: Period, sources: Sequence[str]) -> list[Row]:
    """The sums of `sources` over `period`, in one statement: whole months, and days at the edges."""
    covered = cover(first=period.first, last=period.last)
    parts: list[str] = []
    values: dict[str, Any] = {"sources": list(sources)}
    runs = [("operation_months", "month", covered.months, "")] if covered.months else []
    runs += [("operation_days", "day", run, "") for run in covered.added]
    runs += [("operation_days", "day", run, "-") for run in covered.removed]
    for number, (table, column, (first, last), sign) in enumerate(runs):
        values |= {f"first{number}": first, f"last{number}": last}
        sums = ", ".join(f"{sign}{name}" for name in ("count", "reached", "amount", "discount"))
        parts.append(
            f"SELECT source, currency, key, part, bucket, {sums} FROM {table} WHERE source = ANY(%(sources)s) "
            f"AND {column} BETWEEN %(first{number})s AND %(last{number})s"
        )
    statement = (
        "SELECT source, currency, key, part, bucket, SUM(count)::bigint, SUM(reached)::bigint, SUM(amount), "
        f"SUM(discount) FROM ({' UNION ALL '.join(parts)}) AS s ({_COLUMNS}) "
        "GROUP BY source, currency, key, part, bucket HAVING SUM(count) <> 0 ORDER BY 1, 2, 3, 4, 5"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Row(row[0], row[1], row[2], row[3], row[4], Sums(*row[5:])) for row in cursor.fetchall()]


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
