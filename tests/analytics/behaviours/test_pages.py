"""The analysts' pages about the funnel and about operations."""

import pytest

from analytics.admin.durations import duration
from tests.analytics.behaviours.acting import cancelled, happens, placed, view
from tests.analytics.telling import payment_of_order, rebuild
from tests.console.people import member_of
from tests.factories import seoul
from xlcfi.platform.selectors import sources_forget

pytestmark = pytest.mark.django_db

FUNNEL, OPERATIONS = "/admin/analytics/funnel/", "/admin/analytics/operations/"


@pytest.fixture
def shop(market, clock, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    at = seoul("2025-11-19 10:00")
    buyer, product = market.user(), market.product(name="포기김치")
    order = market.paid_order(buyer_id=buyer, items=[(product, 1, 7_000)], created_at=at)
    market.delivery(order, requested_at=at, delivered_at=seoul("2025-11-20 09:30"))
    market.user_coupon(status="USED", order_id=order, coupon_id=market.coupon(name="환영"), used_at=at, issued_at=at)
    rebuild()
    happens(view(buyer, product, at), view(None, product, at), placed(order, buyer, at), payment_of_order(order))
    happens(cancelled(order, at, reason="단순 변심"), cancelled(order + 1, at))
    return market


@pytest.fixture
def analyst(client, db):
    client.force_login(member_of("analyst"))
    return client


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("path", "words"),
    [(FUNNEL, ["포기김치", "100.0", "funnel-steps"]), (OPERATIONS, ["CARD", "단순 변심", "환영", "7,000"])],
)
def test_a_page_shows_the_figures_in_both_languages(analyst, shop, path, words, language):
    page = analyst.get(path, headers={"Accept-Language": language})
    text = page.content.decode()
    assert page.status_code == 200
    assert [word for word in words if word not in text] == []
    lead_time = {"ko": "23시간 30분", "en": "23 h 30 min"}[language]
    assert (lead_time in text) == (path == OPERATIONS)


@pytest.mark.parametrize("path", [FUNNEL, OPERATIONS])
def test_a_page_of_an_empty_market_opens_and_is_saved_too(analyst, path):
    assert analyst.get(path, {"period": "year"}).status_code == 200
    saved = analyst.get(path, {"export": "csv", "period": "week"})
    assert b"".join(saved.streaming_content).decode().count("\n") >= 7


def test_what_is_not_deployed_is_said(analyst, shop):
    shop.sql("DROP TABLE blockchain_records")
    sources_forget()
    text = analyst.get(OPERATIONS, headers={"Accept-Language": "en"}).content.decode()
    assert "Not deployed on this platform: blockchain records." in text


@pytest.mark.parametrize("path", [FUNNEL, OPERATIONS])
def test_somebody_without_the_right_sees_neither(client, django_user_model, path):
    client.force_login(django_user_model.objects.create_user("new", password="x", is_staff=True))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_661, "1 h 1 min"), (90_000, "1 d 1 h")],
)
def test_times_are_told_in_two_units(seconds, words):
    assert duration(seconds) == words
