"""What no event told is found by `manage.py reconcile`: by ids, by `updated_at`, and by whole months in turn."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from analytics.jobs.reconciling import lost_news_find, reconciled_buyers_refresh
from analytics.models import LedgerCheck, ReconcileRun
from analytics.selectors.completeness import completeness
from analytics.services.reconcile import LOCK
from analytics.services.reconcile_runs import month_next
from tests.analytics import ours, plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment, payment_of_order, rebuild, tell
from tests.analytics.test_rebuild import Story, expect_plain_sql
from tests.factories import seoul
from xlcfi.events.models import FollowUp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings, clock):
    settings.REBUILD_SETTLE_SECONDS = 0
    return clock


def reconcile(*options):
    out = io.StringIO()
    call_command("reconcile", *options, "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def touched(order, statement):
    """As an operator's tool changes an order: `updated_at` moves along, no event is sent."""
    rows(f"UPDATE orders SET {statement}, updated_at = '2025-11-20 10:10' WHERE id = %s RETURNING 1", [order])


def by_hand(statement, values):
    """As a hand in SQL changes it: nothing says when."""
    rows(f"{statement} RETURNING 1", values)


def known(market, count=3, **values):
    """Orders that events told in full, long ago."""
    values = {"created_at": seoul("2025-03-01 10:00"), "total": 10_000} | values
    orders = [market.paid_order(**values) for _ in range(count)]
    tell(*[payment_of_order(order) for order in orders])
    return orders


def test_a_market_that_no_event_told_ends_where_plain_sql_ends(market):
    story = Story(market, 71)
    payments = [event for event in story.events if hasattr(event, "seller_id")]
    tell(*payments[::3])
    tell(*[event for event in story.events if not hasattr(event, "seller_id")])
    reconcile("--apply", "--since", "2024-01-01")
    fold()
    expect_plain_sql(story)
    assert ours.statuses() == plain_sql.statuses()
    before = ours.snapshot()
    rebuild()
    assert ours.snapshot() == before


def test_a_status_that_was_changed_without_an_event_is_found_by_updated_at(market):
    orders = known(market)
    touched(orders[1], "status = 'DELIVERED'")
    window, _ = reconcile("--apply")
    fold()
    assert window["by_kind"]["orders"]["changed"] == 1
    assert ours.statuses() == plain_sql.statuses()
    buyer = rows("SELECT buyer_id FROM orders WHERE id = %s", [orders[1]])[0][0]
    assert ours.profiles()[buyer][0] == 1


def test_a_refund_that_only_the_tables_know_counts_on_the_day_of_the_change(market):
    (order,) = known(market, 1)
    rows("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s RETURNING 1", [order])
    touched(order, "status = 'REFUNDED'")
    reconcile("--apply")
    fold()
    assert ours.sales_days() == {
        ("KRW", date(2025, 3, 1)): (10_000, 0, 1),
        ("KRW", date(2025, 11, 20)): (0, 10_000, 0),
    }


def test_a_payment_whose_event_was_lost_is_found_by_its_id_however_old_its_order_is(market):
    reconcile("--apply")  # remembers how far the ids go
    order = market.order(total=5_000, created_at=seoul("2025-01-01 00:00"), status="CONFIRMED")
    market.payment(order, amount=5_000, paid_at=seoul("2025-11-20 10:00"))
    rows("UPDATE orders SET updated_at = '2025-01-01 00:00' WHERE id = %s RETURNING 1", [order])
    reconcile("--apply")
    fold()
    assert ours.sales_days() == plain_sql.sales_days([])
    assert rows("SELECT order_id FROM baskets") == [(order,)]
    assert ours.bought() == plain_sql.bought()
    buyer = rows("SELECT buyer_id FROM orders")[0][0]
    assert FollowUp.objects.filter(job="recommendations.lists_refresh", args={"user_ids": [buyer]}).exists()


def test_a_dry_run_tells_and_writes_nothing(market):
    orders = known(market)
    touched(orders[0], "status = 'DELIVERED'")
    rows("ANALYZE; SELECT 1")
    before = ours.snapshot()
    window, month = reconcile()
    assert (window["applied"], window["by_kind"]["orders"]["changed"]) == (False, 1)
    assert month["month"] == "2025-10"
    assert ours.snapshot() == before
    assert not ReconcileRun.objects.exists()
    assert not LedgerCheck.objects.exists()


