"""Ledger and tables side by side, to the won, and how complete the figures are said to be."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analytics.models import LedgerCheck, ReconcileRun
from analytics.selectors.agreement import agreement_days
from analytics.selectors.completeness import completeness
from analytics.services.agreement import agreement_check, days_compare
from tests.analytics import plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment, payment_of_order, refund, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint
from xlcfi.clock import Period
from xlcfi.events.models import DeadLetter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(settings, clock):
    settings.REBUILD_SETTLE_SECONDS = 0
    settings.RATE_LIMIT_PER_MINUTE = 0
    return clock


def span(first, days):
    return [date.fromisoformat(first) + timedelta(days=number) for number in range(days)]


def check(*options):
    out = io.StringIO()
    call_command("reconcile", "--check", *options, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("folded", [True, False])
def test_every_day_of_a_nasty_market_agrees_with_plain_sql_folded_or_not(market, folded):
    story = Story(market, 81)
    tell(*story.events)
    if folded:
        fold()
    found = days_compare(days=span("2024-01-29", 90))
    assert {
        (each.currency, each.day): (each.platform_gross, each.platform_refunds, each.platform_orders) for each in found
    } == (plain_sql.sales_days(story.refunds))
    assert [each for each in found if not each.agrees] == []
    assert {each.currency for each in found} == {"KRW", "USD", "JPY"}


def test_a_difference_of_one_won_is_seen_on_its_day_and_in_its_currency_only(market):
    orders = [
        market.paid_order(total=total, currency=currency, created_at=seoul(at))
        for total, currency, at in (
            (10_000, "KRW", "2024-12-31 23:59:59.999999"),
            (20_000, "KRW", "2025-01-01 00:00"),
            (30, "USD", "2025-01-01 00:00"),
        )
    ]
    tell(*[payment_of_order(order) for order in orders])
    rows("UPDATE orders SET total = total + 1 WHERE id = %s RETURNING 1", [orders[1]])
    differing = agreement_check(days=span("2024-12-30", 4))
    assert [(each.day, each.currency, each.difference) for each in differing] == [(date(2025, 1, 1), "KRW", (0, -1, 0))]
    assert {(each.day, each.currency, each.agrees) for each in LedgerCheck.objects.all()} == {
        (date(2024, 12, 31), "KRW", True),
        (date(2025, 1, 1), "KRW", False),
        (date(2025, 1, 1), "USD", True),
    }


def test_refunds_compare_by_what_is_known_of_them(market):
    day = seoul("2025-03-01 10:00")
    told_in_part, only_in_tables, told_and_kept = (market.paid_order(total=9_000, created_at=day) for _ in range(3))
    tell(*[payment_of_order(order) for order in (told_in_part, only_in_tables, told_and_kept)])
    tell(refund(order_id=told_in_part, amount=4_000, at=seoul("2025-03-02 00:00:00"), refund_id="a"))
    tell(refund(order_id=told_and_kept, amount=100, at=seoul("2025-03-02 23:59:59.999999"), refund_id="b"))
    for order in (told_in_part, only_in_tables):
        rows("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s RETURNING 1", [order])
        rows(
            "UPDATE orders SET status = 'REFUNDED', updated_at = '2025-03-03 09:00' WHERE id = %s RETURNING 1", [order]
        )
    found = {each.day: each for each in days_compare(days=span("2025-03-01", 4))}
    assert {day.day: each.platform_refunds for day, each in found.items()} == {1: 0, 2: 4_100, 3: 9_000}
    assert {day.day: each.ours_refunds for day, each in found.items()} == {1: 0, 2: 4_100, 3: 0}


def test_a_sale_that_only_an_event_told_is_no_difference_and_makes_the_figures_provisional(market):
    tell(payment(order_id=901, user_id=1, amount=500, items=[(1, 1, 500)], at=seoul("2025-11-20 09:00")))
    tell(refund(order_id=901, amount=200, at=seoul("2025-11-20 09:30")))
    assert days_compare(days=span("2025-11-20", 1)) == []
    assert completeness()["provisional_orders"] == 1
    assert completeness()["status"] == "provisional"


def test_a_day_whose_money_went_away_leaves_no_stale_comparison(market):
    order = market.paid_order(total=100, created_at=seoul("2025-05-05 12:00"))
    tell(payment_of_order(order))
    agreement_check(days=span("2025-05-05", 1))
    rows("DELETE FROM payments RETURNING 1")
    call_command("reconcile", "--apply", "--month", "2025-05", stdout=io.StringIO())
    assert not LedgerCheck.objects.exists()


def test_check_says_what_differs_and_ends_with_an_error_code(market):
    order = market.paid_order(total=100, created_at=seoul("2025-11-19 12:00"))
    market.paid_order(total=7, currency="USD", created_at=seoul("2025-11-18 12:00"))
    tell(payment_of_order(order))
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 days still differ"):
        call_command("reconcile", "--check", "--from", "2025-11-18", "--to", "2025-11-20", stdout=out)
    assert "2025-11-18 USD: orders -1, gross -7.00, refunds +0" in out.getvalue()
    assert ReconcileRun.objects.get().kind == "check"
    assert not rows("SELECT 1 FROM order_facts WHERE currency = 'USD'")
    assert check("--from", "2025-11-19")["differing"] == []


def test_how_complete_the_figures_are_takes_one_statement(market, settled, django_assert_num_queries):
    with django_assert_num_queries(1):
        said = completeness()
    assert said == {
        "status": "unchecked",
        "provisional_orders": 0,
        "waiting_changes": 0,
        "dead_letters": 0,
        "reconciled_at": None,
        "days_differing": None,
    }
    ReconcileRun.objects.create(kind="window", started_at=settled.now(), finished_at=seoul("2025-11-20 10:15"))
    assert completeness()["status"] == "unchecked"  # a year ago by the database's clock
    rows("UPDATE reconcile_runs SET finished_at = now() RETURNING 1")
    assert completeness()["status"] == "complete"


@pytest.mark.parametrize("state", ["new", "retried", "discarded"])
def test_only_a_dead_letter_that_waits_makes_figures_provisional(state):
    DeadLetter.objects.create(group="g", record_id="r", topic="t", partition=0, offset=0, state=state, cause="input")
    assert (completeness()["dead_letters"], completeness()["status"]) == (
        (1, "provisional") if state == "new" else (0, "unchecked")
    )


def test_days_that_differ_in_two_currencies_count_once(market):
    for currency in ("KRW", "USD"):
        market.paid_order(total=5, currency=currency, created_at=seoul("2025-11-19 12:00"))
    agreement_check(days=span("2025-11-19", 1))
    assert (completeness()["days_differing"], completeness()["status"]) == (1, "provisional")


@pytest.fixture
def compared(market):
    told = market.paid_order(total=12_900, created_at=seoul("2025-11-19 23:59:59.999999"))
    tell(payment_of_order(told))
    market.paid_order(total=5, currency="USD", created_at=seoul("2025-11-20 00:00"))
    agreement_check(days=span("2025-11-01", 20))
    return market


def test_the_api_shows_each_day_in_each_currency(client: Client, compared, django_assert_max_num_queries):
    service = {"X-Internal-Token": internal_token_mint()}
    with django_assert_max_num_queries(3):
        answer = client.get("/v1/analytics/agreement?from=2025-11-01&to=2025-11-20", headers=service)
    data = json.loads(answer.content, parse_float=Decimal)["data"]
    assert [(day["date"], day["currency"], day["agrees"]) for day in data["items"]] == [
        ("2025-11-20", "USD", False),
        ("2025-11-19", "KRW", True),
    ]
    assert data["items"][0]["difference"] == {"orders": -1, "gross": Decimal("-5.00"), "refunds": 0}
    assert data["items"][1]["ours"] == {"orders": 1, "gross": 12_900, "refunds": 0}
    assert (data["days_compared"], data["days_differing"]) == (2, 1)
    assert data["completeness"]["days_differing"] == 1
    assert data["as_of"] == "2025-11-20T10:15:00+09:00"


def test_nothing_compared_is_an_empty_list(client: Client):
    service = {"X-Internal-Token": internal_token_mint()}
    data = json.loads(client.get("/api/v1/analytics/agreement", headers=service).content)["data"]
    assert (data["items"], data["runs"], data["days_compared"]) == ([], [], 0)


def test_a_seller_may_not_see_it(client: Client):
    answer = client.get("/v1/analytics/agreement", headers={"X-User-Id": "7", "X-User-Roles": "SELLER"})
    assert answer.status_code in (401, 403)


def test_the_page_shows_the_differences_and_exports_them(compared, client: Client):
    client.force_login(User.objects.create_superuser("ann"))
    page = client.get(reverse("admin:analytics_agreement")).content.decode()
    assert "2025-11-20" in page
    sheet = b"".join(client.get(reverse("admin:analytics_agreement") + "?period=week&export=csv")).decode("utf-8-sig")
    assert "2025-11-20,USD,0,1,0.00,5.00" in sheet.replace(",0,5.00", ",0.00,5.00")
    assert client.get(reverse("admin:analytics_reconcilerun_changelist")).status_code == 200


def test_the_page_with_nothing_compared_says_so(client: Client):
    client.force_login(User.objects.create_superuser("ann"))
    assert client.get(reverse("admin:analytics_agreement") + "?period=year").status_code == 200


def test_the_days_come_latest_first():
    assert agreement_days(period=Period("days", date(2025, 1, 1), date(2025, 12, 31))) == []
