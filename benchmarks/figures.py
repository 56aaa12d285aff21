"""Every figure's endpoint, uncached, against reading the rows it is made of by bare SQL; and its time by itself."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection

from analytics.services.buyers.rebuilding import buyers_rebuild
from benchmarks.figures_of_people import PEOPLE
from benchmarks.figures_of_products import PRODUCTS
from benchmarks.figures_of_sales import SALES
from benchmarks.requests import requester
from benchmarks.timing import Result, by_turns, seconds
from xlcfi.clock import FixedClock, day_start, use_clock

NOTHING = "/bench/nothing"
TIMES = 8
FIGURES = {**SALES, **PRODUCTS, **PEOPLE}


def measure(last: date) -> tuple[list[Result], dict[str, float], dict[str, int]]:
    """By figure: rows by bare SQL / what the endpoint adds to a request; milliseconds of that; how many rows."""
    product, user = _busiest()
    results, times, rows = [], {}, {}
    with use_clock(FixedClock(day_start(last).replace(hour=12))):
        _standings_of(last)
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
                baseline=lambda figure=figure, values=values: _bare(figure.statements(last), values),
                goal="at least 0.2",
                unit="ms",
                slices=3,
            )
            results.append(result)
            rows[name] = _bare_rows(figure.statements(last), values)
            times[name] = min(_added(ask, path)() for _ in range(3)) * 1000
    return results, times, rows


def _standings_of(day: date) -> None:
    """Whoever folded or rebuilt at another time found that buyers of `day` had not bought for long: make them anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM buyer_standings WHERE recency = 0 AND last_day = %s)", [day])
        if cursor.fetchone()[0]:
            buyers_rebuild(apply=True)
            cursor.execute("VACUUM ANALYZE buyer_standings, rfm_counts")


def _added(ask: Callable[[str], bytes], path: str) -> Callable[[], float]:
    """Seconds that the endpoint adds to a request that does nothing."""
    return lambda: max(seconds(lambda: ask(path), times=TIMES) - seconds(lambda: ask(NOTHING), times=TIMES), 0.000_01)


def _bare(statements: tuple[str, ...], values: dict[str, date | int]) -> float:
    return seconds(lambda: _bare_rows(statements, values), times=TIMES)


def _bare_rows(statements: tuple[str, ...], values: dict[str, date | int]) -> int:
    count = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
            count += len(cursor.fetchall())
    return count


def _busiest() -> tuple[int, int]:
    """The product and the buyer with the most paid orders."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM product_sales_months GROUP BY 1 ORDER BY SUM(orders) DESC LIMIT 1")
        product = int(cursor.fetchone()[0])
        cursor.execute("SELECT buyer_id FROM order_facts WHERE paid GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 1")
        return product, int(cursor.fetchone()[0])
