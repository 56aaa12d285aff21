"""Forecasts of the platform's products: made, kept, answered, and overridden by planners."""

from datetime import date, timedelta

import pytest

from ml.demand.learning import Setup
from ml.demand.model import DemandModel
from ml.models import CategoryDemand, DemandForecast, DemandOverride
from ml.selectors.demand import shelf_until
from ml.services import demand_forecasting
from ml.services.demand_overrides import override_save, overrides_settle, overrides_worth
from tests.api.conftest import _no_limit, http, service, user  # noqa: F401
from tests.factories import seoul
from xlcfi import clock as xlcfi_clock
from xlcfi.artifacts.subjects import Loaded

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 20)


def kept(product, *, seller=7, mean=2.0, first=TODAY):
    """A forecast of `mean` units on each of 90 days."""
    flat = [[mean] * 90, [mean * 2] * 90]
    return DemandForecast.objects.create(
        product_id=product, category_id=1, seller_id=seller, first_day=first, model="gradient_boosting", version=3,
        mean=[mean] * 90, median=[1.0] * 90, intervals={"50": flat, "80": flat, "95": flat},
        totals={"7": {"mean": 14.0, "median": 14.0, "intervals": {"50": [12, 16], "80": [10, 18], "95": [7, 21]}}},
        made_at=xlcfi_clock.now(),
    )  # fmt: skip


@pytest.fixture
def ask(http, service):  # noqa: F811
    """ask("5/demand?days=3") -> (status, body)."""

    def run(path, headers=None):
        response = http.get(f"/v1/ml/products/{path}", headers=headers or service)
        return response.status_code, response.json()

    return run


def test_a_forecast_is_answered_from_its_row_for_the_days_that_are_asked(clock, ask):
    kept(5)
    status, body = ask("5/demand?days=2")
    assert status == 200
    day = {
        "mean": 2.0, "median": 1.0, "overridden": False,
        "intervals": {"50": [2.0, 4.0], "80": [2.0, 4.0], "95": [2.0, 4.0]},
    }  # fmt: skip
    assert body["data"]["forecast"] == [{"date": "2025-11-20", **day}, {"date": "2025-11-21", **day}]
    assert (body["data"]["product_id"], body["data"]["model"], body["data"]["model_version"]) == (
        5, "gradient_boosting", "3",
    )  # fmt: skip
    assert body["data"]["totals"][0]["days"] == 7


def test_a_forecast_of_yesterday_begins_with_today(clock, ask):
    kept(5, first=TODAY - timedelta(days=1))
    _, body = ask("5/demand?days=90")
    assert body["data"]["forecast"][0]["date"] == "2025-11-20"
    assert len(body["data"]["forecast"]) == 89
    assert body["data"]["totals"] == []


def test_a_product_that_is_not_known_has_an_answer_of_its_own(market, clock, ask):
    status, body = ask("999999/demand")
    assert (status, body["data"]["forecast"], body["data"]["reason"]) == (200, [], "UNKNOWN_PRODUCT")
    assert ask(f"{market.product()}/demand")[1]["data"]["reason"] == "NOT_FORECAST_YET"


@pytest.mark.parametrize("days", ["0", "91", "x", ""])
def test_days_that_are_none_are_refused_by_the_name_of_the_field(clock, ask, days):
    status, body = ask(f"5/demand?days={days}")
    assert status == 400
    assert "days" in body["error"]["details"]["fields"]


def test_sellers_see_their_own_products_only_and_buyers_none(clock, ask, user):  # noqa: F811
    kept(5, seller=7)
    assert ask("5/demand", user(7, "SELLER"))[0] == 200
    assert ask("5/demand", user(8, "SELLER"))[0] == 403
    assert ask("6/demand", user(8, "SELLER"))[0] == 403
    assert ask("5/demand", user(7, "BUYER"))[0] == 403


