"""The series in which anomalies are looked for, as days of values."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from analytics.anomalies import sensitivities
from analytics.anomalies.rule import Sensitivity
from analytics.models import Series, UserBehavior

HOME_CURRENCY = "KRW"
HOURS = 24
SELLER_ORDERS_A_DAY = 5
"""A seller's days are watched from so many paid orders a day on: fewer scatter too much to say anything."""
SELLERS_MOST = 200

# All read what is folded and what waits to be in one statement. Orders count in every currency, money in won only.
_DAYS = """
SELECT day, 0, 0, SUM(orders), COALESCE(SUM(gross - refunds) FILTER (WHERE currency = %(currency)s), 0)
FROM (
    SELECT currency, day, gross, refunds, orders FROM sales_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT currency, day, gross, refunds, orders FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
) AS s GROUP BY day
"""
_HOURS = """
SELECT day, 0, hour, SUM(orders), 0
FROM (
    SELECT day, hour, orders FROM sales_hours WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT day, hour, orders FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
) AS s GROUP BY day, hour
"""
_SELLERS = """
WITH s AS MATERIALIZED (
    SELECT seller_id, day, SUM(orders) AS orders,
           COALESCE(SUM(gross - refunds) FILTER (WHERE currency = %(currency)s), 0) AS net
    FROM (
        SELECT seller_id, currency, day, gross, refunds, orders FROM seller_sales_days
        WHERE day BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT seller_id, currency, day, gross, refunds, orders FROM rollup_deltas
        WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
    ) AS both_ GROUP BY seller_id, day
), watched AS (
    SELECT seller_id FROM s WHERE seller_id <> 0 GROUP BY seller_id
    HAVING SUM(orders) >= %(least)s ORDER BY SUM(orders) DESC, seller_id LIMIT %(most)s
)
SELECT day, seller_id, 0, orders, net FROM s JOIN watched USING (seller_id)
"""
_BEHAVIORS = """
SELECT day, 0, 0, SUM(count), 0
FROM (
    SELECT day, count FROM behavior_days WHERE event_type = %(kind)s AND day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT day, count FROM interest_deltas
    WHERE event_type = %(kind)s AND day BETWEEN %(first)s AND %(last)s
) AS s GROUP BY day
"""
# Failures by hour are kept nowhere; they are few, and an index begins with their kind.
_FAILURE_HOURS = """
SELECT (created_at AT TIME ZONE 'Asia/Seoul')::date, 0, EXTRACT(HOUR FROM created_at AT TIME ZONE 'Asia/Seoul')::int,
       COUNT(*), 0
FROM user_behaviors
WHERE event_type = %(kind)s AND created_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Seoul'
  AND created_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
GROUP BY 1, 3
"""

COUNT, MONEY = 3, 4
"""Where a row of these statements (day, seller, hour, count, money) has what a series is of."""

_SOURCES: list[tuple[str, str, dict[Series, int]]] = [
    (_DAYS, "", {Series.ORDERS_DAY: COUNT, Series.NET_REVENUE_DAY: MONEY}),
    (_HOURS, "", {Series.ORDERS_HOUR: COUNT}),
    (_SELLERS, "", {Series.SELLER_ORDERS_DAY: COUNT, Series.SELLER_REVENUE_DAY: MONEY}),
    (_BEHAVIORS, UserBehavior.VIEW, {Series.VIEWS_DAY: COUNT}),
    (_BEHAVIORS, UserBehavior.PAYMENT_FAILED, {Series.PAYMENT_FAILURES_DAY: COUNT}),
    (_FAILURE_HOURS, UserBehavior.PAYMENT_FAILED, {Series.PAYMENT_FAILURES_HOUR: COUNT}),
]
SENSITIVITIES: dict[Series, Sensitivity] = {
    Series.ORDERS_DAY: sensitivities.ORDERS_BY_DAY,
    Series.NET_REVENUE_DAY: sensitivities.NET_REVENUE,
    Series.ORDERS_HOUR: sensitivities.ORDERS_BY_HOUR,
    Series.SELLER_ORDERS_DAY: sensitivities.ORDERS_BY_DAY,
    Series.SELLER_REVENUE_DAY: sensitivities.NET_REVENUE,
    Series.VIEWS_DAY: sensitivities.VIEWS_BY_DAY,
    Series.PAYMENT_FAILURES_DAY: sensitivities.FAILURES_BY_DAY,
    Series.PAYMENT_FAILURES_HOUR: sensitivities.FAILURES_BY_HOUR,
}
HOURLY = frozenset({Series.ORDERS_HOUR, Series.PAYMENT_FAILURES_HOUR})


@dataclass(frozen=True)
class SeriesDays:
    """One series of one seller (0: the whole market). `days` has a row for each Seoul day from `first` on, none
    missing: its value, or those of its 24 hours."""

    series: Series
    seller_id: int
    first: date
    days: list[list[float]]


def watched_series(*, first: date, last: date) -> Iterator[SeriesDays]:
    """Every watched series up to `last`, from its first day with anything, `first` at the earliest; one without any is
    left out. A statement for each source; what it costs grows with days and sellers, not with orders."""
    told_since = last
    for statement, kind, of in _SOURCES:
        rows = _read(statement, kind=kind, first=first, last=last)
        for series, column in of.items():
            for seller_id, values in _by_seller(rows, column).items():
                begin = min(day for day, _ in values)
                if series is Series.VIEWS_DAY:
                    told_since = begin
                elif kind == UserBehavior.PAYMENT_FAILED:
                    # A shop without a failure is a pattern too, from when on users' doings were told at all.
                    begin = min(begin, told_since)
                yield SeriesDays(series, seller_id, begin, _days(series, values, begin, last))


def _read(statement: str, *, kind: str, first: date, last: date) -> list[tuple[Any, ...]]:
    least = SELLER_ORDERS_A_DAY * ((last - first).days + 1)
    asked: dict[str, Any] = {"first": first, "last": last, "currency": HOME_CURRENCY, "kind": kind}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, "least": least, "most": SELLERS_MOST})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _by_seller(rows: list[tuple[Any, ...]], column: int) -> dict[int, dict[tuple[date, int], float]]:
    found: dict[int, dict[tuple[date, int], float]] = defaultdict(dict)
    for row in rows:
        found[row[1]][row[0], row[2]] = float(row[column])
    return found


def _days(series: Series, values: dict[tuple[date, int], float], first: date, last: date) -> list[list[float]]:
    hours = range(HOURS if series in HOURLY else 1)
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [[values.get((day, hour), 0.0) for hour in hours] for day in every]


def series_days(*, series: Series, first: date, last: date) -> SeriesDays | None:
    """One series of the whole market on `first` to `last`, for a chart; None for the sellers' ones, and for nothing."""
    statement, kind, of = next(source for source in _SOURCES if series in source[2])
    if statement is _SELLERS:
        return None
    values = _by_seller(_read(statement, kind=kind, first=first, last=last), of[series]).get(0)
    return SeriesDays(series, 0, first, _days(series, values, first, last)) if values else None
