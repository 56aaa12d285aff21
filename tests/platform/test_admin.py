"""The admin's pages of the Java-owned tables."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import translation

from tests.factories import seoul
from xlcfi.platform.models import Order, User
from xlcfi.platform.schema import OPTIONAL_TABLES
from xlcfi.platform.selectors import sources_forget

urlpatterns = [path("admin/", admin.site.urls)]
MODELS = list(apps.get_app_config("platform").get_models())

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def page(model, name: str, *args: object) -> str:
    return reverse(f"admin:platform_{model._meta.model_name}_{name}", args=args)


@pytest.fixture
def rows(market) -> None:
    order = market.paid_order(created_at=seoul("2025-03-01 00:00:00"))
    [(product,)] = market.sql("select product_id from order_items")
    market.image(product)
    market.review(product_id=product)
    market.user_coupon(order_id=order)
    market.balance()
    market.delivery(order)
    market.blockchain_record(order_id=order)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_can_be_looked_at_and_not_touched(model, rows, admin_client):
    row = model.objects.first()
    listed = admin_client.get(page(model, "changelist"))
    assert listed.status_code == 200
    assert page(model, "change", row.pk) in listed.content.decode()
    shown = admin_client.get(page(model, "change", row.pk))
    assert shown.status_code == 200
    body = shown.content.decode().split('id="content-main"')[1]
    assert not re.search(r'<(textarea|select|input type="(text|number|submit)")', body)
    assert admin_client.get(page(model, "history", row.pk)).status_code == 200
    assert admin_client.get(page(model, "add")).status_code == 403
    assert admin_client.get(page(model, "delete", row.pk)).status_code == 403
    assert admin_client.post(page(model, "change", row.pk), {"id": 5}).status_code == 403
    removed = admin_client.post(
        page(model, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    )
    assert removed.status_code in (200, 302)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC", "America/New_York"])
def test_the_day_filter_and_the_times_are_seouls(zone, market, admin_client, settings):
    settings.TIME_ZONE = zone
    february = market.order(created_at=seoul("2025-02-28 23:59:59.999999"))
    march = market.order(created_at=seoul("2025-03-01 00:00:00"))
    for query, order, other in (
        ("created_at__from=2025-02-01&created_at__to=2025-02-28", february, march),
        ("created_at__from=2025-03-01&created_at__to=2025-03-01", march, february),
        ("created_at__to=2025-02-28", february, march),
        ("created_at__from=2025-03-01", march, february),
    ):
        found = admin_client.get(page(Order, "changelist") + "?" + query).content.decode()
        assert page(Order, "change", order) in found
        assert page(Order, "change", other) not in found
    shown = re.sub(r"<[^>]+>", "", admin_client.get(page(Order, "change", march)).content.decode())
    assert "2025-03-01 00:00:00" in shown


@pytest.mark.parametrize("model", [model for model in MODELS if model._meta.db_table in OPTIONAL_TABLES])
def test_a_table_that_is_not_deployed_is_said_to_be_absent(model, market, admin_client):
    market.sql(f"drop table {model._meta.db_table} cascade")
    sources_forget()
    assert admin_client.get(reverse("admin:index")).status_code == 200
    for target in (page(model, "changelist"), page(model, "change", 1), page(model, "history", 1)):
        answer = admin_client.get(target, follow=True)
        assert answer.status_code == 200
        assert f"no table “{model._meta.db_table}”" in answer.content.decode()


def test_search_finds_by_id_email_and_name(market, admin_client):
    wanted = market.user(email="kim@example.com", name="김하나")
    other = market.user(email="lee@example.com", name="이두리")
    for term in (str(wanted), f"#{wanted}", "KIM@example", "하나"):
        found = admin_client.get(page(User, "changelist"), {"q": term}).content.decode()
        assert page(User, "change", wanted) in found
        assert page(User, "change", other) not in found
    for nothing in ("9" * 30, str(2**63), "²", "no such member"):
        assert admin_client.get(page(User, "changelist"), {"q": nothing}).status_code == 200


def test_no_page_counts_a_large_table(market, admin_client):
    market.sql(
        "insert into users (email, name, role, status, country_code, created_at, updated_at)"
        " select n, 'n', 'BUYER', 'ACTIVE', 'KR', now(), now() from generate_series(1, 12000) n"
    )
    market.sql("analyze users")
    for query in ({}, {"q": "n"}, {"status": "ACTIVE"}, {"created_at__from": "2020-01-01"}):
        with CaptureQueriesContext(connection) as queries:
            answer = admin_client.get(page(User, "changelist"), query)
        assert answer.status_code == 200
        assert not [one["sql"] for one in queries if "COUNT(" in one["sql"].upper() and "users" in one["sql"]]
    assert "≈ 12,000" in admin_client.get(page(User, "changelist")).content.decode()


def test_the_pages_speak_korean_too(rows, admin_client):
    with translation.override("ko"):
        assert str(Order._meta.verbose_name_plural) == "주문"
        assert str(User._meta.get_field("email").verbose_name) == "이메일"
