"""The admin's home: today up to this minute beside the same time of other days, and what it costs."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.selectors.home import days_so_far
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, refund, tell
from tests.console.people import member_of
from tests.factories import seoul
from xlcfi import clock as clocks

pytestmark = pytest.mark.django_db

TODAY, YESTERDAY, WEEK = date(2025, 11, 20), date(2025, 11, 19), date(2025, 11, 13)


def sold(market, at, total="1000.00", currency="KRW"):
    order = market.paid_order(items=[(market.product(), 1, total)], created_at=seoul(at), currency=currency)
    tell(payment_of_order(order))
    return order


def so_far():
    return days_so_far(days=[TODAY, YESTERDAY, WEEK], moment=clocks.now(), currency="KRW")


@pytest.mark.parametrize("folded", [True, False])
def test_each_day_counts_up_to_the_same_time(market, clock, folded):
    """The clock stands at 10:15: of another day's hour from 10 to 11 a quarter has passed."""
    for at in ("2025-11-20 00:00", "2025-11-20 10:14", "2025-11-19 00:00", "2025-11-19 09:59:59", "2025-11-19 11:00"):
        sold(market, at)
    for minute in (0, 20, 40, 59):
        sold(market, f"2025-11-19 10:{minute:02}", "400.00")
    sold(market, "2025-11-18 23:59:59")
    if folded:
        fold()
    found = so_far()
    assert found[TODAY].gross == Decimal(2_000)
    assert found[YESTERDAY].gross == Decimal(2_000) + Decimal(4 * 400) / 4
    assert (found[TODAY].orders, found[YESTERDAY].orders) == (2, 3)
    assert (found[WEEK].gross, found[WEEK].orders) == (0, 0)


def test_a_whole_day_is_what_the_tables_hold(market, clock):
    clock.advance(timedelta(hours=13, minutes=44, seconds=59))
    for hour in range(24):
        sold(market, f"2025-11-20 {hour:02}:30")
    sold(market, "2025-11-20 12:00", "99.00", currency="USD")
    [(wanted,)] = rows("select sum(total) from orders where created_at::date = '2025-11-20' and currency = 'KRW'")
    assert so_far()[TODAY].gross == wanted


def test_money_that_goes_back_today_lowers_today(market, clock):
    order = sold(market, "2025-11-19 09:00")
    tell(refund(order_id=order, at=seoul("2025-11-20 08:00"), amount="300.00", refund_id="r1"))
    found = so_far()
    assert (found[TODAY].net, found[YESTERDAY].net) == (Decimal(-300), Decimal(1_000))


def test_the_tiles_are_renewed_as_json_within_a_few_statements(market, clock, client):
    sold(market, "2025-11-20 09:00", "12900.00")
    sold(market, "2025-11-19 09:00", "10000.00")
    client.force_login(member_of("analyst"))
    client.get("/admin/home/now/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/admin/home/now/")
    told = json.loads(answer.content)
    tiles = {tile["name"]: tile for tile in told["tiles"]}
    assert tiles["net"]["value"] == "₩12,900"
    assert tiles["net"]["changes"][0] == {"text": "▲ +29.0%", "mood": "good", "before": "₩10,000"}
    assert tiles["orders"]["value"] == "1"
    assert told["as_of"] == "10:15:00"
    assert "no-store" in answer["Cache-Control"]
    figures = [query for query in queries if "FROM" in query["sql"] and "auth_" not in query["sql"]]
    assert len(figures) <= 7


def test_the_home_page_costs_the_same_whatever_was_sold(market, clock, client):
    client.force_login(member_of("analyst"))

    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        return len(queries)

    sold(market, "2025-11-20 09:00")
    statements()
    few = statements()
    for day in range(1, 19):
        sold(market, f"2025-11-{day:02} 09:00")
    assert statements() == few <= 35


@pytest.mark.parametrize("period", ["week", "month", "quarter", "year", "nonsense", ""])
def test_every_period_can_be_chosen(market, clock, client, period):
    sold(market, "2025-11-20 09:00")
    client.force_login(member_of("analyst"))
    body = client.get("/admin/", {"period": period}).content.decode()
    assert body.count("console-chart") >= 4
    shown = "month" if period in ("nonsense", "") else period
    assert f'name="period" value="{shown}" aria-current="true"' in body


def test_whoever_may_not_see_figures_sees_none(market, clock, client):
    sold(market, "2025-11-20 09:00", "777000.00")
    client.force_login(member_of("operator"))
    body = client.get("/admin/").content.decode()
    assert "777,000" not in body
    assert 'data-tile="dead"' in body
    assert client.get("/admin/home/now/").status_code == 403


def test_other_currencies_are_told_beside_and_never_added(market, clock, client):
    sold(market, "2025-11-20 09:00", "1000.00")
    sold(market, "2025-11-20 09:00", "12.50", currency="USD")
    client.force_login(member_of("analyst"))
    assert "$12.50" in client.get("/admin/").content.decode()
