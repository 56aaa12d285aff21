"""The answer about sales: totals, steps, comparison, groups, other currencies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from analytics.selectors.sales.buckets import buckets
from analytics.selectors.sales.sources import SalesFilter
from analytics.selectors.sales.statement import Group, GroupsAsked, SalesRows, sales_read
from analytics.selectors.sales.sums import Sums, change_rates
from xlcfi.clock import Period, day_start

Steps = Mapping[Any, Sums]
"""(first day of the step, hour) -> sums."""

ONCE, PER_PRODUCT = "once", "per_product"


@dataclass(frozen=True, slots=True)
class SalesQuestion:
    """What is asked: of which days, in which steps, compared with what, of which sales, in which currency.

    by_currency: each currency is a group of its own; `groups` is None then.
    """

    period: Period
    granularity: str = "day"
    currency: str = "KRW"
    compared: Mapping[str, Period] = field(default_factory=dict)
    where: SalesFilter = field(default_factory=SalesFilter)
    groups: GroupsAsked | None = None
    by_currency: bool = False


@dataclass(frozen=True, slots=True)
class GroupFound:
    """A group as it is told, and its place in the order: what a cursor holds."""

    place: tuple[Decimal, int | str]
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SalesFound:
    """figures: all but the groups. groups: in order, one more than asked for. members: how many there are in all.

    net_by_currency: net revenue of the period in each currency that there is.
    """

    figures: dict[str, Any]
    groups: list[GroupFound]
    members: int
    net_by_currency: dict[str, Decimal]


def sales_found(question: SalesQuestion) -> SalesFound:
    """Read and put together what `question` asks for, in one statement. Raises NotKept (see `source_of`)."""
    spans = [question.period, *question.compared.values()]
    rows = sales_read(
        spans=spans,
        granularity=question.granularity,
        where=question.where,
        currency=question.currency,
        groups=question.groups,
    )
    whole = {key: Sums.total(steps.values()) for key, steps in rows.series.items()}
    currencies = sorted(currency for span, currency in whole if span == 0)
    groups = _currencies(question, whole) if question.by_currency else _groups(question, rows)
    return SalesFound(
        figures=_figures(question, rows, whole, currencies),
        groups=groups,
        members=len(groups) if question.by_currency else rows.members,
        net_by_currency={currency: whole[0, currency].net for currency in currencies},
    )


def orders_counted(where: SalesFilter, *, by: str | None = None) -> str:
    """ONCE, or PER_PRODUCT where an order counts for each product of the category that it holds.

    Sums by product know how many orders hold one product, not how many hold one of several.
    """
    if by in ("category", "top_category"):
        return ONCE if where.product is not None else PER_PRODUCT
    return PER_PRODUCT if where.category is not None and where.product is None and by != "product" else ONCE


def period_told(period: Period) -> dict[str, str]:
    """A period as answers tell it: name, first and last moment in Seoul."""
    end = day_start(period.last + timedelta(days=1)) - timedelta(microseconds=1)
    return {"name": period.name, "from": day_start(period.first).isoformat(), "to": end.isoformat()}


def _figures(
    question: SalesQuestion, rows: SalesRows, whole: Mapping[tuple[int, str], Sums], currencies: list[str]
) -> dict[str, Any]:
    counted = orders_counted(question.where)
    once, currency = counted == ONCE, question.currency
    totals = whole.get((0, currency), Sums()).as_measures(average=once)
    comparison = {}
    for number, (name, span) in enumerate(question.compared.items(), start=1):
        before = whole.get((number, currency), Sums()).as_measures(average=once)
        comparison[name] = {
            "period": period_told(span),
            "totals": before,
            "change_rate": change_rates(totals, before),
            "buckets": _steps(span, question.granularity, rows.series.get((number, currency), {}), once=once),
        }
    return {
        "period": period_told(question.period),
        "granularity": question.granularity,
        "currency": currency,
        "orders_counted": counted,
        "totals": totals,
        "buckets": _steps(question.period, question.granularity, rows.series.get((0, currency), {}), once=once),
        "comparison": comparison,
        "other_currencies": [
            {"currency": other, **whole[0, other].as_measures(average=once)}
            for other in currencies
            if other != currency
        ],
    }


def _steps(period: Period, granularity: str, steps: Steps, *, once: bool) -> list[dict[str, Any]]:
    zeros = Sums().as_measures()
    told = []
    for bucket in buckets(period, granularity):
        sums = steps.get((bucket.first, bucket.hour))
        measures = zeros if sums is None else sums.as_measures(average=once)
        step = {"from": bucket.first.isoformat(), "to": bucket.last.isoformat(), **measures}
        told.append({**step, "hour": bucket.hour} if granularity == "hour" else step)
    return told


def _groups(question: SalesQuestion, rows: SalesRows) -> list[GroupFound]:
    asked = question.groups
    if asked is None:
        return []
    once = orders_counted(question.where, by=asked.by) == ONCE
    found = []
    for group in rows.groups.values():
        now = group.spans[0]
        told = {
            "id": _id(asked.by, group),
            "name": group.name,
            **now.as_measures(average=once),
            "share": round(float(now.net / rows.whole), 4) if rows.whole > 0 else None,
            "comparison": _group_compared(question, group.spans, once=once),
        }
        if asked.stepped:
            told["buckets"] = _steps(question.period, question.granularity, group.steps, once=once)
        found.append(GroupFound((group.rank, group.member if asked.by == "country" else int(group.member)), told))
    return found


def _currencies(question: SalesQuestion, whole: Mapping[tuple[int, str], Sums]) -> list[GroupFound]:
    once = orders_counted(question.where) == ONCE
    found = []
    for currency in sorted({currency for _, currency in whole}):
        spans = {number: whole.get((number, currency), Sums()) for number in range(len(question.compared) + 1)}
        told = {
            "id": currency,
            "name": None,
            **spans[0].as_measures(average=once),
            "share": None,
            "comparison": _group_compared(question, spans, once=once),
        }
        found.append(GroupFound((Decimal(0), currency), told))
    return found


def _group_compared(question: SalesQuestion, spans: Mapping[int, Sums], *, once: bool) -> dict[str, Any]:
    now = spans[0].as_measures(average=once)
    compared = {}
    for number, name in enumerate(question.compared, start=1):
        before = spans[number].as_measures(average=once)
        compared[name] = {"totals": before, "change_rate": change_rates(now, before)}
    return compared


def _id(by: str, group: Group) -> int | str | None:
    """None for what is not known: 0 and the empty country stand for it in our tables."""
    return (group.member or None) if by == "country" else (int(group.member) or None)