def test_what_agrees_already_is_not_touched(market):
    known(market)
    reconcile("--apply")
    found = rows("SELECT order_id, xmin::text FROM order_facts ORDER BY 1")
    (window,) = reconcile("--apply", "--since", "2025-01-01")
    assert window["by_kind"]["orders"] == {"checked": 3, "changed": 0}
    assert rows("SELECT order_id, xmin::text FROM order_facts ORDER BY 1") == found


def test_a_sale_told_before_its_row_moves_to_the_day_of_its_order(market):
    buyer, seller, product = market.user(), market.user("SELLER"), market.product()
    event = payment(
        order_id=77, user_id=buyer, amount=9_900, items=[(product, 1, 9_900)], at=seoul("2025-11-20 00:00:01")
    )
    tell(event)
    assert completeness()["provisional_orders"] == 1
    placed = seoul("2025-11-19 23:59:59.999999")
    market.row(
        "orders",
        id=77,
        buyer_id=buyer,
        seller_id=seller,
        status="CONFIRMED",
        total=9_900,
        currency="KRW",
        created_at=placed,
        updated_at=placed,
    )
    market.row("order_items", order_id=77, product_id=product, quantity=1, unit_price=9_900)
    market.payment(77, amount=9_900, paid_at=placed)
    reconcile("--apply")
    fold()
    assert ours.sales_days() == {("KRW", date(2025, 11, 19)): (9_900, 0, 1)}
    assert completeness()["provisional_orders"] == 0


def test_a_sale_whose_row_never_came_goes(market):
    tell(payment(order_id=901, user_id=1, amount=500, items=[(1, 1, 500)], at=seoul("2025-11-20 09:00")))
    reconcile("--apply")
    fold()
    assert ours.sales_days() == {}
    assert rows("SELECT 1 FROM order_facts") == []


def test_a_buyer_who_moved_takes_the_sales_along(market):
    buyer = market.user(country_code="KR", created_at=seoul("2024-01-01"))
    known(market, 2, buyer_id=buyer)
    by_hand("UPDATE users SET country_code = 'JP', updated_at = '2025-11-20 10:00' WHERE id = %s", [buyer])
    reconcile("--apply")
    fold()
    assert rows("SELECT country, orders, gross FROM country_sales_days") == [("JP", 2, 20_000)]


def test_a_review_whose_event_was_lost_is_analysed(market):
    reconcile("--apply")
    review = market.review(content="맛있어요", rating=5, created_at=seoul("2025-11-20 09:00"))
    window, _ = reconcile("--apply")
    assert window["by_kind"]["reviews"]["changed"] == 1
    assert rows("SELECT review_id, sentiment FROM review_analyses") == [(review, "POSITIVE")]
    assert rows("SELECT topic FROM events_outbox") == [("review.analyzed",)]


def test_a_month_that_was_changed_by_hand_is_mended_day_by_day(market):
    before = known(market, 1, created_at=seoul("2024-02-29 23:59:59.999999"), total=7_000)
    known(market, 1, created_at=seoul("2024-03-01 00:00"), total=8_000)
    by_hand("UPDATE orders SET total = 7500 WHERE id = %s", before)
    lost = market.paid_order(created_at=seoul("2024-02-10 12:00"), total=333, currency="USD")
    rows("UPDATE orders SET updated_at = created_at RETURNING 1")
    (month,) = reconcile("--apply", "--month", "2024-02")
    fold()
    assert month["by_kind"]["days"] == {"checked": 29, "changed": 2}
    assert month["by_kind"]["orders"] == {"checked": 2, "changed": 2}
    assert month["differing"] == []
    assert ours.sales_days() == plain_sql.sales_days([])
    assert rows("SELECT 1 FROM ledger_entries WHERE order_id = %s", [lost])


