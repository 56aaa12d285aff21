"""GET analytics/products/abc: classes worked out by hand, and by fractions in Python over a market."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.selectors.products.standing import standing_of
from tests.analytics import plain_sql
from tests.analytics.products.conftest import rebuild, user
from tests.analytics.telling import refund, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.cache.redis import redis_client
from xlcfi.clock import FixedClock, use_clock

pytestmark = pytest.mark.django_db

AT = seoul("2025-11-10 12:00")


def shop(market, *amounts, **product):
    """A product for each amount, sold once for it."""
    products = [market.product(**product) for _ in amounts]
    for one, amount in zip(products, amounts, strict=True):
        market.paid_order(items=[(one, 1, amount)], created_at=AT)
    return products


def classes(answer):
    return {item["product_id"]: (item["rank"], item["class"]) for item in answer["items"]}


def test_the_product_in_which_a_cut_lies_is_above_it(market, clock, ask):
    a, b, c, d, e = shop(market, 7_000, 1_500, 900, 500, 100)
    rebuild()
    answer = ask("analytics/products/abc")
    # 70 %, 85 %, 94 %, 99 %, 100 %
    assert classes(answer) == {a: (1, "A"), b: (2, "A"), c: (3, "B"), d: (4, "B"), e: (5, "C")}
    assert [item["cumulative"] for item in answer["items"]] == [0.7, 0.85, 0.94, 0.99, 1]
    assert answer["items"][1]["share"] == 0.15
    assert answer["classes"]["B"] == {"products": 2, "net_revenue": 1_400, "units": 2, "share": 0.14}
    assert answer["cuts"] == {"A": 0.8, "B": 0.95}
    assert answer["next"] is None


def test_a_cut_that_is_met_exactly_ends_its_class(market, clock, ask):
    a, b, c = shop(market, 8_000, 1_500, 500)
    rebuild()
    assert classes(ask("analytics/products/abc")) == {a: (1, "A"), b: (2, "B"), c: (3, "C")}


def test_equal_revenues_are_in_one_class_and_have_one_rank(market, clock, ask):
    a, *ties, last = shop(market, 7_600, 400, 400, 400, 400, 400, 400)
    rebuild()
    # The first tie lies across 80 %; all ties begin at 76 %.
    assert classes(ask("analytics/products/abc")) == {a: (1, "A"), **dict.fromkeys([*ties, last], (2, "A"))}


def test_what_lost_money_is_c_and_does_not_lower_the_whole(market, clock, ask):
    a, lost, nothing = shop(market, 1_000, 500, 300)
    market.sql("UPDATE orders SET created_at = '2024-01-01' WHERE total = 500")
    rebuild()
    orders = dict(plain_sql.rows("SELECT total::int, id FROM orders"))
    tell(refund(order_id=orders[500], at=AT), refund(order_id=orders[300], at=AT))
    answer = ask("analytics/products/abc")
    assert classes(answer) == {a: (1, "A"), nothing: (2, "C"), lost: (3, "C")}
    assert [item["net_revenue"] for item in answer["items"]] == [1_000, 0, -500]
    assert [item["cumulative"] for item in answer["items"]] == [1, 1, 1]


def test_nothing_sold_is_an_empty_answer(market, clock, ask):
    answer = ask("analytics/products/abc")
    assert (answer["items"], answer["next"]) == ([], None)
    assert answer["classes"]["A"] == {"products": 0, "net_revenue": 0, "units": 0, "share": None}


def test_a_seller_sees_the_classes_of_their_own_products(market, clock, ask):
    mine, other = market.user("SELLER"), market.user("SELLER")
    [small] = shop(market, 100, seller_id=mine)
    [large] = shop(market, 9_900, seller_id=other)
    rebuild()
    assert classes(ask("analytics/products/abc")) == {large: (1, "A"), small: (2, "C")}
    assert classes(ask("analytics/products/abc", user(mine, "SELLER"))) == {small: (1, "A")}
    assert classes(ask("analytics/products/abc", user(mine, "ADMIN")))[small] == (2, "C")


def test_a_product_that_was_sold_in_another_sellers_order_is_still_its_own_sellers(market, clock, ask):
    mine, other = market.user("SELLER"), market.user("SELLER")
    product, foreign = market.product(seller_id=mine), market.product(seller_id=other)
    market.paid_order(items=[(foreign, 1, 500), (product, 2, 100)], seller_id=other, created_at=AT)
    market.paid_order(items=[(product, 1, 100), (foreign, 1, 500)], seller_id=mine, created_at=AT)
    rebuild()
    assert [
        (item["product_id"], item["net_revenue"])
        for item in ask("analytics/products/abc", user(mine, "SELLER"))["items"]
    ] == [(product, 300)]
    assert ask(f"analytics/products/{product}", user(mine, "SELLER"))["totals"]["units"] == 3
    assert ask("analytics/products/margins", user(mine, "SELLER"))["totals"]["net_revenue"] == 300
    assert ask("analytics/products/trending?days=30", user(mine, "SELLER"))["market"]["orders"] == 2


def test_pages_by_cursor_hold_each_product_once_and_one_class_can_be_asked_for(market, clock, ask):
    products = shop(market, 500, 400, 400, 400, 100)
    rebuild()
    found, cursor = [], ""
    while cursor is not None:
        page = ask(f"analytics/products/abc?limit=2{cursor and f'&cursor={cursor}'}")
        found += [item["product_id"] for item in page["items"]]
        cursor = page["next"]
    assert found == products
    only = ask("analytics/products/abc?class=B")
    assert [item["class"] for item in only["items"]] == ["B"]
    assert only["classes"]["A"]["products"] == 4


@pytest.mark.parametrize(
    "query", ["cursor=x", "class=D", "currency=won", "from=2025-11-21", "limit=0", "period=decade"]
)
def test_what_it_does_not_know_it_refuses_with_the_field(client, db, clock, query):
    answer = client.get(f"/v1/analytics/products/abc?{query}", headers=user(5, "ADMIN"))
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["error"]["details"]["fields"]


@pytest.mark.parametrize("path", ["abc", "trending", "margins", "7"])
def test_buyers_and_visitors_see_none_of_it(client, db, path):
    assert client.get(f"/v1/analytics/products/{path}", headers=user(5, "BUYER")).status_code == 403
    assert client.get(f"/v1/analytics/products/{path}").status_code == 401


@pytest.mark.parametrize(("seed", "currency"), [(21, "KRW"), (22, "KRW"), (22, "USD")])
def test_a_market_of_nasty_cases_is_classed_as_fractions_class_it(market, ask, seed, currency):
    story = Story(market, seed)
    story.told()
    first, last = date(2024, 2, 1), date(2024, 3, 20)
    net, sold = {}, {}
    for (money, day, product), (_, gross, refunds, orders) in plain_sql.product_sales_days(story.refunds).items():
        if money == currency and first <= day <= last:
            net[product] = net.get(product, 0) + Fraction(gross) - Fraction(refunds)
            sold[product] = sold.get(product, 0) + orders
    whole = sum(max(value, 0) for value in net.values())
    expected = {}
    for product, value in net.items():
        if not sold[product] and not value:
            continue
        above = sum(max(other, 0) for other in net.values() if other > value)
        name = "C" if value <= 0 else "A" if above < whole * 4 / 5 else "B" if above < whole * 19 / 20 else "C"
        expected[product] = (1 + sum(other > value for other in net.values()), name, float(value))
    with use_clock(FixedClock(seoul("2024-04-01"))):
        answer = ask(f"analytics/products/abc?from={first}&to={last}&currency={currency}&limit=100")
    assert {
        item["product_id"]: (item["rank"], item["class"], item["net_revenue"]) for item in answer["items"]
    } == expected


def test_ranks_of_one_product_agree_with_the_list_and_are_kept(market, clock, ask):
    products = shop(market, 700, 150, 90, 90, 5)
    rebuild()
    listed = classes(ask("analytics/products/abc"))
    for product, net in zip(products, (700, 150, 90, 90, 5), strict=True):
        told = standing_of(product_id=product, net=Decimal(net), currency="KRW")
        assert (told["rank"], told["class"], told["products"]) == (*listed[product], 5)
    assert standing_of(product_id=987_654, net=Decimal(0), currency="KRW")["rank"] is None
    assert standing_of(product_id=987_654, net=Decimal(100), currency="KRW")["rank"] == 3
    assert redis_client().exists("products:places:KRW:all")
    assert standing_of(product_id=products[0], net=Decimal(0), currency="USD")["class"] is None


def test_more_products_cost_no_more_queries(market, clock, ask):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            ask("analytics/products/abc")
        return len(asked)

    shop(market, 100)
    rebuild()
    assert queries() == 2
    shop(market, *range(1, 9))
    rebuild()
    assert queries() == 2
