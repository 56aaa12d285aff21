"""GET analytics/products/trending: a small market in which one product trends, one is new and one only looks so."""

from math import comb

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.analytics.plain_sql import PAID, rows
from tests.analytics.products.conftest import rebuild, user
from tests.factories import seoul

pytestmark = pytest.mark.django_db

NOW, BEFORE = "2025-11-17 12:00", "2025-11-10 12:00"
LONG_AGO = seoul("2024-01-01")


class Shop:
    """Sells: a seller's products, each in so many orders in the window and in the one before."""

    def __init__(self, market):
        self.market, self.seller = market, market.user("SELLER")
        self.buyer = market.user()

    def product(self, now, before, *, units=1, created_at=LONG_AGO, **columns):
        product = self.market.product(seller_id=self.seller, created_at=created_at, **columns)
        for count, moment in ((now, NOW), (before, BEFORE)):
            for _ in range(count):
                self.market.paid_order(buyer_id=self.buyer, items=[(product, units, 1_000)], created_at=seoul(moment))
        return product


@pytest.fixture
def shop(market, clock):
    return Shop(market)


def ids(items):
    return [item["product_id"] for item in items]


def test_one_that_grew_is_told_with_its_figures_and_three_sales_are_not(shop, ask):
    risen = shop.product(24, 4)
    shop.product(3, 0)  # three sales from nothing
    shop.product(20, 44)
    shop.product(21, 20)
    rebuild()
    answer = ask("analytics/products/trending")
    [item] = answer["items"]
    market = (68, 68)
    assert answer["market"] == {"orders": market[0], "previous_orders": market[1], "growth": 0}
    tail = sum(comb(28, k) for k in range(24, 29)) / 2**28
    assert item["p_value"] == pytest.approx(tail, rel=0.01)
    assert (item["product_id"], item["units"], item["previous_units"]) == (risen, 24, 4)
    assert (item["growth"], item["trend"], item["direction"], item["new"]) == (5, round(44 / 24 - 1, 4), "up", False)
    assert answer["new_items"] == []
    assert answer["period"]["from"] == "2025-11-14T00:00:00+09:00"
    assert answer["compared_with"]["to"] == "2025-11-13T23:59:59.999999+09:00"


def test_one_bulk_order_is_one_order(shop, ask):
    shop.product(1, 1, units=500)
    shop.product(20, 20)
    rebuild()
    assert ask("analytics/products/trending")["items"] == []


def test_a_new_product_is_apart_however_well_it_sells(shop, ask):
    risen = shop.product(30, 5)
    shop.product(20, 60)
    new = shop.product(25, 0, created_at=seoul("2025-11-13 09:00"))
    newest = shop.product(13, 0, units=2, created_at=seoul("2025-11-07 00:00"))
    older = shop.product(28, 1, created_at=seoul("2025-11-06 23:59:59.999999"))
    shop.product(3, 0, created_at=seoul("2025-11-15"))
    rebuild()
    answer = ask("analytics/products/trending")
    assert set(ids(answer["items"])) == {risen, older}
    assert ids(answer["new_items"]) == [newest, new]
    assert answer["new_items"][0]["new"] is True
    assert (answer["new_items"][0]["growth"], answer["new_items"][0]["p_value"]) == (None, None)


def test_a_seller_is_compared_with_their_own_sales_and_sees_no_others(market, shop, ask):
    mine = shop.product(24, 4)
    shop.product(20, 40)
    other = Shop(market)
    other.product(200, 10)
    rebuild()
    answer = ask("analytics/products/trending", user(shop.seller, "SELLER"))
    assert ids(answer["items"]) == [mine]
    assert answer["market"]["orders"] == 44


def test_a_category_narrows_the_list_not_what_it_is_compared_with(market, shop, ask):
    food = market.category()
    soup = market.category(parent_id=food)
    risen = shop.product(24, 4, category_id=soup)
    shop.product(30, 5)
    shop.product(20, 60)
    rebuild()
    answer = ask(f"analytics/products/trending?category={food}")
    assert ids(answer["items"]) == [risen]
    assert answer["market"]["orders"] == 74


def test_orders_and_units_are_those_of_plain_sql_to_the_microsecond(market, shop, ask):
    product = shop.product(20, 0)
    other = shop.product(10, 40)
    for moment in ("2025-11-13 23:59:59.999999", "2025-11-14 00:00", "2025-11-07 00:00", "2025-11-06 23:59:59.999999"):
        market.paid_order(items=[(product, 2, 500), (other, 1, 500)], created_at=seoul(moment))
    market.order(items=[(product, 50, 500)], created_at=seoul(NOW))
    rebuild()
    [item] = ask("analytics/products/trending")["items"]
    for name, first, last in (("", "2025-11-14", "2025-11-21"), ("previous_", "2025-11-07", "2025-11-14")):
        [(orders, units)] = rows(
            f"""SELECT COUNT(DISTINCT o.id), SUM(i.quantity) FROM orders o JOIN order_items i ON i.order_id = o.id
            WHERE {PAID} AND i.product_id = %s AND o.created_at >= %s AND o.created_at < %s""",
            [product, first, last],
        )
        assert (item[f"{name}orders"], item[f"{name}units"]) == (orders, units)


def test_a_market_without_a_window_before_says_nothing_but_what_is_new(shop, ask):
    shop.product(50, 0)
    rebuild()
    answer = ask("analytics/products/trending")
    assert (answer["items"], answer["market"]["growth"]) == ([], None)


def test_nothing_sold_is_a_normal_answer(market, clock, ask):
    answer = ask("analytics/products/trending")
    assert (answer["items"], answer["new_items"], answer["market"]["orders"]) == ([], [], 0)


@pytest.mark.parametrize("query", ["days=0", "days=91", "limit=0", "limit=51", "category=x", "seller=1"])
def test_what_it_does_not_know_it_refuses_with_the_field(client, db, query):
    answer = client.get(f"/v1/analytics/products/trending?{query}", headers=user(5, "ADMIN"))
    assert answer.status_code == 400
    assert set(answer.json()["error"]["details"]["fields"]) == {query.partition("=")[0]}


def test_more_products_cost_no_more_queries(shop, ask):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            ask("analytics/products/trending")
        return len(asked)

    shop.product(24, 4)
    shop.product(10, 30)
    rebuild()
    assert queries() == 4  # what sold, which are new, what they are, how complete it is
    shop.product(24, 4)
    rebuild()
    assert queries() == 4
