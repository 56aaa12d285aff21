"""GET analytics/products/{id}: every part against plain SQL or by hand."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ml.models import ProductPlanning
from ml.services.snapshots import snapshots_take
from tests.analytics import plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.products.conftest import rebuild, service, user
from tests.analytics.telling import payment_of_order, refund, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.clock import FixedClock, use_clock

pytestmark = pytest.mark.django_db

AT = seoul("2025-11-19 12:00")


def nothing(sums):
    return all(not value for value in sums.values())


@pytest.mark.parametrize("prefix", ["/v1/", "/api/v1/"])
def test_a_product_nobody_knows_is_a_normal_answer_of_zeros(market, clock, ask, prefix):
    answer = ask("analytics/products/987654321", prefix=prefix)
    assert answer["product"] is None
    assert nothing(answer["totals"])
    assert len(answer["buckets"]) == 30
    assert answer["currency"] == "KRW"
    assert answer["conversion"]["funnel"]["ordered_rate"] is None
    assert (answer["reviews"]["count"], answer["reviews"]["mean_rating"], answer["price_history"]) == (0, None, [])
    assert (answer["standing"]["rank"], answer["standing"]["class"]) == (None, None)
    assert answer["baskets"] == {"mean_units": None, "mean_lines": None, "orders_ever": 0}
    assert answer["margin"]["gross_margin"] is None


@pytest.mark.parametrize("product", [2**63, 0, -1, "xyz"])
def test_what_is_no_id_is_no_path(client, db, product):
    assert client.get(f"/v1/analytics/products/{product}", headers=service()).status_code == 404


@pytest.mark.parametrize(
    "query", ["period=decade", "granularity=hour", "currency=won", "compare=x", "from=x", "to=2025-11-01", "limit=5"]
)
def test_what_it_does_not_know_it_refuses(client, db, clock, query):
    assert client.get(f"/v1/analytics/products/7?{query}", headers=service()).status_code == 400


def test_sales_days_are_seouls_and_a_return_falls_on_its_own_day(market, clock, ask):
    product, other = market.product(price=1_000), market.product()
    late = market.paid_order(
        items=[(product, 2, 1_000), (other, 1, 500)], created_at=seoul("2025-11-18 23:59:59.999999")
    )
    market.paid_order(items=[(product, 1, 1_000)], created_at=seoul("2025-11-19 00:00"))
    market.paid_order(items=[(product, 5, 2)], currency="USD", created_at=AT)
    rebuild()
    tell(refund(order_id=late, amount=2_500, at=seoul("2025-11-20 00:00")))
    answer = ask(f"analytics/products/{product}?from=2025-11-18&to=2025-11-20")
    curve = [(step["from"], step["gross"], step["net_revenue"], step["units"]) for step in answer["buckets"]]
    assert curve == [
        ("2025-11-18", 2_000, 2_000, 2),
        ("2025-11-19", 1_000, 1_000, 1),
        ("2025-11-20", 0, -2_000, 0),
    ]
    assert (answer["totals"]["refunds"], answer["totals"]["orders"]) == (2_000, 2)
    assert answer["other_currencies"][0]["currency"] == "USD"
    assert answer["other_currencies"][0]["gross"] == 10
    assert nothing(answer["comparison"]["previous"]["totals"])
    week = ask(f"analytics/products/{product}?from=2025-11-16&to=2025-11-20&granularity=week")
    assert [(step["from"], step["units"]) for step in week["buckets"]] == [("2025-11-16", 0), ("2025-11-17", 3)]


def test_the_currency_is_the_products_own_unless_another_is_asked_for(market, clock, ask):
    product = market.product(currency="USD", price=5)
    market.paid_order(items=[(product, 1, 5)], currency="USD", created_at=AT)
    rebuild()
    assert ask(f"analytics/products/{product}")["totals"]["gross"] == 5
    assert ask(f"analytics/products/{product}?currency=KRW")["totals"]["gross"] == 0


def test_a_seller_sees_their_own_products_and_no_others(market, clock, ask, client):
    mine, other = market.user("SELLER"), market.user("SELLER")
    product = market.product(seller_id=mine)
    order = market.paid_order(items=[(product, 2, 700)], created_at=AT)
    market.review(product_id=product, rating=4)
    rebuild()
    path = f"analytics/products/{product}"
    assert ask(path, user(mine, "SELLER"))["totals"]["gross"] == 1_400
    assert client.get(f"/v1/{path}", headers=user(other, "SELLER")).status_code == 403
    assert client.get(f"/v1/{path}", headers=user(mine, "BUYER")).status_code == 403
    # A product that is gone belongs to nobody who can be asked: its orders' seller sees its sales, and no more.
    for statement in ("order_items WHERE product_id", "reviews WHERE product_id", "products WHERE id"):
        market.sql(f"DELETE FROM {statement} = %s", [product])
    assert order
    assert ask(path, user(mine, "SELLER"))["totals"]["gross"] == 1_400
    gone = ask(path, user(other, "SELLER"))
    assert nothing(gone["totals"])
    assert (gone["product"], gone["reviews"], gone["conversion"], gone["baskets"]) == (None, None, None, None)
    assert gone["standing"]["rank"] is None


def test_reviews_by_month_are_those_of_plain_sql(market, clock, ask):
    product, other = market.product(), market.product()
    for day, rating, sentiment in [
        ("2025-09-30 23:59:59.999999", 5, "POSITIVE"),
        ("2025-10-01 00:00", 1, "NEGATIVE"),
        ("2025-10-31", 3, "NEUTRAL"),
        ("2025-10-31", 4, None),
        ("2025-10-31", 4, "MIXED"),
    ]:
        review = market.review(product_id=product, rating=rating, created_at=seoul(day))
        market.sql("UPDATE reviews SET sentiment = %s WHERE id = %s", [sentiment, review])
    market.review(product_id=other, rating=1)
    reviews = ask(f"analytics/products/{product}")["reviews"]
    assert (reviews["count"], reviews["mean_rating"]) == (5, 3.4)
    assert reviews["ratings"] == {"1": 1, "2": 0, "3": 1, "4": 2, "5": 1}
    assert reviews["sentiments"] == {"positive": 1, "neutral": 1, "negative": 1, "unknown": 2}
    assert [(month["month"], month["count"], month["mean_rating"]) for month in reviews["by_month"]] == [
        ("2025-09-01", 1, 5),
        ("2025-10-01", 4, 3),
    ]


def test_prices_before_the_snapshots_come_from_order_lines_and_say_so(market, clock, ask):
    product = market.product(price=1_200, stock=40)
    market.order(items=[(product, 1, 1_000)], created_at=seoul("2025-10-01"))
    market.order(items=[(product, 1, 1_100)], created_at=seoul("2025-11-05"))
    snapshots_take()
    rebuild("unit-prices")
    answer = ask(f"analytics/products/{product}")
    assert [(step["day"], step["price"], step["source"]) for step in answer["price_history"]] == [
        ("2025-10-22", 1_000, "unit_price"),
        ("2025-11-05", 1_100, "unit_price"),
        ("2025-11-20", 1_200, "snapshot"),
    ]
    assert answer["product"]["stock"] == 40


def test_views_and_their_funnel_are_told(market, clock, ask):
    product = market.product()
    rows(f"""INSERT INTO product_interest_days (product_id, day, views, anonymous_views, carts) VALUES
        ({product}, '2025-10-21', 99, 0, 0), ({product}, '2025-10-22', 5, 2, 1), ({product}, '2025-11-20', 3, 0, 0)
        RETURNING 1""")
    rows(f"""INSERT INTO funnel_days (product_id, day, viewed, ordered, paid, delivered)
        VALUES ({product}, '2025-10-21', 9, 9, 9, 9), ({product}, '2025-10-22', 8, 4, 2, 1) RETURNING 1""")
    conversion = ask(f"analytics/products/{product}")["conversion"]
    assert (conversion["views"], conversion["anonymous_views"], conversion["carts"]) == (8, 2, 1)
    assert [(day["date"], day["views"]) for day in conversion["by_day"]] == [("2025-10-22", 5), ("2025-11-20", 3)]
    assert conversion["funnel"] == {
        "viewed": 8,
        "ordered": 4,
        "paid": 2,
        "delivered": 1,
        "ordered_rate": 0.5,
        "paid_rate": 0.25,
        "delivered_rate": 0.125,
    }


def test_baskets_margin_and_standing_by_hand(market, clock, ask):
    product, other, third = (market.product() for _ in range(3))
    market.paid_order(items=[(product, 3, 100), (other, 1, 50)], created_at=AT)
    market.paid_order(items=[(product, 1, 100), (other, 1, 50), (third, 1, 9_000)], created_at=AT)
    market.paid_order(items=[(product, 1, 100)], created_at=AT)
    ProductPlanning.objects.create(product_id=product, unit_cost=Decimal(60), currency="KRW")
    rebuild("baskets", "co-purchases")
    answer = ask(f"analytics/products/{product}")
    assert answer["baskets"] == {"mean_units": 1.67, "mean_lines": 2, "orders_ever": 3}
    assert answer["margin"] == {"unit_cost": 60, "cost": 300, "gross_margin": 200, "margin_rate": 0.4}
    assert (answer["standing"]["rank"], answer["standing"]["class"], answer["standing"]["products"]) == (2, "B", 3)
    assert ask(f"analytics/products/{product}?currency=USD")["margin"]["gross_margin"] is None


def test_a_sale_is_in_the_answer_as_soon_as_it_is_told(market, clock, ask):
    product = market.product()
    rebuild()
    tell(payment_of_order(market.paid_order(items=[(product, 2, 300)], created_at=seoul("2025-11-20 10:00"))))
    answer = ask(f"analytics/products/{product}?period=day")
    assert (answer["totals"]["gross"], answer["totals"]["units"]) == (600, 2)
    assert answer["completeness"]["waiting_changes"] > 0


@pytest.mark.parametrize("seed", [41, 42])
def test_a_market_of_nasty_cases_day_by_day_and_won_by_won(market, ask, seed):
    story = Story(market, seed)
    story.told()
    figures = plain_sql.product_sales_days(story.refunds)
    first = seoul("2024-01-30").date()
    for product in story.products[:4]:
        with use_clock(FixedClock(seoul("2024-04-19"))):
            answer = ask(f"analytics/products/{product}?from=2024-01-30&to=2024-04-19&currency=KRW&compare=none")
        for offset, step in enumerate(answer["buckets"]):
            day = first + timedelta(days=offset)
            units, gross, refunds, orders = figures.get(("KRW", day, product), (0, 0, 0, 0))
            assert (step["from"], step["units"], step["orders"]) == (day.isoformat(), units, orders)
            assert (step["gross"], step["refunds"]) == (float(gross), float(refunds))
        others = Counter()
        for (currency, _, one), (_, gross, refunds, _) in figures.items():
            if one == product and currency != "KRW":
                others[currency] += float(gross - refunds)
        told = {one["currency"]: one["net_revenue"] for one in answer["other_currencies"]}
        assert told == pytest.approx(dict(others))


def test_it_costs_as_many_queries_for_a_product_with_much_to_tell_as_for_one_with_nothing(market, clock, ask):
    product = market.product()
    for _ in range(4):
        market.paid_order(items=[(product, 1, 100), (market.product(), 1, 5)], created_at=AT)
        market.review(product_id=product)
    rebuild("baskets", "co-purchases")
    snapshots_take()

    def queries(product_id):
        with CaptureQueriesContext(connection) as asked:
            ask(f"analytics/products/{product_id}")
        return len(asked)

    queries(product)
    assert queries(product) == queries(987_654) == 10


def test_the_description_has_the_keys_of_the_answers(client, market, clock, ask):
    product = market.product()
    market.paid_order(items=[(product, 1, 100)], created_at=AT)
    market.review(product_id=product)
    rebuild()
    schema = json.loads(client.get("/v1/schema", headers={"Accept": "application/json"}).content)
    schemas = schema["components"]["schemas"]
    for path, name in (
        (str(product), "ProductAnswer"),
        ("abc", "AbcAnswer"),
        ("margins", "MarginsAnswer"),
        ("trending", "TrendingAnswer"),
        ("popular", "PopularAnswer"),
    ):
        assert set(schemas[name]["properties"]) == set(ask(f"analytics/products/{path}"))
    answer = ask(f"analytics/products/{product}")
    for part, name in (
        ("conversion", "Conversion"),
        ("baskets", "ProductBaskets"),
        ("reviews", "ProductReviews"),
        ("standing", "Standing"),
        ("margin", "MarginOfProduct"),
        ("product", "AnalysedProduct"),
    ):
        assert set(schemas[name]["properties"]) == set(answer[part])
    assert set(schemas["AbcProduct"]["properties"]) == set(ask("analytics/products/abc")["items"][0])
    assert set(schemas["BasketsAnswer"]["properties"]) == set(ask("analytics/baskets"))
