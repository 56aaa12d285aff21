"""Churn risks in the profiles, the groups to act on, and drift."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection, transaction

from analytics import churn_groups as groups
from analytics.consumers import record_payments
from analytics.selectors.people.churn import churn_buyers, churn_sums
from analytics.services.churn import churn_refresh, churn_refresh_due
from ml.services.churn import churn_of, churn_risks
from ml.services.churn_drift import churn_drift_note
from tests.analytics.people_by_hand import settle_all
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order, tell
from tests.factories import seoul
from tests.ml.churn.conftest import looks, model  # noqa: F401  # fixtures
from tests.ml.churn.made import bought, model_serves
from xlcfi.artifacts.models import ModelDrift
from xlcfi.clock import FixedClock, use_clock
from xlcfi.events import Batch
from xlcfi.events.followups import followups_add, followups_run

pytestmark = pytest.mark.django_db


def profile(user_id):
    return rows("SELECT churn_risk, churn_updated_at FROM user_profiles WHERE user_id = %s", [user_id])


def test_a_payment_renews_the_risk_of_its_buyer(market, clock, model):  # noqa: F811
    buyer = market.user()
    batch = Batch([payment_of_order(order) for order in bought(market, buyer, 100, 50, 0)])
    with transaction.atomic():
        record_payments(batch)
        followups_add(jobs=batch.queued)
    while followups_run(limit=100, seconds=30):
        pass
    assert profile(buyer) == [(churn_risks(user_ids=[buyer])[buyer], clock.now())]


def test_without_a_model_profiles_stay_as_they_are(market, clock, looks):  # noqa: F811
    buyer = market.user()
    tell(payment_of_order(bought(market, buyer, 0)[0]))
    assert profile(buyer) == [(None, None)]
    assert churn_refresh_due() == 0


def test_every_profile_is_renewed_once_a_day_as_risks_grow_by_themselves(market, clock, model):  # noqa: F811
    buyer = market.user()
    tell(payment_of_order(bought(market, buyer, 20)[0]))
    assert churn_refresh_due() == 1
    assert churn_refresh_due() == 0
    [(before, _at)] = profile(buyer)
    with clock_moved(clock, days=30):
        assert churn_refresh_due() == 1
        assert churn_refresh_due() == 0
        [(after, _at)] = profile(buyer)
    assert after > before


def test_somebody_without_a_paid_order_has_no_risk(market, clock, model):  # noqa: F811
    buyer = market.user()
    rows("INSERT INTO user_profiles (user_id, spent_in_other_currencies, total_purchases, total_spent, updated_at, "
         "churn_risk) VALUES (%s, '{}', 0, 0, now(), 0.5) RETURNING 1", [buyer])  # fmt: skip
    assert churn_refresh(user_ids=[buyer]) == 1
    assert profile(buyer) == [(None, clock.now())]


def test_the_groups_in_the_database_are_those_of_the_rule(market, clock, looks):  # noqa: F811
    wanted = {}
    for risk, (total, times) in itertools.product(
        (0.1, 0.4, 0.79, 0.8, 0.95), ((300_000, 1), (150_000, 2), (1_000, 1))
    ):
        buyer = market.user()
        for _ in range(times):
            order = market.paid_order(buyer_id=buyer, total=total, created_at=seoul("2025-11-01 10:00"))
            tell(payment_of_order(order))
        rows("UPDATE user_profiles SET churn_risk = %s WHERE user_id = %s RETURNING 1", [risk, buyer])
        money = {300_000: 4, 150_000: 4, 1_000: 1}[total]
        wanted[buyer] = groups.group_of(risk=risk, money=money, orders=times)
    settle_all()
    found = {one["user_id"]: name for name in groups.GROUPS for one in churn_buyers(group=name, limit=50)}
    assert found == wanted
    assert {one["group"]: one["buyers"] for one in churn_sums()} == {
        name: list(wanted.values()).count(name) for name in groups.GROUPS
    }
    valuable = churn_buyers(group=groups.VALUABLE_AT_RISK, limit=1)[0]
    assert valuable["at_stake"] == pytest.approx(0.79 * 300_000)


def test_the_page_of_buyers_at_risk_shows_groups_and_drivers(admin_client, market, clock, model):  # noqa: F811
    buyer = market.user()
    for order in (market.paid_order(buyer_id=buyer, total=300_000, created_at=seoul("2025-07-01 10:00")),):
        tell(payment_of_order(order))
    settle_all()
    rows("UPDATE user_profiles SET churn_risk = 0.7 WHERE user_id = %s RETURNING 1", [buyer])
    page = admin_client.get("/admin/analytics/churn/").content.decode()
    assert f"#{buyer}" in page
    assert "70.0%" in page
    assert next(one["text"] for one in churn_of(user_id=buyer)["drivers"] if one["direction"] == "raises") in page


def test_drift_is_noted_once_a_week_for_features_risks_and_outcome(market, clock, looks, monkeypatch):  # noqa: F811
    monkeypatch.setattr("xlcfi.artifacts.drift.ROWS_LEAST", 3)
    version = model_serves(deciles={"orders": [1.0] * 9})
    for _ in range(5):
        bought(market, market.user(), 150, 20)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE users")
    assert churn_drift_note() == 3
    assert churn_drift_note() == 0
    noted = {one.feature: one for one in ModelDrift.objects.filter(model_version=version)}
    assert set(noted) == {"orders", "risk", "outcome"}
    assert noted["outcome"].rows == 5


def clock_moved(clock, *, days):
    """The same clock so many days later."""
    return use_clock(FixedClock(clock.now() + timedelta(days=days)))
