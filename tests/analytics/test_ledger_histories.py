"""Whatever happens to orders in whatever order, told or not: the ledger that grew is the one made from nothing, and
both are what plain SQL finds."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.services.rebuild import orders_rebuild, recent_orders_settle
from analytics.services.rollups import rollups_fold
from analytics.services.rollups_rebuild import rollups_rebuild
from tests.analytics import ours
from tests.analytics.plain_ledger import KEYS, Return, expect_ledger
from tests.analytics.plain_sql import rows
from tests.analytics.telling import cancellation, payment, refund, tell
from tests.factories import seoul
from tests.properties.applying import taken_back

pytestmark = pytest.mark.django_db

FIRST = 500
MIDNIGHT = seoul("2024-03-01 00:00:00")  # the end of a leap day
EDGES = (timedelta(microseconds=-1), timedelta(0), timedelta(hours=-24), timedelta(hours=13, minutes=7))
DERIVED = ("order_facts", "ledger_entries", *KEYS, "order_status_days")

happenings = st.tuples(
    st.sampled_from(
        ["told paid", "told paid", "row", "row", "paid", "paid", "told refund", "told refund", "told off",
         "refunded", "off", "priced", "sold by", "placed", "moved", "fold", "settle", "rebuild"]
    ),
    st.integers(0, 2),
    st.integers(0, 3),
)  # fmt: skip


class World:
    """Three orders of two buyers, and what happens to them. Every step can come at any time, and again."""

    def __init__(self, market):
        self.market = market
        self.buyers = [market.user(country_code=country) for country in ("KR", "US", "JP")]
        self.sellers = [market.user("SELLER") for _ in range(2)]
        self.products = [market.product(seller_id=self.sellers[0]) for _ in range(3)]
        self.refunds, self.off, self.ended = {}, {}, {}

    def lines(self, number):
        return [(product, 1 + number, 3_333) for product in self.products[: number + 1]]

    def total(self, number):
        return [3_333, 12_000, 30_001][number]

    def currency(self, number):
        return ("KRW", "USD", "KRW")[number]

    def change(self, number, what, *values):
        rows(f"UPDATE orders SET {what} WHERE id = %s RETURNING 1", [*values, FIRST + number])

    def does(self, what, number, edge):
        order, moment = FIRST + number, MIDNIGHT + EDGES[edge]
        there = bool(rows("SELECT 1 FROM orders WHERE id = %s", [order]))
        paid = bool(rows("SELECT 1 FROM payments WHERE order_id = %s AND status = 'COMPLETED'", [order]))
        if what == "told paid":
            tell(
                payment(
                    order_id=order, user_id=self.buyers[number], amount=self.total(number), at=moment,
                    items=self.lines(number), currency=self.currency(number),
                )
            )  # fmt: skip
        elif what == "told refund":
            amount = (None, 0, 1_000, 77)[edge]
            named = {self.products[0]: 1} if edge == 2 else None
            told = self.refunds.setdefault((number, edge), Return(order, moment, amount, named))
            tell(refund(order_id=order, at=told.moment, amount=amount, refund_id=edge, items=[*(named or {}).items()]))
        elif what == "told off":
            self.off[number] = min(moment, self.off.get(number, moment))
            tell(cancellation(order_id=order, at=moment))
        elif what == "row" and not there:
            self.market.row(
                "orders", id=order, buyer_id=self.buyers[number], seller_id=self.sellers[0], status="PENDING",
                total=self.total(number), currency=self.currency(number), created_at=moment, updated_at=moment,
            )  # fmt: skip
            for product, quantity, price in self.lines(number):
                self.market.row("order_items", order_id=order, product_id=product, quantity=quantity, unit_price=price)
        elif what == "paid" and there and not paid and number not in self.ended:
            self.market.payment(order, paid_at=moment)
            self.change(number, "status = 'CONFIRMED'")
        elif what in ("refunded", "off") and paid:
            status = "REFUNDED" if what == "refunded" else "CANCELLED"
            rows("UPDATE payments SET status = %s WHERE order_id = %s RETURNING 1", [status, order])
            self.change(number, "status = %s, updated_at = %s::timestamptz AT TIME ZONE 'Asia/Seoul'", status, moment)
            self.ended[number] = (moment, status)
        elif what == "priced":
            self.change(number, "total = %s", 5_000 * (1 + edge))
        elif what == "sold by":
            self.change(number, "seller_id = %s", self.sellers[edge % 2])
        elif what == "placed":
            self.change(number, "created_at = %s::timestamptz AT TIME ZONE 'Asia/Seoul'", moment)
        elif what == "moved":
            rows(
                "UPDATE users SET country_code = %s WHERE id = %s RETURNING 1",
                [("KR", "US", "VN", "JP")[edge], self.buyers[number]],
            )
        elif what == "fold":
            fold()
        elif what == "settle":
            recent_orders_settle()
        elif what == "rebuild":
            rebuild()
            rollups_rebuild(apply=True)

    def returns(self):
        """What went back: as it was told, else in full when the order was called off, else as the tables say."""
        found = []
        for number in range(3):
            ended = self.ended.get(number)
            off = number in self.off or bool(ended and ended[1] == "CANCELLED")
            told = [each._replace(cancelled=off) for (of, _), each in self.refunds.items() if of == number]
            if not told and number in self.off:
                told = [Return(FIRST + number, self.off[number], cancelled=True)]
            if not told and ended:
                told = [Return(FIRST + number, ended[0], cancelled=off)]
            found += told
        return found


def fold():
    while rollups_fold():
        pass


def rebuild():
    orders_rebuild(apply=True, progress=lambda done, of: None)


def derived():
    found = ours.snapshot()
    return {table: found[table] for table in DERIVED}


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(happenings, min_size=8, max_size=24))
def test_the_ledger_that_grew_is_the_one_made_from_nothing(market, settings, history):
    settings.REBUILD_SETTLE_SECONDS = 0
    with taken_back():
        world = World(market)
        for happening in history:
            world.does(*happening)
        rebuild()  # the tables have the last word: what was told of rows that never came is withdrawn
        fold()
        grown = derived()
        expect_ledger(world.returns())
        assert rollups_rebuild(apply=True).changed == 0
        for table in DERIVED:
            rows(f"DELETE FROM {table} RETURNING 1")
        rebuild()
        rollups_rebuild(apply=True)
        assert derived() == grown
