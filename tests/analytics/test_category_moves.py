"""Products that come into another category."""

import json
from datetime import date

import pytest

from analytics.consumers import record_product_changes
from analytics.selectors.dashboard import dashboard
from tests.analytics.telling import payment_of_order, rebuild, tell
from tests.factories import seoul
from xlcfi.clock import Period
from xlcfi.events import Batch, ProductChanged
from xlcfi.events.registry import job_named

pytestmark = pytest.mark.django_db
NOON = seoul("2025-03-01 12:00")


def test_a_product_takes_its_sales_along_into_another_category(market):
    kimchi, noodles = market.category("김치"), market.category("면")
    product = market.product(category_id=kimchi)
    order = market.paid_order(items=[(product, 2, 5_000)], created_at=NOON)
    rebuild()
    tell(payment_of_order(order))
    period = Period("day", date(2025, 3, 1), date(2025, 3, 1))
    assert [each["category_id"] for each in dashboard(period=period)["top_categories"]] == [kimchi]

    market.sql("UPDATE products SET category_id = %s WHERE id = %s", [noodles, product])
    moved = ProductChanged(event_id="moved", occurred_at=NOON, product_id=product, change_type="UPDATED")
    batch = Batch([moved])
    record_product_changes(batch)
    for each in batch.queued:
        job_named(each.job)(**json.loads(each.args_json))
    assert [(each["category_id"], each["revenue"]) for each in dashboard(period=period)["top_categories"]] == [
        (noodles, 10_000)
    ]
