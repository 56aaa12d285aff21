"""A run of days as whole months, which have sums of their own, and days at its edges."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.selectors.sales.buckets import month_start, next_month


@dataclass(frozen=True, slots=True)
class Cover:
    """A run of days as whole months and, at the edges, days to add or to take away again."""

    months: tuple[date, date] | None
    added: tuple[tuple[date, date], ...]
    removed: tuple[tuple[date, date], ...]


def cover(*, first: date, last: date) -> Cover:
    """Cover [first, last] with whole months, each edge by whichever reads fewer days: those inside or those outside.

    A month of which more than half lies inside is read whole and its other days are taken away again.
    """
    added, removed = [], []
    begin, end = month_start(first), next_month(last)
    if month_start(first) == month_start(last):
        inside, whole = (last - first).days + 1, (end - begin).days
        if inside * 2 <= whole:
            return Cover(None, ((first, last),), ())
    if first != begin:
        if (next_month(first) - first).days * 2 <= (next_month(first) - begin).days:
            added.append((first, next_month(first) - timedelta(days=1)))
            begin = next_month(first)
        else:
            removed.append((begin, first - timedelta(days=1)))
    if last + timedelta(days=1) != end:
        inside, whole = (last - month_start(last)).days + 1, (end - month_start(last)).days
        if month_start(last) > month_start(first) and inside * 2 <= whole:
            added.append((month_start(last), last))
            end = month_start(last)
        else:
            removed.append((last + timedelta(days=1), end - timedelta(days=1)))
    months = (begin, end - timedelta(days=1)) if begin < end else None
    return Cover(months, tuple(added), tuple(removed))
