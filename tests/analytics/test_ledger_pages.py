"""The admin's pages of orders as the ledger knows them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.services.rebuild import recent_orders_settle
from tests.analytics.telling import cancellation, payment_of_order, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db

NOON = seoul("2025-02-28 12:00:00")


def test_the_page_of_an_order_shows_what_happened_to_it_and_who_told(market, admin_client):
    order = market.paid_order(items=[(market.product(), 2, 5_000)], total=9_000, created_at=NOON)
    tell(payment_of_order(order), cancellation(order_id=order, at=NOON + timedelta(hours=11, minutes=59)))
    with CaptureQueriesContext(connection) as asked:
        answer = admin_client.get(reverse("admin:analytics_orderfact_change", args=[order]))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert shown.count("₩9,000") >= 2
    assert "₩1,000" in shown
    assert "order.cancelled" in shown
    assert "2025-02-28" in shown
    assert ">23<" in shown
    assert len(asked) <= 12
    listed = admin_client.get(reverse("admin:analytics_orderfact_changelist"))
    assert listed.status_code == 200
    assert reverse("admin:analytics_orderfact_change", args=[order]) in listed.content.decode()


def test_an_order_nobody_paid_has_an_empty_ledger_and_a_strange_number_no_page(market, admin_client):
    order = market.order(created_at=NOON)
    recent_orders_settle()
    assert admin_client.get(reverse("admin:analytics_orderfact_change", args=[order])).status_code == 200
    assert admin_client.get("/admin/analytics/orderfact/nothing/change/").status_code in (302, 404)


def test_nothing_can_be_changed_there(market, admin_client):
    order = market.paid_order(created_at=NOON)
    tell(payment_of_order(order))
    page = reverse("admin:analytics_orderfact_change", args=[order])
    assert admin_client.post(page, {"total": 1}).status_code == 403
    assert admin_client.get(reverse("admin:analytics_orderfact_add")).status_code == 403
