"""Orders as arrays, by customer and time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Orders:
    """Orders and returns of customers 0 .. customers - 1, sorted by customer, then time; shape (rows,) each.

    day: days since 1970 with their fraction, local time. amount: at most zero is a return: it is no order.
    """

    customer: Ints
    day: Floats
    amount: Floats
    customers: int

    @classmethod
    def sorted(cls, *, customer: Any, day: Any, amount: Any, customers: int) -> "Orders":
        """The same from rows in any order. Raises ValueError for lengths that differ, or values that are no numbers."""
        who = np.asarray(customer, dtype=np.int64)
        when, worth = np.asarray(day, dtype=np.float64), np.asarray(amount, dtype=np.float64)
        if not len(who) == len(when) == len(worth):
            raise ValueError("customer, day and amount differ in length")
        if not (np.isfinite(when).all() and np.isfinite(worth).all()):
            raise ValueError("a day or an amount is no number")
        order = np.lexsort((worth, when, who))
        return cls(who[order], when[order], worth[order], customers)

    @property
    def bought(self) -> Bools:
        """Which rows are orders, shape (rows,)."""
        return np.asarray(self.amount > 0)

    def taken(self, rows: Bools) -> "Orders":
        """Some rows, the same customers."""
        return Orders(self.customer[rows], self.day[rows], self.amount[rows], self.customers)

    def scaled(self, unit: float) -> "Orders":
        """The same with amounts counted in `unit`."""
        return Orders(self.customer, self.day, self.amount / unit, self.customers)

    def before(self, cut: float) -> "Orders":
        """What was known at `cut`."""
        return self.taken(self.day < cut)

    def of(self, customers: Ints) -> "Orders":
        """The rows of some customers (ascending), who are numbered anew in that order."""
        place = np.full(self.customers, -1, dtype=np.int64)
        place[customers] = np.arange(len(customers))
        rows = place[self.customer] >= 0
        return Orders(place[self.customer[rows]], self.day[rows], self.amount[rows], len(customers))

    def starts(self) -> Ints:
        """Where each customer's rows begin, and behind the last one their number; shape (customers + 1,)."""
        return np.asarray(np.searchsorted(self.customer, np.arange(self.customers + 1)), dtype=np.int64)


def buyers_before(orders: Orders, cut: float) -> Ints:
    """Who had an order before `cut`, ascending."""
    return np.asarray(np.unique(orders.customer[orders.bought & (orders.day < cut)]), dtype=np.int64)


def stayed_away(orders: Orders, customers: Ints, *, cut: float, days: float) -> Bools:
    """Whether each of `customers` has no order from `cut` until `days` after it; shape (customers,)."""
    rows = orders.bought & (orders.day >= cut) & (orders.day < cut + days)
    back = np.zeros(orders.customers, dtype=bool)
    back[orders.customer[rows]] = True
    return np.asarray(~back[customers])
