"""Sales by day, from the daily rollup and the changes that wait to be folded into it, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db import connection

from xlcfi.clock import Period

_BY_DAY = """
SELECT currency, day, SUM(gross), SUM(refunds), SUM(orders)
FROM (
    SELECT currency, day, gross, refunds, orders FROM sales_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT currency, day, gross, refunds, orders FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
) AS s
GROUP BY currency, day
"""
_BY_STATUS = """
SELECT status, SUM(orders)
FROM (
    SELECT status, orders FROM order_status_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT status, orders FROM rollup_deltas WHERE status IS NOT NULL AND day BETWEEN %(first)s AND %(last)s
) AS s
GROUP BY status HAVING SUM(orders) <> 0 ORDER BY status
"""


class DaySales(NamedTuple):
    """Sums of one Seoul day in one currency; money in that currency."""

    currency: str
    day: date
    gross: Decimal
    refunds: Decimal
    orders: int


@dataclass
class Sums:
    """Gross, refunds and paid orders in one currency."""

    gross: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    orders: int = 0

    @property
    def net(self) -> Decimal:
        """Net revenue: gross - refunds."""
        return self.gross - self.refunds

    def as_money(self) -> dict[str, Decimal | None]:
        """The contract's money keys. The average order value is gross / paid orders, None without an order."""
        average = (self.gross / self.orders).quantize(Decimal("0.01"), ROUND_HALF_UP) if self.orders else None
        return {"total": self.net, "gross": self.gross, "refunds": self.refunds, "average_order_value": average}


@dataclass
class SalesTotals:
    """Sums of a period, each currency by itself."""

    by_currency: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))

    @classmethod
    def over(cls, days: Sequence[DaySales], period: Period) -> "SalesTotals":
        """The sums of those of `days` that lie in `period`."""
        totals = cls()
        for row in days:
            if period.first <= row.day <= period.last:
                sums = totals.by_currency[row.currency]
                sums.gross += row.gross
                sums.refunds += row.refunds
                sums.orders += row.orders
        return totals

    def in_currency(self, currency: str) -> Sums:
        """The sums in `currency`."""
        return self.by_currency.get(currency, Sums())

    @property
    def orders(self) -> int:
        """Paid orders in any currency: a count may be added up, money may not."""
        return sum(sums.orders for sums in self.by_currency.values())

    @staticmethod
    def trend(days: Sequence[DaySales], period: Period, currency: str) -> list[dict[str, Any]]:
        """Every day of `period`, oldest first, days without a sale too: net revenue in `currency`, all paid orders."""
        net: dict[date, Decimal] = defaultdict(Decimal)
        orders: dict[date, int] = defaultdict(int)
        for row in days:
            orders[row.day] += row.orders
            if row.currency == currency:
                net[row.day] += row.gross - row.refunds
        every = (period.first + timedelta(days=offset) for offset in range(period.days))
        return [{"date": day.isoformat(), "revenue": net[day], "orders": orders[day]} for day in every]


def sales_by_day(*, first: date, last: date) -> list[DaySales]:
    """Sums by Seoul day and currency from `first` to `last`, both included; days without a sale are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {"first": first, "last": last})
        return [
            DaySales(currency, day, gross, refunds, int(n)) for currency, day, gross, refunds, n in cursor.fetchall()
        ]


def orders_by_status(*, period: Period) -> dict[str, int]:
    """How many of the orders placed in `period`, paid or not, stand in which status."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STATUS, {"first": period.first, "last": period.last})
        return {status: int(orders) for status, orders in cursor.fetchall()}
