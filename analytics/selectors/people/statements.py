"""What buyers' rows and the sums over them are, as SQL: one text for folding, for rebuilding and for reading.

A buyer's days follow from the facts, the standing from the days (and today), and what a buyer adds to each sum from
both. So a sum is right when, for every buyer whose facts changed, what the old rows added is taken out and what the
new ones add is put in: whoever folds writes that difference, whoever reads before adds it in the same statement.
"""

from datetime import date
from typing import Any, NamedTuple

from analytics import rfm
from xlcfi import clock

HOME_CURRENCY = "KRW"

THEIRS = "= ANY(ARRAY(SELECT user_id FROM touched))"
"""As an array, so that the planner always looks by the index: it can't know how few wait."""

# Lines and refunds have days of their own; an order's first place is decided by when it was placed.
DAYS = """
WITH paid AS MATERIALIZED (
    SELECT order_id, buyer_id AS user_id, day, currency, total,
           row_number() OVER (PARTITION BY buyer_id ORDER BY day, placed_at, order_id) = 1 AS is_first,
           MIN(day) OVER (PARTITION BY buyer_id) AS first_day
    FROM order_facts WHERE paid AND buyer_id {whose}
)
SELECT user_id, day, currency, is_first, first_day, SUM(orders)::bigint AS orders, SUM(units)::bigint AS units,
       SUM(gross) AS gross, SUM(refunds) AS refunds
FROM (
    SELECT user_id, day, currency, is_first, first_day, 1 AS orders, 0 AS units, total AS gross, 0 AS refunds FROM paid
    UNION ALL
    SELECT p.user_id, e.day, e.currency, p.is_first, p.first_day, 0, CASE WHEN e.kind = 'S' THEN e.units ELSE 0 END,
           0, CASE WHEN e.kind = 'S' THEN 0 ELSE e.amount END
    FROM paid p JOIN ledger_entries e ON e.order_id = p.order_id AND e.kind IN ('S', 'R', 'C')
) AS parts
GROUP BY user_id, day, currency, is_first, first_day
"""

_SEGMENT = "CASE {} ELSE '{}' END".format(
    " ".join(
        f"WHEN recency = {recency} AND frequency = {index + 1} THEN '{name}'"
        for recency, names in rfm.GRID.items()
        for index, name in enumerate(names)
    ),
    rfm.LOST,
)
_LATER = [None, *(most + 1 for most in reversed(rfm.RECENCY_MOST_DAYS))]
_CUTS = {
    "window": rfm.WINDOW_DAYS,
    "recency_cuts": [most + 1 for most in rfm.RECENCY_MOST_DAYS],
    "recency_next": _LATER,
    "frequency_cuts": list(rfm.FREQUENCY_LEAST_ORDERS),
    "money_cuts": list(rfm.MONEY_LEAST),
}

# An order whose day lies ahead (a clock that runs fast) counts as today's, so nothing has to happen when it comes.
STANDINGS = f"""
SELECT *, {_SEGMENT} AS segment,
       LEAST(leaves + %(window)s, last_day + (%(recency_next)s::int[])[recency]) AS renew_on
FROM (
    SELECT *,
        CASE WHEN window_orders = 0 THEN 0
             ELSE 5 - width_bucket(GREATEST(%(today)s - last_day, 0), %(recency_cuts)s::int[]) END AS recency,
        width_bucket(window_orders, %(frequency_cuts)s::bigint[]) AS frequency,
        CASE WHEN window_orders = 0 THEN 0 ELSE 1 + width_bucket(window_net, %(money_cuts)s::numeric[]) END AS money
    FROM (
        SELECT user_id, MIN(first_day) AS first_day, MAX(last_day) AS last_day, SUM(orders)::bigint AS orders,
            COALESCE(SUM(orders) FILTER (WHERE home), 0)::bigint AS home_orders,
            COALESCE(SUM(gross) FILTER (WHERE home), 0) AS gross,
            COALESCE(SUM(refunds) FILTER (WHERE home), 0) AS refunds,
            COALESCE(jsonb_object_agg(currency,
                jsonb_build_object('orders', orders, 'gross', gross, 'refunds', refunds)
            ) FILTER (WHERE NOT home), jsonb_build_object()) AS others,
            COALESCE(SUM(window_orders), 0)::bigint AS window_orders,
            COALESCE(SUM(window_orders) FILTER (WHERE home), 0)::bigint AS window_home_orders,
            COALESCE(SUM(window_gross) FILTER (WHERE home), 0) AS window_gross,
            COALESCE(SUM(window_refunds) FILTER (WHERE home), 0) AS window_refunds,
            COALESCE(SUM(window_gross - window_refunds) FILTER (WHERE home), 0) AS window_net,
            MIN(leaves) AS leaves
        FROM (
            SELECT user_id, currency, currency = '{HOME_CURRENCY}' AS home, MIN(first_day) AS first_day,
                MAX(day) FILTER (WHERE orders > 0) AS last_day, SUM(orders) AS orders,
                SUM(gross) AS gross, SUM(refunds) AS refunds,
                COALESCE(SUM(orders) FILTER (WHERE day > %(today)s - %(window)s), 0) AS window_orders,
                COALESCE(SUM(gross) FILTER (WHERE day > %(today)s - %(window)s), 0) AS window_gross,
                COALESCE(SUM(refunds) FILTER (WHERE day > %(today)s - %(window)s), 0) AS window_refunds,
                MIN(day) FILTER (WHERE day > %(today)s - %(window)s) AS leaves
            FROM {{days}} AS days GROUP BY user_id, currency
        ) AS currencies
        GROUP BY user_id
    ) AS figures
) AS classes
"""


