"""The admin's pages of forecasts, overrides and alerts."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from ml.models import DemandOverride, InventoryAlert
from tests.ml.demand.test_forecasts import kept
from xlcfi import clock as xlcfi_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(clock):
    """Who may do all in the admin."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("minji", password="x"))
    return client


def test_a_planner_says_what_a_fair_will_sell_and_the_forecast_of_those_days_is_kept_beside_it(planner):
    kept(5)
    given = {"product_id": 5, "first_day": "2025-11-20", "last_day": "2025-11-23", "units": "30", "reason": "A fair"}
    response = planner.post("/admin/ml/demandoverride/add/", given)
    assert response.status_code == 302
    row = DemandOverride.objects.get()
    assert (row.model_units, row.created_by, row.last_day) == (8.0, "minji", date(2025, 11, 23))
    given["last_day"] = "2025-11-19"
    assert "last_day" in planner.post("/admin/ml/demandoverride/add/", given).context["adminform"].form.errors
    DemandOverride.objects.update(sold_units=20)
    page = planner.get("/admin/ml/demandoverride/")
    # The model said 8 of 20, the planner 30.
    assert "0.600" in page.content.decode()
    assert "0.500" in page.content.decode()


def test_forecasts_and_categories_are_listed(planner):
    kept(5).totals["28"] = {"mean": 56.0}
    assert planner.get("/admin/ml/categorydemand/").status_code == 200
    assert planner.get("/admin/ml/demandoverride/").status_code == 200


def test_a_purchase_order_is_saved_as_a_file(planner, market):
    product = market.product(name="김치")
    InventoryAlert.objects.create(
        product_id=product, seller_id=7, stock=0, daily_demand=2.0, lead_time_days=7, service_level=0.95,
        minimum_order_quantity=1, reorder_point=20, safety_stock=4, order_quantity=34, expiring_units=0, at_risk=1000,
        currency="KRW", kinds=["REORDER"], assumed=[], made_at=xlcfi_clock.now(),
    )  # fmt: skip
    assert planner.get("/admin/ml/inventoryalert/").status_code == 200
    response = planner.post(
        "/admin/ml/inventoryalert/", {"action": "purchase_order", "_selected_action": [str(product)]}
    )
    assert response["Content-Type"].startswith("text/csv")
    assert f"7,{product},김치,34,,,,," in response.content.decode("utf-8-sig")