def test_what_a_planner_says_is_shared_out_as_the_forecast_does_and_compared_with_what_came(market, clock, ask):
    product = market.product()
    kept(product)
    said = DemandOverride(
        product_id=product, first_day=TODAY, last_day=TODAY + timedelta(days=1), units=10, reason="A stall at a fair"
    )
    override_save(override=said, by="minji")
    assert (said.model_units, said.created_by) == (4.0, "minji")
    _, body = ask(f"{product}/demand?days=3")
    assert [row["mean"] for row in body["data"]["forecast"]] == [5.0, 5.0, 2.0]
    assert body["data"]["forecast"][0]["intervals"]["50"] == [5.0, 10.0]
    assert [row["overridden"] for row in body["data"]["forecast"]] == [True, True, False]
    assert overrides_settle() == 0
    market.paid_order(items=[(product, 9, 100)], created_at=seoul("2025-11-21 23:59:59"))
    market.paid_order(items=[(product, 5, 100)], created_at=seoul("2025-11-22 00:00:00"))
    clock.advance(timedelta(days=3))
    assert overrides_settle() == 1
    worth = overrides_worth()
    # 9 sold: the model said 4, the planner 10.
    assert (worth.overrides, worth.model_wape, worth.planner_wape) == (1, round(5 / 9, 4), round(1 / 9, 4))


def test_sales_are_read_by_seoul_days_paid_orders_only_and_today_is_left_out(market, clock):
    category = market.category()
    product = market.product(category_id=category, created_at=seoul("2025-11-01 09:00"))
    market.paid_order(items=[(product, 2, 100)], created_at=seoul("2025-11-17 00:00:00"))
    market.paid_order(items=[(product, 3, 100)], created_at=seoul("2025-11-19 23:59:59.999999"))
    market.paid_order(items=[(product, 5, 100)], created_at=seoul("2025-11-20 00:00:00"))
    market.order(items=[(product, 7, 100)], created_at=seoul("2025-11-18 12:00"))
    shelf = shelf_until(until=TODAY)
    assert shelf.series.first == date(2025, 11, 17)
    assert shelf.series.units.tolist() == [[2, 0, 3]]
    assert (shelf.product.tolist(), shelf.category.tolist()) == ([product], [category])


def test_all_products_are_forecast_and_categories_are_their_sums(market, clock, monkeypatch):
    above = market.category()
    below = market.category(parent_id=above)
    products = [market.product(category_id=category, created_at=seoul("2025-08-01")) for category in (above, below)]
    unsold = market.product(category_id=below, created_at=seoul("2025-11-19"))
    for week in range(10):
        for product, units in zip(products, (3, 8), strict=True):
            market.paid_order(
                items=[(product, units, 100)], created_at=seoul("2025-09-11 12:00") + timedelta(days=7 * week)
            )
    model = DemandModel.learnt(shelf_until(until=TODAY).series, Setup(rows=2_000))
    loaded = Loaded("demand", 4, model.arrays(), {"format": 1}, {}, xlcfi_clock.now(), (xlcfi_clock.now(),) * 2)
    monkeypatch.setattr(demand_forecasting, "serving", lambda name: loaded)
    monkeypatch.setattr(demand_forecasting, "serving_as", lambda name, decode: decode(loaded))
    assert demand_forecasting.forecasts_make() == 3
    rows = {row.product_id: row for row in DemandForecast.objects.all()}
    assert set(rows) == {*products, unsold}
    assert (rows[unsold].model, rows[unsold].version, rows[unsold].first_day) == ("analogy", 4, TODAY)
    sums = {row.category_id: row for row in CategoryDemand.objects.all()}
    assert sums[0].mean == pytest.approx([sum(day) for day in zip(*(row.mean for row in rows.values()), strict=True)])
    assert sums[above].mean == sums[0].mean
    assert sums[below].products == 2
    assert sum(sums[0].mean[:28]) == pytest.approx(sum(row.totals["28"]["mean"] for row in rows.values()), abs=0.01)
    # Made anew they replace those that are there.
    assert demand_forecasting.forecasts_make() == 3
    assert DemandForecast.objects.count() == 3
