"""Fixtures of the tests of goals."""

import pytest

from tests.analytics.goals.generated import made
from tests.analytics.plain_sql import rows


@pytest.fixture
def shop(db, clock):
    """A market's sums of 120 days before the clock's day, by day and hour, in the rollups."""
    market = made(seed=1, a_day=270, days=120)
    days = [market.day(day) for day in range(120)]
    write_hours([(day, hours) for day, hours in zip(days, market.orders.tolist(), strict=True)], "KRW")
    rows(
        """INSERT INTO sales_days (currency, day, gross, refunds, orders)
        SELECT 'KRW', day, net, 0, orders
        FROM UNNEST(%s::date[], %s::numeric[], %s::int[]) AS d(day, net, orders) RETURNING 1""",
        [days, market.revenue.tolist(), market.orders.sum(axis=1).tolist()],
    )
    return market


def write_hours(days, currency):
    cells = [(day, hour, int(count)) for day, hours in days for hour, count in enumerate(hours)]
    rows(
        """INSERT INTO sales_hours (currency, day, hour, gross, refunds, orders)
        SELECT %s, day, hour, 0, 0, orders
        FROM UNNEST(%s::date[], %s::int[], %s::int[]) AS h(day, hour, orders) RETURNING 1""",
        [currency, *([cell[column] for cell in cells] for column in range(3))],
    )


def write_day(day, hours, net, *, currency="KRW"):
    """Make a day's sums what they should be."""
    rows("DELETE FROM sales_hours WHERE day = %s AND currency = %s RETURNING 1", [day, currency])
    rows("DELETE FROM sales_days WHERE day = %s AND currency = %s RETURNING 1", [day, currency])
    write_hours([(day, hours)], currency)
    rows(
        "INSERT INTO sales_days (currency, day, gross, refunds, orders) VALUES (%s, %s, %s, 0, %s) RETURNING 1",
        [currency, day, float(net), sum(int(count) for count in hours)],
    )
