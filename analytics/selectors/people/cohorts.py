"""Cohorts: the buyers who first paid in a month, and what they did in the months since. Read from one small table.

A cohort's age is counted in calendar months: 0 is the month of the first paid order. The month that is running is
told as `running`. Retention counts a buyer once whatever the currencies; money is of one currency.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.selectors.completeness import completeness
from analytics.selectors.people.months import month_at, month_index, month_name, months_between
from analytics.selectors.people.segments import average
from analytics.selectors.people.statements import COHORT_MONTHS, HOME_CURRENCY
from analytics.selectors.people.waiting import sums_read
from xlcfi import clock
from xlcfi.clock import SEOUL

RETENTION, REVENUE = "retention", "revenue"
MEASURES = [RETENTION, REVENUE]


@dataclass
class Month:
    """What a cohort did in one month."""

    buyers: int = 0
    orders: int = 0
    gross: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """gross - refunds."""
        return self.gross - self.refunds


@dataclass
class Cohort:
    """month: its first day. buyers: how many are in it. months: by age, without those in which nothing happened."""

    month: date
    buyers: int = 0
    months: dict[int, Month] = field(default_factory=lambda: defaultdict(Month))

    def cumulative_net(self, *, age: int) -> Decimal:
        """Net revenue of the months 0 to `age`."""
        return sum((month.net for at, month in self.months.items() if at <= age), Decimal(0))


def cohorts_read(*, first: date, last: date, currency: str, today: date) -> list[Cohort]:
    """The cohorts of the months `first` to `last` (first days), oldest first; those without buyers are left out."""
    found: dict[date, Cohort] = {}
    for row in sums_read(
        COHORT_MONTHS,
        where="cohort BETWEEN %(first)s AND %(last)s AND currency IN ('', %(currency)s)",
        today=today,
        first=first,
        last=last,
        currency=currency,
    ):
        cohort = found.setdefault(row["cohort"], Cohort(row["cohort"]))
        age = months_between(row["cohort"], row["month"])
        month = cohort.months[age]
        if row["currency"] == "":
            month.buyers, month.orders = int(row["buyers"]), int(row["orders"])
            if age == 0:
                cohort.buyers = int(row["buyers"])
        else:
            month.gross, month.refunds = row["gross"], row["refunds"]
    return [found[month] for month in sorted(found) if found[month].buyers]


def cohorts(
    *, first: date, last: date, measure: str = RETENTION, currency: str = HOME_CURRENCY, today: date | None = None
) -> dict[str, Any]:
    """The matrix of the cohorts of the months that the days `first` to `last` lie in, by months since."""
    day = today or clock.today()
    begin, end = month_at(month_index(first)), month_at(month_index(last))
    read = cohorts_read(first=begin, last=end, currency=currency, today=day)
    return {
        "measure": measure,
        "currency": currency,
        "from": month_name(begin),
        "to": month_name(end),
        "cohorts": [
            {"cohort": month_name(one.month), "buyers": one.buyers, "months": _cells(one, measure=measure, today=day)}
            for one in read
        ],
        "average": _average(read, measure=measure, today=day),
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }


def _cells(cohort: Cohort, *, measure: str, today: date) -> list[dict[str, Any]]:
    running = months_between(cohort.month, today)
    cells, cumulative = [], Decimal(0)
    for age in range(running + 1):
        month = cohort.months.get(age, Month())
        cumulative += month.net
        figures: dict[str, Any]
        if measure == RETENTION:
            figures = {
                "buyers": month.buyers,
                "retention": round(month.buyers / cohort.buyers, 4),
                "orders": month.orders,
            }
        else:
            figures = {
                "gross_revenue": month.gross,
                "refunds": month.refunds,
                "net_revenue": month.net,
                "net_per_buyer": average(month.net, cohort.buyers),
                "cumulative_net_per_buyer": average(cumulative, cohort.buyers),
            }
        name = month_name(month_at(month_index(cohort.month) + age))
        cells.append({"age": age, "month": name, **figures, "running": age == running})
    return cells


def _average(read: list[Cohort], *, measure: str, today: date) -> list[dict[str, Any]]:
    if measure == RETENTION:
        return retention_curve(read, today=today)
    told, cumulative = [], Decimal(0)
    for age, (net, buyers, of) in enumerate(net_curve(read, today=today)):
        cumulative += net / buyers
        told.append(
            {
                "age": age,
                "net_per_buyer": average(net, buyers),
                "cumulative_net_per_buyer": cumulative.quantize(Decimal("0.01")),
                "cohorts": of,
                "buyers": buyers,
            }
        )
    return told


def retention_curve(read: list[Cohort], *, today: date) -> list[dict[str, Any]]:
    """By age: the share of buyers who paid, over the cohorts for whom that month is over."""
    told = []
    for age, ready in _ages(read, today=today):
        buyers = sum(one.buyers for one in ready)
        active = sum(one.months[age].buyers for one in ready if age in one.months)
        told.append({"age": age, "retention": round(active / buyers, 4), "cohorts": len(ready), "buyers": buyers})
    return told


def net_curve(read: list[Cohort], *, today: date) -> list[tuple[Decimal, int, int]]:
    """By age: (net revenue, buyers, cohorts) of the cohorts for whom that month is over."""
    return [
        (
            sum((one.months[age].net for one in ready if age in one.months), Decimal(0)),
            sum(one.buyers for one in ready),
            len(ready),
        )
        for age, ready in _ages(read, today=today)
    ]


def _ages(read: list[Cohort], *, today: date) -> list[tuple[int, list[Cohort]]]:
    oldest = max((months_between(one.month, today) for one in read), default=0)
    ages = ((age, [one for one in read if months_between(one.month, today) > age]) for age in range(oldest))
    return [(age, ready) for age, ready in ages if ready]
