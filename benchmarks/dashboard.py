"""The dashboard: uncached and cached, against the six scans of the platform's tables that it replaces."""

from datetime import date

from django.db import connection

from analytics.selectors.dashboard import dashboard
from benchmarks.requests import requester
from benchmarks.timing import Result, by_turns, seconds
from xlcfi.cache.redis import redis_client
from xlcfi.clock import FixedClock, Period, day_start, named_period, use_clock

PAID = """JOIN (SELECT DISTINCT order_id FROM payments WHERE status = 'COMPLETED'
    OR (status IN ('REFUNDED', 'CANCELLED') AND paid_at IS NOT NULL)) p ON p.order_id = o.id"""
REFUNDED = """JOIN (SELECT order_id FROM payments WHERE status IN ('COMPLETED', 'REFUNDED', 'CANCELLED')
    GROUP BY order_id
    HAVING bool_or(status <> 'COMPLETED' AND paid_at IS NOT NULL) AND NOT bool_or(status = 'COMPLETED')) p
    ON p.order_id = o.id"""
SCANS = (
    f"SELECT o.currency, SUM(o.total), COUNT(*) FROM orders o {PAID} "
    "WHERE o.created_at >= %(before)s AND o.created_at < %(end)s GROUP BY 1, o.created_at >= %(first)s",
    f"SELECT o.currency, SUM(o.total) FROM orders o {REFUNDED} "
    "WHERE o.updated_at >= %(before)s AND o.updated_at < %(end)s GROUP BY 1, o.updated_at >= %(first)s",
    "SELECT status, COUNT(*) FROM orders WHERE created_at >= %(first)s AND created_at < %(end)s GROUP BY 1",
    f"SELECT COUNT(DISTINCT o.buyer_id) FROM orders o {PAID} "
    "WHERE o.created_at >= %(before)s AND o.created_at < %(end)s GROUP BY o.created_at >= %(first)s",
    f"SELECT o.created_at::date, SUM(o.total), COUNT(*) FROM orders o {PAID} WHERE o.currency = 'KRW' "
    "AND o.created_at >= %(first)s AND o.created_at < %(end)s GROUP BY 1 ORDER BY 1",
    f"""WITH sold AS MATERIALIZED (
        SELECT i.product_id, SUM(i.quantity) AS units, SUM(i.quantity * i.unit_price) AS revenue,
               COUNT(DISTINCT o.id) AS orders
        FROM orders o {PAID} JOIN order_items i ON i.order_id = o.id
        WHERE o.currency = 'KRW' AND o.created_at >= %(first)s AND o.created_at < %(end)s GROUP BY 1)
    (SELECT s.product_id, r.name, units, revenue FROM sold s JOIN products r ON r.id = s.product_id
     ORDER BY revenue DESC LIMIT 10)
    UNION ALL
    (SELECT r.category_id, c.name, SUM(units), SUM(revenue) FROM sold s JOIN products r ON r.id = s.product_id
     JOIN categories c ON c.id = r.category_id GROUP BY 1, 2 ORDER BY 4 DESC LIMIT 5)""",
)


def six_scans(period: Period) -> None:
    """What a dashboard costs that reads the platform's tables."""
    bounds = {
        "before": day_start(period.before().first).replace(tzinfo=None),
        "first": day_start(period.first).replace(tzinfo=None),
        "end": day_start(date.fromordinal(period.last.toordinal() + 1)).replace(tzinfo=None),
    }
    with connection.cursor() as cursor:
        # The web's connections do without parallel workers; scans are what those are for.
        cursor.execute("SET max_parallel_workers_per_gather = 2")
        for scan in SCANS:
            cursor.execute(scan, bounds)
            cursor.fetchall()
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def measure(last: date) -> list[Result]:
    """Uncached by period against the scans; cached against the view that does nothing."""
    results = []
    for name, goal in (("month", "at least 5"), ("quarter", ""), ("year", "at least 20 at scale 1")):
        period = named_period(name, last=last)
        dashboard(period=period)
        results.append(
            by_turns(
                f"dashboard of a {name}, uncached / six scans",
                ours=lambda period=period: seconds(lambda: dashboard(period=period), times=5),
                baseline=lambda period=period: seconds(lambda: six_scans(period)),
                goal=goal,
                unit="ms",
            )
        )
    redis_client().delete("dashboard:stats:month")
    with use_clock(FixedClock(day_start(last).replace(hour=12))):
        ask = requester()
        ask("/v1/analytics/dashboard")
        results.append(
            by_turns(
                "dashboard of a month, cached / a view that does nothing, requests/s",
                ours=lambda: seconds(lambda: ask("/v1/analytics/dashboard"), times=100),
                baseline=lambda: seconds(lambda: ask("/bench/nothing"), times=100),
                goal="at least 0.7",
                unit="requests/s",
                slices=8,
            )
        )
    return results
