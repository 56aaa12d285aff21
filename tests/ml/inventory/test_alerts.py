"""Alerts of stock: ranked by money, paged, exported as a draft."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from ml.demand.daily import Days
from ml.demand.learning import Totals
from ml.demand.model import Forecasts
from ml.models import CategoryPlanning, InventoryAlert, ProductPlanning, ProductSnapshot
from ml.selectors.demand import Shelf
from ml.services.inventory import alerts_make
from ml.services.inventory_orders import order_lines
from tests.api.conftest import _no_limit, http, service, user  # noqa: F401
from tests.ml.demand.made_sales import series_of

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 20)


@pytest.fixture
def work_out(market, clock):
    """work_out([(product, daily demand, stock), …]): the alerts of products that cost 1,000 won."""

    def run(rows, seller=7):
        mean = np.array([[daily] * 90 for _, daily, _ in rows], dtype=float)
        totals = {}
        for days in (7, 28):
            total = mean[:, :days].sum(axis=1)
            spread = 1.2816 * np.sqrt(total)
            totals[days] = Totals(
                days, total, total, {80: (total - spread, total + spread)}, np.zeros(len(rows), dtype=bool)
            )
        forecasts = Forecasts(["gradient_boosting"] * len(rows), Days(mean, mean, {}), totals)
        count = len(rows)
        shelf = Shelf(
            series_of([[1.0]] * count), np.array([row[0] for row in rows]), np.zeros(count, dtype=np.int64),
            np.full(count, seller), np.full(count, 1_000.0), ["KRW"] * count, np.array([row[2] for row in rows]),
        )  # fmt: skip
        alerts_make(shelf=shelf, forecasts=forecasts, today=TODAY)
        return {alert.product_id: alert for alert in InventoryAlert.objects.all()}

    return run


def test_a_product_that_runs_out_before_the_supplier_comes_is_told_with_what_to_order(market, work_out):
    short, enough = market.product(), market.product()
    ProductPlanning.objects.create(product_id=short, lead_time_days=3, minimum_order_quantity=50)
    found = work_out([(short, 10.0, 25), (enough, 10.0, 900)])
    assert set(found) == {short}
    alert = found[short]
    # 25 last for today and tomorrow, and run out on the third day; three days of lead time and one until the next look.
    assert alert.runs_out_on == date(2025, 11, 22)
    assert alert.kinds == ["RUNS_OUT", "REORDER"]
    # Forty are expected in four days, and of the seventy of an order cycle 3.5 may be missed.
    assert 36 <= alert.reorder_point <= 44
    assert alert.order_quantity == max(50, alert.reorder_point + 70 - 25)
    assert alert.at_risk == pytest.approx(Decimal(15_000), abs=700)
    assert alert.assumed == ["service_level"]


def test_what_a_category_says_is_marked_as_assumed(market, work_out):
    category = market.category()
    product = market.product(category_id=category)
    CategoryPlanning.objects.create(category_id=category, lead_time_days=2, service_level=Decimal("0.9"))
    alert = work_out([(product, 5.0, 0)])[product]
    assert (alert.lead_time_days, alert.service_level) == (2, 0.9)
    assert alert.assumed == ["lead_time_days", "minimum_order_quantity", "service_level"]


def test_what_will_expire_is_worth_what_it_cost(market, work_out):
    product = market.product()
    ProductPlanning.objects.create(product_id=product, shelf_life_days=10, unit_cost=400, currency="KRW")
    for day, stock in ((date(2025, 11, 1), 0), (date(2025, 11, 14), 100)):
        ProductSnapshot.objects.create(
            product_id=product, day=day, price=1_000, currency="KRW", stock=stock, lowest_stock=stock, status="ON_SALE"
        )
    alert = work_out([(product, 5.0, 100)])[product]
    # It came on the 14th and may be sold until the 23rd: four days of five.
    assert (alert.expiring_units, alert.expires_on, alert.kinds) == (80, date(2025, 11, 23), ["EXPIRES"])
    assert alert.at_risk == pytest.approx(80 * 400, abs=1)


def test_alerts_come_by_the_money_at_risk_in_pages_and_sellers_see_their_own(market, work_out, http, service, user):  # noqa: F811
    products = [market.product() for _ in range(5)]
    work_out([(product, 3.0 + number, 0) for number, product in enumerate(products)], seller=7)
    seen, cursor = [], None
    while True:
        after = f"&cursor={cursor}" if cursor else ""
        body = http.get(f"/v1/ml/inventory/alerts?limit=2{after}", headers=service).json()["data"]
        seen += [row["product_id"] for row in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == products[::-1]
    assert len(http.get("/v1/ml/inventory/alerts", headers=user(7, "SELLER")).json()["data"]["items"]) == 5
    assert http.get("/v1/ml/inventory/alerts", headers=user(8, "SELLER")).json()["data"]["items"] == []
    assert http.get("/v1/ml/inventory/alerts", headers=user(8, "BUYER")).status_code == 403
    for wrong, field in (("cursor=x", "cursor"), ("limit=0", "limit"), ("kind=LATE", "kind")):
        response = http.get(f"/v1/ml/inventory/alerts?{wrong}", headers=service)
        assert (response.status_code, list(response.json()["error"]["details"]["fields"])) == (400, [field])


def test_a_draft_of_an_order_has_amounts_where_costs_are_known_and_no_formula_in_a_name(market, work_out):
    known, unknown = market.product(name="=HYPERLINK(1)"), market.product(name="김")
    ProductPlanning.objects.create(product_id=known, unit_cost=Decimal("250.50"), currency="KRW")
    found = work_out([(known, 10.0, 0), (unknown, 5.0, 0)])
    header, first, second = order_lines(alerts=found.values())
    assert header[:4] == ("seller_id", "product_id", "product", "quantity")
    assert first[2] == "'=HYPERLINK(1)"
    assert first[6] == str(Decimal("250.50") * found[known].order_quantity)
    assert (second[2], second[4], second[6]) == ("김", "", "")