def test_a_status_changed_by_hand_is_found_in_its_month(market):
    orders = known(market, 2, created_at=seoul("2025-10-31 23:30"))
    rows("ALTER TABLE orders DROP CONSTRAINT orders_status_check; SELECT 1")
    by_hand("UPDATE orders SET status = 'A_NEW_STATUS' WHERE id = %s", [orders[0]])
    reconcile("--apply", "--month", "2025-10")
    fold()
    assert ours.statuses() == plain_sql.statuses()


def test_months_take_turns_and_begin_again_after_the_first(market, settled):
    known(market, 1, created_at=seoul("2025-09-15 12:00"))
    turns = []
    for _ in range(5):
        turns.append(reconcile("--apply")[1]["month"])
        settled.advance(timedelta(minutes=10))
    assert turns == ["2025-10", "2025-09", "2025-11", "2025-10", "2025-09"]
    assert month_next() == date(2025, 11, 1)


def test_the_next_look_begins_where_the_last_one_ended_less_the_lag(market, settled):
    reconcile("--apply")
    settled.advance(timedelta(minutes=30))
    window, _ = reconcile("--apply", "--lag", "20")
    assert window["since"] == "2025-11-20T09:55:00+09:00"
    assert window["until"] == "2025-11-20T10:45:00+09:00"


def test_a_look_is_remembered_with_what_it_found(market):
    orders = known(market)
    touched(orders[0], "status = 'SHIPPED'")
    reconcile("--apply")
    run = ReconcileRun.objects.get(kind="window")
    assert (run.error, run.by_kind["orders"]["changed"], run.seen["orders"]) == ("", 1, max(orders))
    assert run.finished_at is not None
    assert completeness()["reconciled_at"] == "2025-11-20T10:15:00+09:00"


def test_the_periodic_job_settles_a_bounded_number_and_leaves_the_rest_for_the_next(market, monkeypatch):
    monkeypatch.setattr("analytics.jobs.reconciling.ORDERS_AT_ONCE", 2)
    orders = [market.paid_order(created_at=seoul("2025-11-20 09:00"), total=1_000) for _ in range(5)]
    lost_news_find()
    assert rows("SELECT COUNT(*) FROM order_facts") == [(2,)]
    assert ReconcileRun.objects.get().error == "3 orders are left for the next look"
    assert completeness()["reconciled_at"] is None
    lost_news_find()
    lost_news_find()
    assert {row[0] for row in rows("SELECT order_id FROM order_facts")} == set(orders)
    assert ReconcileRun.objects.order_by("-id")[0].error == ""
    wanted = FollowUp.objects.filter(job="analytics.reconciled_buyers_refresh")
    buyers = sorted({user for each in wanted for user in each.args["user_ids"]})
    reconciled_buyers_refresh(user_ids=buyers)
    assert len(rows("SELECT 1 FROM user_profiles")) == len(buyers) == 5


@pytest.mark.django_db(transaction=True)
def test_only_one_process_reconciles(market):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(CommandError, match="Another process reconciles already"):
            reconcile("--apply")
        lost_news_find()
        assert not ReconcileRun.objects.exists()
    finally:
        other.close()
    reconcile("--apply")
    assert ReconcileRun.objects.count() == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--every", "5"], "--every goes with --apply"),
        (["--month", "2025-01", "--since", "2025-01-01"], "--month goes with none"),
        (["--check", "--apply"], "--check mends nothing"),
        (["--from", "2025-01-01"], "go with --check"),
        (["--month", "2025-13"], "is no month"),
        (["--since", "yesterday"], "is no time"),
        (["--lag", "-1"], "is no number of minutes"),
    ],
)
def test_what_makes_no_sense_is_refused(options, says):
    with pytest.raises(CommandError, match=says):
        call_command("reconcile", *options)


def test_a_look_that_fails_is_remembered_and_does_not_count_as_done(market, monkeypatch):
    def fails(**_):
        raise ValueError("a bug of ours")

    monkeypatch.setattr("analytics.services.reconcile.orders_changed", fails)
    with pytest.raises(ValueError, match="a bug of ours"):
        reconcile("--apply")
    assert ReconcileRun.objects.get().error == "ValueError: a bug of ours"
    assert completeness()["reconciled_at"] is None
