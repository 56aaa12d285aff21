"""The platform's paid orders in the model's form. Amounts of each currency are counted in its own usual order."""

from collections.abc import Mapping, Sequence

import numpy as np

from ml.churn.orders import Ints, Orders

_LEAST_AMOUNT = 1e-3  # an order that a coupon paid for is an order all the same
_OTHER = ""


def currency_units(currency: Sequence[str], total: Sequence[float]) -> dict[str, float]:
    """The median total above zero of each currency; under "" that of all of them, for currencies of later."""
    names, worth = np.array(currency), np.array(total, dtype=np.float64)
    units = {_OTHER: float(np.median(worth[worth > 0])) if (worth > 0).any() else 1.0}
    for name in np.unique(names):
        of = worth[(names == name) & (worth > 0)]
        if len(of):
            units[str(name)] = float(np.median(of))
    return units


def orders_of(
    buyer: Sequence[int],
    day: Sequence[float],
    currency: Sequence[str],
    total: Sequence[float],
    *,
    units: Mapping[str, float],
) -> tuple[Orders, Ints]:
    """(orders, the users' numbers, ascending): customer i is user i of the second."""
    users, customer = np.unique(np.array(buyer, dtype=np.int64), return_inverse=True)
    unit = np.array([units.get(name, units.get(_OTHER, 1.0)) for name in currency])
    amount = np.maximum(np.array(total, dtype=np.float64) / unit, _LEAST_AMOUNT)
    return Orders.sorted(customer=customer, day=day, amount=amount, customers=len(users)), users
