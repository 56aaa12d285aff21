"""The funnel viewed > ordered > paid > delivered, and how long people take from step to step.

A journey is counted on the Seoul day of its first view, with all steps it ever reaches: days of the last three weeks
can still grow. What a journey is: analytics/services/journeys/working_out.py. Product 0 holds the sums of all products,
so what a question costs depends on its days and not on how many products or orders there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from analytics.selectors.interest import INTEREST_TYPES
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.sources import category_products
from analytics.selectors.sales.sums import change_rate
from analytics.selectors.spans import over_spans
from xlcfi.clock import Period
from xlcfi.platform.selectors import source_deployed

STEPS: Final = ("viewed", "ordered", "paid", "delivered")
TIMES: Final = {"ordered": "O", "paid": "P", "delivered": "D"}
PRECISION: Final = 0.05
"""Median and p90 are at most this part of themselves off: the middle of a step of a geometric scale."""
_OCTAVE = 8

_WHICH = {
    "all": "product_id = 0",
    "product": "product_id = %(product)s",
    "category": f"product_id IN ({category_products('%(category)s')})",
}
_DAYS = """
SELECT {span}, day, SUM(viewed)::bigint, SUM(ordered)::bigint, SUM(paid)::bigint, SUM(delivered)::bigint
FROM funnel_days WHERE {which} AND {within} GROUP BY day
"""
_TIMES = """
SELECT {span}, step, bucket, SUM(count)::bigint
FROM funnel_times WHERE {which} AND {within} GROUP BY step, bucket
"""
_VIEWS = ", ".join(f"'{name}'" for name in INTEREST_TYPES["views"])
_ANONYMOUS_ALL = f"""
SELECT {{span}}, COALESCE(SUM(anonymous), 0)::bigint FROM (
    SELECT anonymous FROM behavior_days WHERE event_type IN ({_VIEWS}) AND {{within}}
    UNION ALL
    SELECT anonymous FROM interest_deltas WHERE event_type IN ({_VIEWS}) AND {{within}}
) AS v
"""
_ANONYMOUS = f"""
SELECT {{span}}, COALESCE(SUM(anonymous), 0)::bigint FROM (
    SELECT anonymous_views AS anonymous FROM product_interest_days WHERE {{which}} AND {{within}}
    UNION ALL
    SELECT anonymous FROM interest_deltas WHERE {{which}} AND event_type IN ({_VIEWS}) AND {{within}}
) AS v
"""


@dataclass(frozen=True)
class FunnelFilter:
    """Journeys with one product, or with the products of a category and those below it; neither: all."""

    product: int | None = None
    category: int | None = None

    @property
    def which(self) -> str:
        """SQL for the rows that are meant."""
        if self.product is not None:
            # A product of a category that was asked for too, or nothing.
            both = "" if self.category is None else f" AND {_WHICH['category']}"
            return _WHICH["product"] + both
        return _WHICH["all" if self.category is None else "category"]


def funnel(*, period: Period, where: FunnelFilter, compared: Mapping[str, Period]) -> dict[str, Any]:
    """The funnel of the journeys that began in `period`, by day too, and of the periods it is compared with.

    Three statements, however many periods.
    """
    periods = [period, *compared.values()]
    days, *before = _days(periods, where)
    times = _times(periods, where)
    totals = _totals(days)
    comparison = {}
    for (name, other), theirs, taken in zip(compared.items(), before, times[1:], strict=True):
        then = _totals(theirs)
        comparison[name] = {
            "period": period_told(other),
            "steps": _steps_told(then, taken),
            "change_rates": {step: change_rate(totals[step], then[step]) for step in STEPS},
        }
    return {
        "steps": _steps_told(totals, times[0]),
        "anonymous_views": _anonymous(period, where),
        "by_day": [
            {"date": day.isoformat(), **dict(zip(STEPS, days.get(day, (0, 0, 0, 0)), strict=True))}
            for day in (period.first + timedelta(days=offset) for offset in range(period.days))
        ],
        "comparison": comparison,
        "unavailable": [] if source_deployed("deliveries") else ["deliveries"],
    }


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The bucket in which the `share` of all (nearest rank) lies; None without any. counts: bucket -> how many."""
    total = sum(counts.values())
    if total <= 0:
        return None
    rank, seen = max(1, -int(-total * share // 1)), 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= rank:
            return bucket
    return None


def _steps_told(totals: Mapping[str, int], times: Mapping[str, Mapping[int, int]]) -> list[dict[str, Any]]:
    told = []
    for number, step in enumerate(STEPS):
        before = totals[STEPS[number - 1]] if number else 0
        taken = times.get(TIMES.get(step, ""), {})
        told.append(
            {
                "step": step,
                "count": totals[step],
                "rate_of_first": _rate(totals[step], totals["viewed"]),
                "rate_of_previous": _rate(totals[step], before) if number else None,
                "median_seconds": _seconds(quantile(taken, 0.5)),
                "p90_seconds": _seconds(quantile(taken, 0.9)),
            }
        )
    return told


def _seconds(bucket: int | None) -> float | None:
    """The geometric middle of a bucket."""
    if bucket is None:
        return None
    return round(2 ** ((bucket + 0.5) / _OCTAVE), 1)


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _days(periods: Sequence[Period], where: FunnelFilter) -> list[dict[date, tuple[int, ...]]]:
    found: list[dict[date, tuple[int, ...]]] = [{} for _ in periods]
    for span, day, *counts in _rows(_DAYS, periods, where):
        found[span][day] = tuple(counts)
    return found


def _totals(days: Mapping[date, tuple[int, ...]]) -> dict[str, int]:
    return {step: sum(counts[number] for counts in days.values()) for number, step in enumerate(STEPS)}


def _times(periods: Sequence[Period], where: FunnelFilter) -> list[dict[str, dict[int, int]]]:
    found: list[dict[str, dict[int, int]]] = [{} for _ in periods]
    for span, step, bucket, count in _rows(_TIMES, periods, where):
        found[span].setdefault(step, {})[bucket] = count
    return found


def _anonymous(period: Period, where: FunnelFilter) -> int:
    everything = where.product is None and where.category is None
    return int(_rows(_ANONYMOUS_ALL if everything else _ANONYMOUS, [period], where)[0][1])


def _rows(statement: str, periods: Sequence[Period], where: FunnelFilter) -> list[tuple[Any, ...]]:
    text, values = over_spans(statement, periods, which=where.which)
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "product": where.product, "category": where.category})
        return list(cursor.fetchall())


class ProductFunnel(NamedTuple):
    """How far the journeys with a product got."""

    product_id: int
    viewed: int
    ordered: int
    paid: int
    delivered: int


def products_by_views(*, period: Period, limit: int) -> list[ProductFunnel]:
    """The products with most journeys that began in `period`, most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product_id, SUM(viewed)::bigint AS viewed, SUM(ordered)::bigint, SUM(paid)::bigint, "
            "SUM(delivered)::bigint FROM funnel_days WHERE product_id > 0 AND day BETWEEN %s AND %s "
            "GROUP BY product_id ORDER BY viewed DESC, product_id LIMIT %s",
            [period.first, period.last, limit],
        )
        return [ProductFunnel(*row) for row in cursor.fetchall()]
