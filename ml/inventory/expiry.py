"""What will expire before it is sold: first in, first out, from the rises of stock that were seen. An estimate."""

from collections.abc import Sequence
from datetime import date, timedelta


def lots_left(*, stock: int, rises: Sequence[tuple[date, int]], unseen_since: date) -> list[tuple[date, int]]:
    """(day it came, units) of what is on the shelf, the oldest first. rises: (day, units) oldest first.

    Who sells the oldest first has the newest left. What no rise explains counts as come on `unseen_since`.
    """
    left, found = stock, []
    for day, units in reversed(rises):
        if left <= 0:
            break
        found.append((day, min(units, left)))
        left -= units
    if left > 0:
        found.append((unseen_since, left))
    return found[::-1]


def expiring(
    *, lots: Sequence[tuple[date, int]], shelf_days: int, today: date, demand: Sequence[float]
) -> tuple[int, date | None]:
    """(units that are not expected to be sold before their last day, the first such day) within the days of `demand`.

    demand: expected units of today, tomorrow, … A lot that came on a day may be sold for `shelf_days` days, that day
    included.
    """
    units, first, sold = 0.0, None, 0.0
    for day, size in lots:
        last = day + timedelta(days=shelf_days - 1)
        open_days = (last - today).days + 1
        if open_days > len(demand):
            break
        could = sum(demand[: max(open_days, 0)])
        sold_of_lot = min(size, max(could - sold, 0.0))
        sold += sold_of_lot
        lost = size - sold_of_lot
        if lost >= 0.5 and first is None:
            first = max(last, today)
        units += lost
    return round(units), first
