"""What no event told is found among the latest orders, without a scan."""

import pytest

from analytics.jobs.orders import told_orders_follow
from analytics.jobs.sums import latest_buyers_settle, latest_orders_settle
from analytics.selectors.dashboard import dashboard
from recommendations.jobs import latest_baskets_settle
from tests.analytics import ours, plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, tell
from tests.analytics.test_rebuild import Story, expect_plain_sql
from tests.factories import seoul
from xlcfi.clock import named_period
from xlcfi.events import PaymentCompleted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


def settle():
    latest_orders_settle()
    latest_buyers_settle()
    latest_baskets_settle()
    fold()


def test_orders_that_no_event_told_end_where_plain_sql_ends(market):
    story = Story(market, 41)
    payments = [event for event in story.events if isinstance(event, PaymentCompleted)]
    tell(*payments[::2])
    tell(*story.news)
    settle()
    expect_plain_sql(story)
    assert ours.statuses() == plain_sql.statuses()


def test_a_status_that_changed_without_an_event_is_seen(market):
    order = market.paid_order(total=5_000, created_at=seoul("2025-03-01 10:00"))
    tell(payment_of_order(order))
    rows("UPDATE orders SET status = 'DELIVERED' WHERE id = %s RETURNING 1", [order])
    settle()
    period = named_period("day", last=seoul("2025-03-01").date())
    assert dashboard(period=period)["orders"]["by_status"] == {"DELIVERED": 1}
    assert rows("SELECT total_purchases, total_spent FROM user_profiles") == [(1, 5_000)]


def test_settling_reads_the_platforms_orders_by_their_key_only(market, scanned_tables):
    Story(market, 42)
    rows("ANALYZE; SELECT 1")
    with scanned_tables() as scanned:
        settle()
    assert scanned
    # sixty orders are a small table: the plan for a large one is what counts
    rows("SET LOCAL enable_seqscan = off; SELECT 1")
    with scanned_tables() as scanned:
        settle()
    assert not {table for table, node in scanned if table == "orders" and node == "Seq Scan"}


def test_an_order_that_events_speak_of_stands_where_the_tables_say_without_waiting_for_the_next_look(market):
    placed = seoul("2025-03-01 10:00")
    order = market.order(status="PENDING", created_at=placed)
    period = named_period("day", last=placed.date())
    told_orders_follow(order_ids=[order, 999_999])
    assert dashboard(period=period)["orders"]["by_status"] == {"PENDING": 1}
    rows("UPDATE orders SET status = 'CANCELLED' WHERE id = %s RETURNING 1", [order])
    told_orders_follow(order_ids=[order])
    assert dashboard(period=period)["orders"]["by_status"] == {"CANCELLED": 1}


def test_a_payment_that_no_event_told_yet_is_left_to_its_event(market):
    order = market.paid_order(total=5_000, created_at=seoul("2025-03-01 10:00"))
    told_orders_follow(order_ids=[order])
    assert rows("SELECT COUNT(*) FROM order_facts") == [(0,)]
    tell(payment_of_order(order))
    rows("UPDATE orders SET status = 'DELIVERED' WHERE id = %s RETURNING 1", [order])
    told_orders_follow(order_ids=[order])
    fold()
    assert ours.statuses() == plain_sql.statuses()
