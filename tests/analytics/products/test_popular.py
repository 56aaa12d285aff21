"""GET products/popular, as the shop's front page reads it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.consumers import record_product_changes
from analytics.jobs.expiring import dashboards_expire
from analytics.selectors.products.popular import KEY
from tests.analytics.plain_sql import PAID, rows
from tests.analytics.products.conftest import rebuild, visitor
from tests.analytics.telling import payment_of_order, refund, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.cache.json_cache import copies_forget
from xlcfi.cache.redis import redis_client
from xlcfi.clock import FixedClock, use_clock
from xlcfi.events import Batch, ProductChanged
from xlcfi.events.registry import job_named

pytestmark = pytest.mark.django_db

PRODUCT = {
    "id",
    "name",
    "price",
    "currency",
    "category_id",
    "category_name",
    "seller_id",
    "stock",
    "status",
    "image_url",
}


def sell(market, product, units, *, at="2025-11-19 12:00", price=1_000, currency="KRW"):
    return market.paid_order(items=[(product, units, price)], created_at=seoul(at), currency=currency)


def listed(answer):
    return [(item["product_id"], item["units"]) for item in answer["items"]]


@pytest.mark.parametrize(
    "path", ["v1/products", "api/v1/products", "v1/analytics/products", "api/v1/analytics/products"]
)
def test_an_anonymous_visitor_sees_what_sells_most_with_its_card(market, clock, ask, path):
    tofu = market.product(name="두부", price=2_500)
    market.image(tofu, url="https://img.example.com/tofu.jpg")
    sell(market, tofu, 3)
    rebuild()
    answer = ask(f"{path}/popular", visitor(), prefix="/")
    assert set(answer) == {"period", "items", "as_of", "completeness"}
    [item] = answer["items"]
    assert set(item) == {"product_id", "units", "product"}
    assert set(item["product"]) == PRODUCT
    assert (item["product"]["name"], item["product"]["price"], item["units"]) == ("두부", 2_500, 3)
    assert answer["period"]["from"] == "2025-11-18T00:00:00+09:00"


def test_three_seoul_days_count_with_today_and_not_a_microsecond_more(market, clock, ask):
    old, first, now = (market.product() for _ in range(3))
    sell(market, old, 9, at="2025-11-17 23:59:59.999999")
    sell(market, first, 2, at="2025-11-18 00:00:00")
    sell(market, now, 1, at="2025-11-20 10:00")
    rebuild()
    assert listed(ask("products/popular")) == [(first, 2), (now, 1)]
    assert listed(ask("products/popular?days=4")) == [(old, 9), (first, 2), (now, 1)]
    assert listed(ask("products/popular?days=1")) == [(now, 1)]


def test_ties_go_by_net_revenue_in_won_then_by_id(market, clock, ask):
    cheap, dear, same, returned = (market.product() for _ in range(4))
    sell(market, cheap, 2, price=100)
    sell(market, dear, 2, price=900)
    sell(market, same, 2, price=100)
    back = sell(market, returned, 2, price=5_000)
    rebuild()
    tell(refund(order_id=back, amount=9_999, at=seoul("2025-11-20 09:00")))
    # All but one won went back, and two units were sold all the same.
    assert [product for product, _ in listed(ask("products/popular"))] == [dear, cheap, same, returned]


def test_units_count_in_every_currency(market, clock, ask):
    won, both = market.product(), market.product()
    sell(market, won, 3)
    sell(market, both, 2)
    sell(market, both, 2, currency="USD", price=3)
    rebuild()
    assert listed(ask("products/popular")) == [(both, 4), (won, 3)]


def test_hidden_and_deleted_products_leave_room_for_the_next(market, clock, ask):
    products = [market.product() for _ in range(8)]
    for place, product in enumerate(products):
        sell(market, product, 20 - place)
    market.sql("UPDATE products SET status = 'HIDDEN' WHERE id = %s", [products[0]])
    market.sql("UPDATE products SET status = 'SOLD_OUT' WHERE id = %s", [products[2]])
    rebuild()
    market.sql("DELETE FROM order_items WHERE product_id = %s", [products[1]])
    market.sql("DELETE FROM products WHERE id = %s", [products[1]])
    assert [product for product, _ in listed(ask("products/popular"))] == products[2:7]


def test_a_category_holds_those_below_it_and_a_product_is_where_it_is_now(market, clock, ask):
    food = market.category()
    soup = market.category(parent_id=food)
    inside, below, outside = market.product(category_id=food), market.product(category_id=soup), market.product()
    for product, units in ((inside, 1), (below, 2), (outside, 3)):
        sell(market, product, units)
    rebuild()
    assert listed(ask(f"products/popular?category={food}")) == [(below, 2), (inside, 1)]
    assert listed(ask(f"products/popular?category={soup}")) == [(below, 2)]
    assert listed(ask("products/popular?category=987654321")) == []


def test_unpaid_orders_and_lines_nobody_told_are_no_products(market, clock, ask):
    product = market.product()
    market.order(items=[(product, 9, 100)], created_at=seoul("2025-11-20 09:00"))
    empty = market.paid_order(items=[], total=500, created_at=seoul("2025-11-20 09:00"))
    rebuild()
    assert listed(ask("products/popular")) == []
    assert rows("SELECT product_id FROM ledger_entries WHERE order_id = %s AND kind = 'S'", [empty]) == [(0,)]


def test_the_default_is_kept_for_an_hour_and_a_sale_makes_it_old(market, clock, ask):
    tofu = market.product()
    sell(market, tofu, 3)
    rebuild()
    assert listed(ask("products/popular")) == [(tofu, 3)]
    assert json.loads(redis_client().get(KEY))["items"][0]["product_id"] == tofu
    assert 3_590 < redis_client().ttl(KEY) <= 3_600
    tell(payment_of_order(sell(market, tofu, 1)))
    copies_forget()
    assert listed(ask("products/popular")) == [(tofu, 3)]
    assert listed(ask("products/popular?days=3&limit=6")) == [(tofu, 4)]
    dashboards_expire()
    made_long_ago()
    assert listed(ask("products/popular")) == [(tofu, 4)]


def test_a_product_that_is_hidden_leaves_the_kept_answer_with_its_event(market, clock, ask):
    tofu, next_best = market.product(), market.product()
    sell(market, tofu, 3)
    sell(market, next_best, 1)
    rebuild()
    assert listed(ask("products/popular")) == [(tofu, 3), (next_best, 1)]
    market.sql("UPDATE products SET status = 'HIDDEN' WHERE id = %s", [tofu])
    batch = Batch([ProductChanged(event_id="1", occurred_at=clock.now(), product_id=tofu, change_type="HIDDEN")])
    record_product_changes(batch)
    for queued in batch.queued:
        job_named(queued.job)(**json.loads(queued.args_json))
    made_long_ago()
    assert listed(ask("products/popular")) == [(next_best, 1)]


def made_long_ago():
    """As if what is cached had been computed 5.1 seconds earlier."""
    mark = f"xlcfi:cache:made:{KEY}"
    seen, _, moment = redis_client().get(mark).decode().partition("|")
    redis_client().set(mark, f"{seen}|{float(moment) - 5.1:.3f}")
    copies_forget()


def test_a_kept_answer_ends_at_midnight_in_seoul(market, clock, ask):
    clock.moment = seoul("2025-11-20 23:59:30")
    ask("products/popular")
    assert 0 < redis_client().ttl(KEY) <= 30


def test_other_parameters_are_not_kept(market, clock, ask):
    ask("products/popular?limit=6")
    ask("products/popular?category=5")
    assert redis_client().keys("products:*") == []


@pytest.mark.parametrize(
    "query", ["days=0", "days=91", "limit=0", "limit=51", "limit=x", "category=0", "seller=5", "days=1&days=2"]
)
def test_what_it_does_not_know_it_refuses_with_the_field(client, db, query):
    answer = client.get(f"/v1/products/popular?{query}", headers=visitor())
    assert answer.status_code == 400
    assert set(answer.json()["error"]["details"]["fields"]) == {query.partition("=")[0]}


def test_without_a_credential_there_is_no_answer(client, db):
    assert client.get("/v1/products/popular").status_code == 401


def test_ten_products_cost_the_queries_of_one(market, clock, ask):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            ask("products/popular?limit=20")
        return len(asked)

    sell(market, market.product(), 1)
    rebuild()
    assert queries() == 3  # what sold, what the products are, how complete it is
    for _ in range(9):
        sell(market, market.product(), 1)
    rebuild()
    assert queries() == 3


@pytest.mark.parametrize("seed", [11, 12])
def test_a_market_of_nasty_cases_is_told_as_plain_sql_tells_it(market, ask, seed):
    story = Story(market, seed)
    story.told()
    with use_clock(FixedClock(seoul("2024-03-10 12:00"))):
        answer = ask("products/popular?days=20&limit=50")
    units = rows(f"""SELECT i.product_id, SUM(i.quantity) FROM orders o JOIN order_items i ON i.order_id = o.id
        WHERE {PAID} AND o.created_at >= '2024-02-20' AND o.created_at < '2024-03-11' GROUP BY 1""")
    assert sorted(listed(answer)) == sorted((product, int(count)) for product, count in units)
    assert [count for _, count in listed(answer)] == sorted((int(count) for _, count in units), reverse=True)
