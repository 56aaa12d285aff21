"""Every figure's endpoint, uncached, against reading the rows it is made of by bare SQL; and its time by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from benchmarks.requests import requester
from benchmarks.timing import Result, by_turns, seconds
from xlcfi.clock import FixedClock, day_start, use_clock

NOTHING = "/bench/nothing"
TIMES = 8
_SALES = "SELECT * FROM {table} WHERE currency = 'KRW' AND day BETWEEN %(first)s AND %(last)s"
_WAITING = "SELECT * FROM rollup_deltas WHERE day BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True)
class Figure:
    """An endpoint and the SQL that reads its rows. days: of the period that ends on the market's last day."""

    path: str
    days: int
    rows: tuple[str, ...]


def _sales(table: str) -> tuple[str, ...]:
    return _SALES.format(table=table), _WAITING


FIGURES = {
    "sales by day of a month": Figure("sales?period=month", 30, _sales("sales_days")),
    "sales by hour of a week": Figure("sales?period=week&granularity=hour", 7, _sales("sales_hours")),
    "sales by seller of a month": Figure("sales?period=month&group_by=seller", 30, _sales("seller_sales_days")),
    "sales by product of a month": Figure("sales?period=month&group_by=product", 30, _sales("product_sales_days")),
    "sales by category of a month": Figure("sales?period=month&group_by=category", 30, _sales("product_sales_days")),
    "sales by country of a year": Figure("sales?period=year&group_by=country", 365, _sales("country_sales_days")),
    "contribution by product, a month": Figure(
        "contribution?period=month&by=product", 60, _sales("product_sales_days")
    ),
    "dashboard of a month": Figure(
        "dashboard?period=month&currency=JPY", 60, (*_sales("sales_days"), *_sales("product_sales_days"))
    ),
    "trending products": Figure("products/trending", 14, _sales("product_sales_days")),
    "one product": Figure(
        "products/{product}",
        60,
        ("SELECT * FROM product_sales_days WHERE product_id = %(product)s AND day BETWEEN %(first)s AND %(last)s",),
    ),
    "ABC classes of a month": Figure("products/abc?period=month", 30, _sales("product_sales_days")),
    "baskets of a month": Figure("baskets?period=month", 30, _sales("basket_days")),
    "one user": Figure(
        "users/{user}",
        365,
        (
            "SELECT * FROM buyer_days WHERE user_id = %(user)s",
            "SELECT * FROM user_behaviors WHERE user_id = %(user)s ORDER BY created_at DESC LIMIT 21",
        ),
    ),
    "segments": Figure("segments", 365, ("SELECT * FROM rfm_counts",)),
    "cohorts of a year": Figure(
        "cohorts?period=year", 365, ("SELECT * FROM cohort_months WHERE cohort BETWEEN %(first)s AND %(last)s",)
    ),
    "new and returning buyers of a month": Figure("buyers?period=month", 30, _sales("new_returning_days")),
    "funnel of a month": Figure(
        "funnel?period=month",
        30,
        (
            "SELECT * FROM funnel_days WHERE day BETWEEN %(first)s AND %(last)s",
            "SELECT * FROM funnel_times WHERE day BETWEEN %(first)s AND %(last)s",
        ),
    ),
    "operations of a month": Figure(
        "operations?period=month", 30, ("SELECT * FROM operation_days WHERE day BETWEEN %(first)s AND %(last)s",)
    ),
}


def measure(last: date) -> tuple[list[Result], dict[str, float]]:
    """By figure: rows by bare SQL / what the endpoint adds to a request; and milliseconds of what it adds."""
    product, user = _busiest()
    results, times = [], {}
    with use_clock(FixedClock(day_start(last).replace(hour=12))):
        ask = requester()
        for name, figure in FIGURES.items():
            path = "/v1/analytics/" + figure.path.format(product=product, user=user)
            values: dict[str, date | int] = {
                "first": last - timedelta(days=figure.days - 1),
                "last": last,
                "product": product,
                "user": user,
            }
            ask(path)
            result = by_turns(
                f"{name}, uncached / its rows by bare SQL",
                ours=_added(ask, path),
                baseline=lambda figure=figure, values=values: _bare(figure.rows, values),
                goal="at least 0.2",
                unit="ms",
                slices=3,
            )
            results.append(result)
            times[name] = min(_added(ask, path)() for _ in range(3)) * 1000
    return results, times


def _added(ask: Callable[[str], bytes], path: str) -> Callable[[], float]:
    """Seconds that the endpoint adds to a request that does nothing."""
    return lambda: max(seconds(lambda: ask(path), times=TIMES) - seconds(lambda: ask(NOTHING), times=TIMES), 0.000_01)


def _bare(statements: tuple[str, ...], values: dict[str, date | int]) -> float:
    def read() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)
                cursor.fetchall()

    return seconds(read, times=TIMES)


def _busiest() -> tuple[int, int]:
    """The product and the buyer with the most paid orders."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM product_sales_months GROUP BY 1 ORDER BY SUM(orders) DESC LIMIT 1")
        product = int(cursor.fetchone()[0])
        cursor.execute("SELECT buyer_id FROM order_facts WHERE paid GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 1")
        return product, int(cursor.fetchone()[0])