class SumTable(NamedTuple):
    """A table of sums over buyers. query: what buyers add, from {days} and {standings}; additive over buyers."""

    table: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    query: str


COHORT_MONTHS = SumTable(
    "cohort_months",
    ("cohort", "month", "currency"),
    ("buyers", "orders", "gross", "refunds"),
    """SELECT cohort, month, currency, COUNT(DISTINCT user_id) FILTER (WHERE orders > 0) AS buyers,
              SUM(orders) AS orders, SUM(gross) AS gross, SUM(refunds) AS refunds
       FROM (SELECT user_id, date_trunc('month', first_day::timestamp)::date AS cohort,
                    date_trunc('month', day::timestamp)::date AS month, currency, orders, gross, refunds
             FROM {days} AS d1
             UNION ALL
             SELECT user_id, date_trunc('month', first_day::timestamp)::date,
                    date_trunc('month', day::timestamp)::date, '', orders, 0, 0
             FROM {days} AS d2 WHERE orders > 0) AS months
       GROUP BY cohort, month, currency""",
)
NEW_RETURNING_DAYS = SumTable(
    "new_returning_days",
    ("currency", "day", "is_first"),
    ("orders", "units", "gross", "refunds"),
    """SELECT currency, day, is_first, SUM(orders) AS orders, SUM(units) AS units, SUM(gross) AS gross,
              SUM(refunds) AS refunds
       FROM {days} AS days GROUP BY currency, day, is_first""",
)
BUYERS_IN_PERIODS = SumTable(
    "buyers_in_periods",
    ("step", "start"),
    ("new_buyers", "returning_buyers"),
    """SELECT step, start, COUNT(*) FILTER (WHERE is_new) AS new_buyers,
              COUNT(*) FILTER (WHERE NOT is_new) AS returning_buyers
       FROM (SELECT DISTINCT user_id, step, date_trunc(step, day::timestamp)::date AS start,
                    date_trunc(step, day::timestamp) = date_trunc(step, first_day::timestamp) AS is_new
             FROM {days} AS days CROSS JOIN (VALUES ('day'), ('week'), ('month'), ('quarter'), ('year')) AS steps(step)
             WHERE orders > 0) AS periods
       GROUP BY step, start""",
)
RFM_COUNTS = SumTable(
    "rfm_counts",
    ("recency", "frequency", "money"),
    ("buyers", "orders", "home_orders", "gross", "refunds", "lifetime_net"),
    """SELECT recency, frequency, money, COUNT(*) AS buyers, SUM(window_orders) AS orders,
              SUM(window_home_orders) AS home_orders, SUM(window_gross) AS gross, SUM(window_refunds) AS refunds,
              SUM(standings.gross - standings.refunds) AS lifetime_net
       FROM {standings} AS standings GROUP BY recency, frequency, money""",
)
SUM_TABLES = (COHORT_MONTHS, NEW_RETURNING_DAYS, BUYERS_IN_PERIODS, RFM_COUNTS)

DAY_KEYS = ("user_id", "day", "currency", "is_first")
DAY_VALUES = ("orders", "units", "gross", "refunds")
STANDING_VALUES = (
    "first_day",
    "last_day",
    "orders",
    "home_orders",
    "gross",
    "refunds",
    "others",
    "window_orders",
    "window_home_orders",
    "window_gross",
    "window_refunds",
    "window_net",
    "recency",
    "frequency",
    "money",
    "segment",
    "renew_on",
)


def statement_values(*, today: date | None = None, **others: Any) -> dict[str, Any]:
    """The parameters of the statements above."""
    return {"today": today or clock.today(), **_CUTS, **others}


def recomputed(*, touched: str) -> str:
    """Common table expressions: `touched`, and the rows of those buyers as the facts say and as they are kept.

    touched: a query of user ids.
    """
    standing = ", ".join(("user_id", *STANDING_VALUES))
    return f"""
    touched AS MATERIALIZED ({touched}),
    new_days AS MATERIALIZED ({DAYS.format(whose=THEIRS)}),
    new_standings AS MATERIALIZED (SELECT {standing} FROM ({STANDINGS.format(days="new_days")}) AS made),
    old_standings AS MATERIALIZED (SELECT {standing} FROM buyer_standings WHERE user_id {THEIRS}),
    old_days AS MATERIALIZED (
        SELECT d.*, s.first_day FROM buyer_days d JOIN buyer_standings s ON s.user_id = d.user_id
        WHERE d.user_id {THEIRS}
    )"""


def difference(table: SumTable) -> str:
    """A query of what the touched buyers add to `table` now beyond what they added; needs `recomputed`."""
    keys, values = ", ".join(table.keys), ", ".join(table.values)
    minus = ", ".join(f"-{value}" for value in table.values)
    sums = ", ".join(f"SUM({value}) AS {value}" for value in table.values)
    new = table.query.format(days="new_days", standings="new_standings")
    old = table.query.format(days="old_days", standings="old_standings")
    return (
        f"SELECT {keys}, {sums} FROM (SELECT {keys}, {values} FROM ({new}) AS added "
        f"UNION ALL SELECT {keys}, {minus} FROM ({old}) AS taken) AS parts "
        f"GROUP BY {keys} HAVING {' OR '.join(f'SUM({value}) <> 0' for value in table.values)}"
    )
