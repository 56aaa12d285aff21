"""The analysts' pages about products, and the planning that people keep by hand."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ml.models import ProductPlanning
from ml.services.snapshots import snapshots_take
from tests.analytics.products.conftest import rebuild
from tests.factories import seoul

pytestmark = pytest.mark.django_db

PRODUCTS = "/admin/analytics/products/"
PLANNING = "/admin/ml/productplanning/"


@pytest.fixture
def as_member(client, db):
    """as_member("analyst") -> a client that is logged in as one of that group."""

    def logged_in(group):
        who = get_user_model().objects.create_user(group, password="a long enough password", is_staff=True)
        who.groups.set(Group.objects.filter(name=group))
        client.force_login(who)
        return client

    return logged_in


@pytest.fixture
def shop(market, clock):
    category = market.category("두부와 콩")
    tofu = market.product(name="국산콩 <두부>", price=2_500, stock=31, category_id=category)
    other = market.product(name="배추김치")
    for _ in range(3):
        market.paid_order(items=[(tofu, 2, 2_500), (other, 1, 9_000)], created_at=seoul("2025-11-18 12:00"))
    review = market.review(product_id=tofu, rating=4, created_at=seoul("2025-10-03"))
    market.sql("UPDATE reviews SET sentiment = 'POSITIVE' WHERE id = %s", [review])
    snapshots_take()
    rebuild("baskets", "co-purchases")
    return tofu


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_analyst_sees_a_products_curve_price_reviews_and_what_goes_with_it(shop, as_member):
    page = text(as_member("analyst").get(f"{PRODUCTS}{shop}/"))
    assert "국산콩 &lt;두부&gt;" in page
    assert "<두부>" not in page
    for chart in ("sales", "views", "price", "reviews"):
        assert f'id="{chart}"' in page
    for figure in ("₩15,000", "₩2,500", "배추김치", "100.0%", "두부와 콩"):
        assert figure in page


def test_best_sellers_and_classes_are_listed_with_the_way_to_each_product(shop, as_member):
    page = text(as_member("analyst").get(PRODUCTS))
    assert f'href="{PRODUCTS}{shop}/"' in page
    assert "₩27,000" in page


@pytest.mark.parametrize("path", ["987654321/", f"{10**18}/", f"{10**25}/"])
def test_a_product_nobody_knows_has_a_page_that_says_so(db, as_member, path):
    with translation.override("en"):
        page = text(as_member("analyst").get(PRODUCTS + path, headers={"Accept-Language": "en"}))
    assert "no such product" in page


@pytest.mark.parametrize("period", ["week", "year", "nonsense"])
def test_every_period_can_be_chosen(shop, as_member, period):
    client = as_member("analyst")
    assert client.get(f"{PRODUCTS}?period={period}").status_code == 200
    assert client.get(f"{PRODUCTS}{shop}/?period={period}").status_code == 200


def test_operators_and_strangers_see_none_of_it(shop, as_member, client):
    assert client.get(PRODUCTS).status_code == 302
    client = as_member("operator")
    assert client.get(PRODUCTS).status_code == 403
    assert client.get(f"{PRODUCTS}{shop}/").status_code == 403
    assert client.get(PLANNING).status_code == 403


def test_the_pages_cost_as_many_queries_for_many_products_as_for_few(shop, as_member, market):
    client = as_member("analyst")

    def queries(path):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    def sell():
        for _ in range(4):
            items = [(market.product(), 3, 10), (shop, 3, 10)]
            market.paid_order(items=items, created_at=seoul("2025-11-19"))
        rebuild("baskets", "co-purchases")

    sell()
    before = [queries(PRODUCTS), queries(f"{PRODUCTS}{shop}/")]
    sell()
    assert [queries(PRODUCTS), queries(f"{PRODUCTS}{shop}/")] == before


def test_ranks_and_the_curve_can_be_saved(shop, as_member):
    client = as_member("data_admin")
    ranks = saved(client.get(f"{PRODUCTS}?export=csv"))
    assert [(row[0], row[3], row[4]) for row in ranks[1:]] == [("1", "A", "27000.00"), ("2", "A", "15000.00")]
    curve = saved(client.get(f"{PRODUCTS}{shop}/?export=csv&period=week"))
    assert [row[5] for row in curve[1:] if row[0] == "2025-11-18"] == ["15000.00"]
    assert len(curve) == 8


def saved(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_data_admin_tells_a_cost_by_hand_and_the_row_says_who(shop, as_member):
    client = as_member("data_admin")
    told = {
        "product_id": shop,
        "unit_cost": "1200.50",
        "currency": "KRW",
        "lead_time_days": "3",
        "service_level": "0.95",
    }
    answer = client.post(f"{PLANNING}add/", told)
    assert answer.status_code == 302, answer.content.decode()[:3_000]
    row = ProductPlanning.objects.get()
    assert (row.unit_cost, row.source) == (Decimal("1200.50"), "admin: data_admin")
    assert "1,200.50" in text(client.get(PLANNING)) or "1,201" in text(client.get(PLANNING))
    client.post(f"{PLANNING}{shop}/change/", told | {"product_id": 5, "unit_cost": "1100"})
    assert list(ProductPlanning.objects.values_list("product_id", "unit_cost")) == [(shop, Decimal("1100.00"))]


def test_a_cost_without_a_currency_is_refused_in_words(shop, as_member):
    client = as_member("data_admin")
    answer = client.post(f"{PLANNING}add/", {"product_id": shop, "unit_cost": "5"}, headers={"Accept-Language": "en"})
    assert "A unit cost needs a currency." in text(answer)
    assert not ProductPlanning.objects.exists()


def test_an_analyst_looks_at_planning_and_changes_none(shop, as_member):
    ProductPlanning.objects.create(product_id=shop, unit_cost=5, currency="KRW")
    client = as_member("analyst")
    assert client.get(PLANNING).status_code == 200
    assert client.post(f"{PLANNING}add/", {"product_id": 7}).status_code == 403
    client.post(f"{PLANNING}{shop}/change/", {"unit_cost": "1", "currency": "KRW"})
    assert ProductPlanning.objects.get().unit_cost == 5
