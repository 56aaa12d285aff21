"""What the events made and what a rebuild makes are the same, and both are what plain SQL finds."""

import random
from datetime import timedelta

import pytest

from tests.analytics import ours, plain_sql
from tests.analytics.plain_ledger import Return, expect_ledger
from tests.analytics.plain_sql import rows
from tests.analytics.telling import cancellation, fold, payment_of_order, rebuild, refund, tell
from tests.factories import seoul
from xlcfi.events import PaymentCompleted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings):
    settings.REBUILD_SETTLE_SECONDS = 0


class Story:
    """Two months of orders with every nasty case, and the events that tell of them in a bad order."""

    def __init__(self, market, seed):
        self.market, self.random = market, random.Random(seed)
        self.buyers = [market.user(country_code=country) for country in ("KR", "KR", "KR", "US", "JP", "KR", "VN")]
        categories = [market.category() for _ in range(3)]
        self.products = [market.product(category_id=self.random.choice(categories)) for _ in range(9)]
        self.refunds, self.returns = [], []
        self.events = []
        for number in range(60):
            self.order(number)
        rows("SELECT setval(pg_get_serial_sequence('orders', 'id'), 100000)")

    def moment(self):
        day = seoul("2024-01-30 00:00:00") + timedelta(days=self.random.randrange(60))
        return day + self.random.choice(
            [
                timedelta(0),
                timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999),
                timedelta(seconds=self.random.randrange(86_400)),
            ]
        )

    def order(self, number):
        pick, market = self.random, self.market
        chosen = pick.sample(self.products, pick.randint(1, 4))
        items = [(p, pick.randint(1, 3), pick.choice([990, 12_900, 3_333])) for p in chosen]
        whole = sum(quantity * price for _, quantity, price in items)
        values = {
            "buyer_id": pick.choice(self.buyers),
            "items": items,
            "total": max(1, whole - pick.choice([0, 0, 1_000, 777, -2_500])),
            "currency": pick.choice(["KRW", "KRW", "KRW", "USD", "JPY"]),
            "created_at": self.moment(),
        }
        kind = pick.choices(["paid", "delivered", "unpaid", "refunded", "part", "off"], [5, 3, 2, 1, 1, 1])[0]
        if kind == "unpaid":
            order = market.order(status=pick.choice(["PENDING", "CANCELLED"]), **values)
            market.payment(order, status="FAILED", paid_at=None)
            return
        order = market.paid_order(**values)
        if kind == "delivered":
            rows("UPDATE orders SET status = 'DELIVERED' WHERE id = %s RETURNING 1", [order])
        paid = payment_of_order(order, at=values["created_at"] + timedelta(seconds=pick.choice([0, 2, 90_000])))
        self.events += [paid] * pick.choice([1, 1, 2])
        if pick.random() < 0.2:
            self.events.append(payment_of_order(order))
        if kind in ("refunded", "part", "off"):
            at = values["created_at"] + timedelta(days=pick.randrange(20), minutes=pick.randrange(900))
            amount = max(1, int(values["total"]) // 3) if kind == "part" else None
            if kind != "part":
                status = "REFUNDED" if kind == "refunded" else "CANCELLED"
                rows("UPDATE payments SET status = %s WHERE order_id = %s RETURNING 1", [status, order])
                rows(
                    "UPDATE orders SET status = %s, updated_at = %s::timestamptz AT TIME ZONE 'Asia/Seoul' "
                    "WHERE id = %s RETURNING 1",
                    [status, at, order],
                )
            self.refunds.append((order, at.date(), amount))
            self.returns.append(Return(order, at, amount, cancelled=kind == "off"))
            if kind == "off":
                told = cancellation(order_id=order, at=at)
            else:
                told = refund(order_id=order, amount=amount, at=at)
            self.events += [told] * pick.choice([1, 2])

    @property
    def news(self):
        """The events that are no payments."""
        return [event for event in self.events if not isinstance(event, PaymentCompleted)]

    def told(self):
        """The events in batches, shuffled; for some of the orders the rows come only later."""
        events = list(self.events)
        self.random.shuffle(events)
        while events:
            size = self.random.randint(1, 12)
            tell(*events[:size])
            events = events[size:]
            if self.random.random() < 0.5:
                fold()
        fold()


def expect_plain_sql(story):
    expect_ledger(story.returns)
    assert ours.sales_days() == plain_sql.sales_days(story.refunds)
    assert ours.product_sales_days() == plain_sql.product_sales_days(story.refunds)
    assert ours.preferences() == plain_sql.preferences()
    assert ours.profiles() == plain_sql.profiles()
    assert ours.active_days() == plain_sql.active_days()
    assert ours.pairs() == plain_sql.pairs()
    assert ours.product_orders() == plain_sql.product_orders()
    assert ours.bought() == plain_sql.bought()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_shuffled_doubled_early_and_midnight_crossing_payments_end_where_plain_sql_ends(market, seed):
    story = Story(market, seed)
    hidden = story.random.sample(sorted(plain_sql.paid_orders()), 12)
    keep = {}
    for table, column in (("orders", "id"), ("order_items", "order_id"), ("payments", "order_id")):
        rows(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE {column} = ANY(%s); SELECT 1", [hidden])
        keep[table] = column
    for table in reversed(keep):
        rows(f"DELETE FROM {table} WHERE {keep[table]} = ANY(%s) RETURNING 1", [hidden])
    story.told()  # these orders' rows are not visible yet
    for table in keep:
        rows(f"INSERT INTO {table} SELECT * FROM kept_{table} RETURNING 1")
    rebuild()
    expect_plain_sql(story)
    assert ours.statuses() == plain_sql.statuses()
    settled = ours.snapshot()
    rebuild()
    assert ours.snapshot() == settled


@pytest.mark.parametrize("seed", [5, 6])
def test_events_alone_already_give_the_figures_of_plain_sql(market, seed):
    story = Story(market, seed)
    story.told()
    expect_plain_sql(story)


@pytest.mark.parametrize("seed", [7, 8])
def test_after_a_backfill_the_same_orders_from_earliest_change_nothing(market, seed):
    story = Story(market, seed)
    tell(*story.news)
    rebuild()
    backfilled = ours.snapshot(without=("refund_facts",))
    story.told()
    assert ours.snapshot(without=("refund_facts",)) == backfilled
    rebuild()
    assert ours.snapshot(without=("refund_facts",)) == backfilled
    expect_plain_sql(story)


def test_rollups_that_were_spoilt_are_mended(market):
    story = Story(market, 9)
    rebuild()
    good = ours.snapshot()
    rows("UPDATE sales_days SET gross = gross + 1 RETURNING 1")
    rows("UPDATE seller_sales_days SET discounts = discounts - 1 RETURNING 1")
    rows("UPDATE country_sales_days SET country = 'XX' WHERE country = 'US' RETURNING 1")
    rows("DELETE FROM sales_hours RETURNING 1")
    rows("DELETE FROM product_sales_months WHERE product_id = %s RETURNING 1", [story.products[0]])
    rows("UPDATE co_purchase_pairs SET orders = orders + 7 RETURNING 1")
    rows("UPDATE active_days SET next_day = NULL RETURNING 1")
    rows("DELETE FROM user_item_matrix RETURNING 1")
    rebuild()
    assert ours.snapshot() == good
