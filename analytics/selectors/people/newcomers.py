"""New against returning buyers over time.

A buyer is new in the step that holds their first paid order ever and returning in any later one in which they paid;
both are counted over all currencies. Orders and money are of one currency: first orders ever apart from repeated ones,
refunds on the day they were made, under the order they belong to. Different buyers of a step can't be summed up from
its days, so every step is counted whole: the days asked for are widened to whole weeks, months, quarters or years.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from analytics.selectors.completeness import completeness
from analytics.selectors.people.segments import average
from analytics.selectors.people.statements import BUYERS_IN_PERIODS, HOME_CURRENCY, NEW_RETURNING_DAYS
from analytics.selectors.people.waiting import sums_read
from analytics.selectors.sales.buckets import bucket_start, year_before
from xlcfi import clock
from xlcfi.clock import SEOUL, Period

STEPS = ["day", "week", "month", "quarter", "year"]
_BEYOND = {"day": 1, "week": 7, "month": 32, "quarter": 93, "year": 367}
"""So many days after its start, a step of any length is over and the next one, of any length, is not."""


@dataclass
class Sold:
    """Paid orders and money of one kind."""

    orders: int = 0
    gross: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)

    def told(self) -> dict[str, Any]:
        """The figures of an answer."""
        return {
            "orders": self.orders,
            "gross_revenue": self.gross,
            "refunds": self.refunds,
            "net_revenue": self.gross - self.refunds,
            "average_order_value": average(self.gross, self.orders),
        }


@dataclass
class Step:
    """One step: its days, both included, its buyers, and its first and repeated orders."""

    first: date
    last: date
    new_buyers: int
    returning_buyers: int
    new: Sold
    repeated: Sold


def whole_steps(period: Period, granularity: str) -> Period:
    """`period`, widened to whole steps."""
    return Period(period.name, bucket_start(period.first, granularity), step_end(period.last, granularity))


def step_end(day: date, granularity: str) -> date:
    """The last day of the step that `day` lies in."""
    if granularity == "day":
        return day
    beyond = bucket_start(day, granularity) + timedelta(days=_BEYOND[granularity])
    return bucket_start(beyond, granularity) - timedelta(days=1)


def step_starts(period: Period, granularity: str) -> list[date]:
    """The first day of every step of a period of whole steps."""
    starts, day = [], period.first
    while day <= period.last:
        starts.append(day)
        day = step_end(day, granularity) + timedelta(days=1)
    return starts


def newcomers_steps(*, periods: Sequence[Period], granularity: str, currency: str, today: date) -> list[list[Step]]:
    """For each of `periods`, all of whole steps, its steps, oldest first, those without sales too. Two statements."""
    days: dict[str, Any] = {}
    for number, period in enumerate(periods):
        days |= {f"first{number}": period.first, f"last{number}": period.last}

    def within(column: str) -> str:
        spans = (f"{column} BETWEEN %(first{number})s AND %(last{number})s" for number in range(len(periods)))
        return f"({' OR '.join(spans)})"

    buyers = {
        row["start"]: (int(row["new_buyers"]), int(row["returning_buyers"]))
        for row in sums_read(
            BUYERS_IN_PERIODS, where=f"step = %(step)s AND {within('start')}", step=granularity, today=today, **days
        )
    }
    sold: dict[tuple[date, bool], Sold] = defaultdict(Sold)
    for row in sums_read(
        NEW_RETURNING_DAYS,
        where=f"currency = %(currency)s AND {within('day')}",
        currency=currency,
        today=today,
        **days,
    ):
        cell = sold[bucket_start(row["day"], granularity), row["is_first"]]
        cell.orders += int(row["orders"])
        cell.gross += row["gross"]
        cell.refunds += row["refunds"]
    return [
        [
            Step(start, step_end(start, granularity), *buyers.get(start, (0, 0)), sold[start, True], sold[start, False])
            for start in step_starts(period, granularity)
        ]
        for period in periods
    ]


def newcomers(
    *,
    period: Period,
    granularity: str = "day",
    currency: str = HOME_CURRENCY,
    compare: str = "none",
    today: date | None = None,
) -> dict[str, Any]:
    """New and returning buyers of `period`, step by step. compare: none, previous, year or both."""
    day = today or clock.today()
    whole = whole_steps(period, granularity)
    others = _compared(whole, granularity, compare)
    steps, *before = newcomers_steps(
        periods=[whole, *others.values()], granularity=granularity, currency=currency, today=day
    )
    total = _total(steps)
    compared = {}
    for (name, span), theirs in zip(others.items(), before, strict=True):
        then = _total(theirs)
        compared[name] = {"period": _days(span), "total": then, "change_rates": _changes(total, then)}
    return {
        "granularity": granularity,
        "currency": currency,
        "period": _days(whole),
        "total": total,
        "series": [
            {
                "from": step.first,
                "to": step.last,
                "new_buyers": step.new_buyers,
                "returning_buyers": step.returning_buyers,
                "first_orders": step.new.told(),
                "repeat_orders": step.repeated.told(),
                "running": step.last >= day,
            }
            for step in steps
        ],
        "compared": compared,
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }


def _compared(whole: Period, granularity: str, compare: str) -> Mapping[str, Period]:
    found = {}
    if compare in ("previous", "both"):
        count = len(step_starts(whole, granularity))
        first = whole.first
        for _ in range(count):
            first = bucket_start(first - timedelta(days=1), granularity)
        found["previous"] = Period("previous", first, whole.first - timedelta(days=1))
    if compare in ("year", "both"):
        before = year_before(whole, weekly=granularity == "week")
        # 29 February has no day a year before that a month could end on: whole steps again.
        found["year"] = whole_steps(before, granularity)
    return found


def _total(steps: list[Step]) -> dict[str, Any]:
    """returning_buyers is null over several steps: whoever comes back in each of them is one buyer."""
    new, repeated = Sold(), Sold()
    for step in steps:
        for into, one in ((new, step.new), (repeated, step.repeated)):
            into.orders += one.orders
            into.gross += one.gross
            into.refunds += one.refunds
    return {
        "new_buyers": sum(step.new_buyers for step in steps),
        "returning_buyers": steps[0].returning_buyers if len(steps) == 1 else None,
        "first_orders": new.told(),
        "repeat_orders": repeated.told(),
    }


def _changes(now: dict[str, Any], before: dict[str, Any]) -> dict[str, float | None]:
    def rate(new: Any, old: Any) -> float | None:
        return round(float((Decimal(new) - Decimal(old)) / Decimal(old)), 4) if old else None

    return {
        "new_buyers": rate(now["new_buyers"], before["new_buyers"]),
        "first_orders_net_revenue": rate(now["first_orders"]["net_revenue"], before["first_orders"]["net_revenue"]),
        "repeat_orders_net_revenue": rate(now["repeat_orders"]["net_revenue"], before["repeat_orders"]["net_revenue"]),
    }


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
