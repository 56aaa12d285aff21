"""Anomalies and targets over HTTP."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.models import Anomaly, Series, Target
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint

pytestmark = pytest.mark.django_db
ANOMALIES, TARGETS = "/v1/analytics/anomalies", "/v1/analytics/targets"
NOVEMBER = {
    "name": "11월 매출",
    "metric": "net_revenue",
    "period": "month",
    "from": "2025-11-01",
    "amount": 1000000.5,
}


@pytest.fixture
def admin(clock, settings):
    settings.RATE_LIMIT_PER_MINUTE = 0
    return {"X-Internal-Token": internal_token_mint(), "X-User-Id": "5", "X-User-Roles": "ADMIN"}


def asked(path, headers, method="get", **more):
    if method == "post":
        more = {"data": json.dumps(more["body"]), "content_type": "application/json"}
    answer = getattr(Client(), method)(path, headers=headers, **more)
    body = json.loads(answer.content)
    return answer.status_code, body["data"] if body["success"] else body["error"]


def odd(number, *, series=Series.ORDERS_DAY, **more):
    at = seoul(f"2025-11-{number:02}")
    given = {"series": series, "at": at, "day": at.date(), "value": 20, "expected": 100, "low": 60, "high": 150}
    return Anomaly.objects.create(**{**given, "score": -7.123456, "direction": "low", "found_at": at, **more})


def test_anomalies_come_newest_first_page_by_page(admin):
    made = [odd(number) for number in (3, 5, 9, 12)]
    odd(9, series=Series.VIEWS_DAY)
    odd(15, withdrawn_at=seoul("2025-11-16"))
    odd(1)
    path = f"{ANOMALIES}?from=2025-11-02&to=2025-11-20&series=orders_day&limit=3"
    status, first = asked(path, admin)
    assert status == 200
    assert [item["id"] for item in first["items"]] == [each.id for each in made[:0:-1]]
    _, second = asked(f"{path}&cursor={first['next']}", admin)
    assert ([item["id"] for item in second["items"]], second["next"]) == ([made[0].id], None)
    item = first["items"][0]
    assert item == {
        "id": made[3].id,
        "series": "orders_day",
        "seller_id": None,
        "at": "2025-11-12T00:00:00+09:00",
        "day": "2025-11-12",
        "hour": None,
        "value": 20,
        "expected": 100,
        "low": 60,
        "high": 150,
        "score": -7.12,
        "direction": "low",
        "found_at": "2025-11-12T00:00:00+09:00",
        "acknowledged_by": None,
        "acknowledged_at": None,
        "note": "",
    }


def test_an_answer_says_up_to_when_each_series_was_looked_through(admin):
    _, answer = asked(ANOMALIES, admin)
    assert set(answer) == {"items", "next", "checked_until", "as_of", "completeness"}
    assert answer["checked_until"] == dict.fromkeys(Series.values)
    assert answer["as_of"] == "2025-11-20T10:15:00+09:00"


def test_a_page_of_many_anomalies_costs_as_many_statements_as_one_of_few(admin):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            asked(f"{ANOMALIES}?limit=50", admin)
        return len(seen)

    few = cost()
    for number in range(1, 20):
        odd(number)
    assert cost() == few == 3


def test_a_target_is_made_once_and_told_with_its_progress(admin):
    status, made = asked(TARGETS, admin, "post", body=NOVEMBER)
    assert status == 201
    again, same = asked(TARGETS, admin, "post", body={**NOVEMBER, "from": "2025-11-30"})
    assert (again, same["id"], Target.objects.count()) == (200, made["id"], 1)
    assert {name: made[name] for name in ("name", "metric", "scope", "scope_id", "currency", "owner", "status")} == {
        "name": "11월 매출",
        "metric": "net_revenue",
        "scope": "all",
        "scope_id": None,
        "currency": "KRW",
        "owner": "user:5",
        "status": "at_risk",
    }
    assert made["period"] == {"name": "month", "from": "2025-11-01", "to": "2025-11-30"}
    assert set(made["progress"]) == {"actual", "share", "expected", "forecast", "elapsed", "weighted_by"}
    assert [alert["status"] for alert in made["alerts"]] == ["at_risk"]
    status, one = asked(f"{TARGETS}/{made['id']}", admin)
    assert (status, one["amount"], one["latest_alert"]) == (200, 1000000.5, made["alerts"][0])


def test_targets_come_page_by_page_and_by_status_for_as_many_statements(admin):
    for month in range(1, 8):
        asked(TARGETS, admin, "post", body={**NOVEMBER, "name": f"{month}", "from": f"2026-{month:02}-01"})
    _, first = asked(f"{TARGETS}?limit=4", admin)
    _, second = asked(f"{TARGETS}?limit=4&cursor={first['next']}", admin)
    assert [item["name"] for item in first["items"] + second["items"]] == list("7654321")
    assert second["next"] is None
    assert asked(f"{TARGETS}?status=missed", admin)[1]["items"] == []
    with CaptureQueriesContext(connection) as seen:
        asked(f"{TARGETS}?limit=100", admin)
    # The targets, their days, their latest alerts, and how complete the figures are.
    assert len(seen) == 4


def test_a_target_is_removed_once(admin):
    _, made = asked(TARGETS, admin, "post", body=NOVEMBER)
    assert asked(f"{TARGETS}/{made['id']}", admin, "delete") == (200, {"id": made["id"], "deleted": True})
    assert asked(f"{TARGETS}/{made['id']}", admin, "delete")[0] == 404
    assert asked(f"{TARGETS}/{made['id']}", admin)[0] == 404


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("metric", {"metric": "profit"}),
        ("scope_id", {"scope": "seller"}),
        ("scope_id", {"scope": "product", "scope_id": 0}),
        ("period", {"period": "week"}),
        ("from", {"from": "2025-13-01"}),
        ("from", {"from": "1999-01-01"}),
        ("to", {"period": "custom"}),
        ("amount", {"amount": -5}),
        ("amount", {"amount": "1e400"}),
        ("currency", {"currency": "won"}),
        ("owner", {"owner": "somebody"}),
    ],
)
def test_a_target_that_can_not_be_is_refused_by_its_field(admin, field, wrong):
    status, error = asked(TARGETS, admin, "post", body={**NOVEMBER, **wrong})
    assert (status, error["code"]) == (400, "INVALID_INPUT")
    assert field in error["details"]["fields"]


@pytest.mark.parametrize(
    "query",
    ["series=sales", "from=2025-11-05&to=2025-11-01", "cursor=abc", "limit=0", "limit=1000", "page=2", "cursor=W10"],
)
def test_a_question_about_anomalies_that_can_not_be_is_refused(admin, query):
    assert asked(f"{ANOMALIES}?{query}", admin)[1]["code"] == "INVALID_INPUT"


def test_a_cursor_of_another_list_is_refused(admin):
    for month in (1, 2):
        asked(TARGETS, admin, "post", body={**NOVEMBER, "from": f"2026-{month:02}-01"})
    cursor = asked(f"{TARGETS}?limit=1", admin)[1]["next"]
    assert cursor
    assert asked(f"{ANOMALIES}?cursor={cursor}", admin)[0] == 400


@pytest.mark.parametrize("prefix", ["", "/api"])
@pytest.mark.parametrize("path", [ANOMALIES, TARGETS, f"{TARGETS}/1", "/v1/analytics/glossary"])
def test_only_admins_and_services_see_them(admin, prefix, path):
    token = {"X-Internal-Token": internal_token_mint()}
    for roles in ("BUYER", "SELLER", ""):
        assert asked(prefix + path, {**token, "X-User-Id": "5", "X-User-Roles": roles})[0] == 403
    assert asked(prefix + path, {})[0] == 401
    assert asked(prefix + path, {**token, "X-Forwarded-For": "203.0.113.9"})[0] == 401
    assert asked(prefix + path, token)[0] in (200, 404)


def test_a_seller_can_make_and_remove_no_target(admin):
    seller = {**admin, "X-User-Roles": "SELLER"}
    assert asked(TARGETS, seller, "post", body=NOVEMBER)[0] == 403
    target = Target.objects.create(
        name="t", metric="orders", period="month", first=date(2025, 11, 1), last=date(2025, 11, 30), amount=5
    )
    assert asked(f"{TARGETS}/{target.id}", seller, "delete")[0] == 403
    assert Target.objects.filter(id=target.id).exists()


def test_the_glossary_tells_every_figure_in_both_languages_and_is_searched(admin):
    status, whole = asked("/v1/analytics/glossary", admin)
    entries = {entry["key"]: entry for subject in whole["subjects"] for entry in subject["entries"]}
    assert (status, whole["count"]) == (200, len(entries))
    assert entries["net_revenue"]["name"] == {"ko": "순매출", "en": "Net revenue"}
    assert set(entries["gross"]) == {"key", "name", "meaning", "formula", "sources", "sql", "places"}
    assert ":from" in entries["gross"]["sql"]
    _, found = asked("/v1/analytics/glossary?q=코호트", admin)
    assert {entry["key"] for subject in found["subjects"] for entry in subject["entries"]} >= {"cohort", "retention"}
    assert asked("/v1/analytics/glossary?q=nothing+like+it", admin)[1] == {"count": 0, "subjects": []}
    assert asked("/v1/analytics/glossary?word=x", admin)[0] == 400


def test_the_glossary_reads_no_table(admin):
    with CaptureQueriesContext(connection) as seen:
        asked("/v1/analytics/glossary", admin)
    assert len(seen) == 0
