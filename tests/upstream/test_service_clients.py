"""The calls the clients make, and how they are counted."""

import pytest

from tests.upstream.java_server import (
    FAULTS,
    answer,
    missing,
    product,
)
from xlcfi.observability.metrics import REGISTRY
from xlcfi.upstream.errors import (
    NotConfigured,
    UpstreamError,
)
from xlcfi.upstream.java_products import java_product_fetch, java_products_fetch
from xlcfi.upstream.members import member_history


def fetch(*ids):
    return java_products_fetch(product_ids=ids or (1, 2))


def test_calls_are_counted_by_outcome(java):
    def count(outcome):
        labels = {"service": "product", "outcome": outcome}
        return REGISTRY.get_sample_value("analytics_upstream_calls_total", labels) or 0

    before = {outcome: count(outcome) for outcome in ("ok", "error", "rejected")}
    fetch(1)
    java.plan = [FAULTS["answers broken JSON"], missing]
    for _ in range(2):
        with pytest.raises(UpstreamError):
            fetch(1)
    assert {outcome: count(outcome) - was for outcome, was in before.items()} == {"ok": 1, "error": 1, "rejected": 1}


def test_one_product_is_asked_for_by_its_public_path(java):
    java.otherwise = answer({"success": True, "data": product(7)})
    assert java_product_fetch(product_id=7)["name"] == "java 7"
    assert (java.received[0].method, java.received[0].path) == ("GET", "/api/products/7")
    java.otherwise = missing
    assert java_product_fetch(product_id=8) is None


def test_a_members_history_goes_with_the_shared_secret(java):
    java.otherwise = answer({"success": True, "data": {"memberId": 4, "orders": []}})
    assert member_history(member_id=4) == {"memberId": 4, "orders": []}
    (request,) = java.received
    assert (request.method, request.path) == ("GET", "/api/v1/members/4/history")
    assert request.headers["X-Internal-Secret"] == "a-shared-secret-of-tests"
    java.otherwise = missing
    assert member_history(member_id=5) is None


def test_an_unknown_product_or_member_is_a_normal_answer_and_no_failure(java):
    java.otherwise = missing
    for _ in range(10):
        assert member_history(member_id=5) is None
        assert java_product_fetch(product_id=5) is None


def test_without_url_or_secret_nothing_is_asked(java, settings):
    settings.INTERNAL_SHARED_SECRET = ""
    with pytest.raises(NotConfigured):
        member_history(member_id=1)
    settings.JAVA_MEMBER_SERVICE_URL = settings.JAVA_PRODUCT_SERVICE_URL = ""
    for ask in (lambda: member_history(member_id=1), fetch):
        with pytest.raises(NotConfigured):
            ask()
    assert java.received == []
