"""What is left after costs that people told, and what is said where nobody did."""

from decimal import Decimal

import pytest

from ml.models import ProductPlanning
from tests.analytics.products.conftest import rebuild, user
from tests.analytics.telling import refund, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db

AT = seoul("2025-11-10 12:00")


def costs(product, amount, currency="KRW"):
    ProductPlanning.objects.create(product_id=product, unit_cost=Decimal(amount), currency=currency)


def test_the_margin_is_net_revenue_less_what_stayed_sold_and_the_rest_is_said_to_be_uncovered(market, clock, ask):
    kimchi, tofu, bare = market.product(name="배추김치"), market.product(), market.product()
    costs(kimchi, 600)
    costs(tofu, "12.34")
    order = market.paid_order(items=[(kimchi, 10, 1_000)], created_at=AT)
    market.paid_order(items=[(tofu, 3, 50)], created_at=AT)
    market.paid_order(items=[(bare, 1, 4_850)], created_at=AT)
    rebuild()
    tell(refund(order_id=order, amount=2_000, at=AT))
    answer = ask("analytics/products/margins")
    # A fifth went back: 8 units stayed. 8,000 - 8 * 600; 150 - 3 * 12.34 = 150 - 37.02
    assert [(item["product_id"], item["cost"], item["gross_margin"]) for item in answer["items"]] == [
        (kimchi, 4_800, 3_200),
        (tofu, 37.02, 112.98),
    ]
    assert answer["items"][0]["margin_rate"] == 0.4
    assert answer["items"][0]["name"] == "배추김치"
    assert answer["totals"] == {
        "net_revenue": 13_000,
        "covered_net_revenue": 8_150,
        "coverage": round(8_150 / 13_000, 4),
        "products": 3,
        "covered_products": 2,
        "cost": 4_837.02,
        "gross_margin": 3_312.98,
        "margin_rate": round(3_312.98 / 8_150, 4),
    }


def test_without_any_cost_there_is_no_margin_and_nothing_is_made_up(market, clock, ask):
    product = market.product()
    costs(product, 1, currency="USD")
    market.paid_order(items=[(product, 1, 100)], created_at=AT)
    rebuild()
    answer = ask("analytics/products/margins")
    assert answer["items"] == []
    assert (answer["totals"]["coverage"], answer["totals"]["margin_rate"]) == (0, None)
    nothing = ask("analytics/products/margins?period=day")
    assert nothing["totals"]["coverage"] is None


def test_money_that_goes_back_in_a_later_period_is_a_loss_there_and_brings_no_goods_back(market, clock, ask):
    product = market.product()
    costs(product, 600)
    order = market.paid_order(items=[(product, 1, 1_000)], created_at=AT)
    rebuild()
    tell(refund(order_id=order, at=seoul("2025-11-20 09:00")))
    [item] = ask("analytics/products/margins?period=day")["items"]
    assert (item["cost"], item["gross_margin"], item["margin_rate"]) == (0, -1_000, None)


def test_a_seller_sees_their_own_and_pages_go_on(market, clock, ask):
    mine = market.user("SELLER")
    products = [market.product(seller_id=mine) for _ in range(3)] + [market.product()]
    for place, product in enumerate(products):
        costs(product, 10)
        market.paid_order(items=[(product, 1, 100 + place)], created_at=AT)
    rebuild()
    first = ask("analytics/products/margins?limit=2", user(mine, "SELLER"))
    assert [item["product_id"] for item in first["items"]] == [products[2], products[1]]
    rest = ask(f"analytics/products/margins?limit=2&cursor={first['next']}", user(mine, "SELLER"))
    assert ([item["product_id"] for item in rest["items"]], rest["next"]) == ([products[0]], None)
    assert first["totals"]["products"] == 3
