"""The measures of sales, and how they compare."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
MEASURES = (
    "gross",
    "discounts",
    "cancellations",
    "returns",
    "refunds",
    "net_revenue",
    "orders",
    "units",
    "average_order_value",
)
COLUMNS = ("gross", "discounts", "refunds", "cancelled", "orders", "units")
"""What the rollups sum, in the order in which statements here select it."""
COUNTS = ("orders", "units")
"""Those of COLUMNS that are no money."""


@dataclass(slots=True)
class Sums:
    """What was sold and what went back, in one currency."""

    gross: Decimal = Decimal(0)
    discounts: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    orders: int = 0
    units: int = 0

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Sums":
        """From the values of COLUMNS."""
        gross, discounts, refunds, cancelled, orders, units = row
        return cls(gross, discounts, refunds, cancelled, int(orders), int(units))

    @classmethod
    def total(cls, many: Iterable["Sums"]) -> "Sums":
        """All of them added up: of one currency, please."""
        whole = cls()
        for one in many:
            whole.gross += one.gross
            whole.discounts += one.discounts
            whole.refunds += one.refunds
            whole.cancelled += one.cancelled
            whole.orders += one.orders
            whole.units += one.units
        return whole

    @property
    def net(self) -> Decimal:
        """Net revenue: gross - refunds."""
        return self.gross - self.refunds

    def as_measures(self, *, average: bool = True) -> dict[str, Any]:
        """The MEASURES. `average` False: orders are counted once per product, so an average would be none."""
        return {
            "gross": self.gross,
            "discounts": self.discounts,
            "cancellations": self.cancelled,
            "returns": self.refunds - self.cancelled,
            "refunds": self.refunds,
            "net_revenue": self.net,
            "orders": self.orders,
            "units": self.units,
            "average_order_value": average_order_value(self.gross, self.orders) if average else None,
        }


def average_order_value(gross: Decimal, orders: int) -> Decimal | None:
    """Gross / paid orders, two decimals; None without an order."""
    return (gross / orders).quantize(CENT, ROUND_HALF_UP) if orders else None


def change_rate(now: Decimal | int, before: Decimal | int) -> float | None:
    """The change as a fraction of `before`, four decimals; None where `before` is 0."""
    return None if not before else round(float((Decimal(now) - Decimal(before)) / Decimal(before)), 4)


def change_rates(now: dict[str, Any], before: dict[str, Any]) -> dict[str, float | None]:
    """The change of each measure; None where one of the two is None."""
    return {
        name: None if now[name] is None or before[name] is None else change_rate(now[name], before[name])
        for name in MEASURES
    }
