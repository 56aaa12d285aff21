"""The analysts' pages about buyers: what they show, in both languages, to whom, and as files."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from analytics.admin.people_words import BEHAVIOURS, SEGMENTS
from analytics.models import UserBehavior
from analytics.rfm import SEGMENTS as NAMES
from tests.analytics.people_by_hand import settle_all
from tests.analytics.plain_sql import rows
from tests.analytics.telling import payment_of_order, tell
from tests.factories import seoul

pytestmark = pytest.mark.django_db

PAGES = ["segments/", "segments/new/", "cohorts/", "newcomers/"]


def somebody(*rights):
    user = User.objects.create_user(f"analyst{User.objects.count()}", password="not-used-here", is_staff=True)
    for right in rights:
        app, _, name = right.partition(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(db):
    return somebody("analytics.view_buyerstanding", "console.export_lists")


@pytest.fixture
def shop(market, clock, settings):
    settings.REBUILD_SETTLE_SECONDS = 0
    market.regular = market.user(name="김하나", email="hana@example.com")
    category = market.category(name="김치")
    product = market.product(category_id=category)
    for day in ("2025-09-01", "2025-10-01", "2025-11-19"):
        order = market.paid_order(
            buyer_id=market.regular, items=[(product, 1, 20_000)], created_at=seoul(f"{day} 10:00")
        )
        tell(payment_of_order(order))
    market.paid_order(buyer_id=market.regular, total="9.50", currency="USD", created_at=seoul("2025-11-18"))
    seller = market.user("SELLER")
    for _ in range(60):
        market.paid_order(seller_id=seller, items=[(product, 1, 1_000)], created_at=seoul("2025-11-18 10:00"))
    settle_all()
    return market


def text(client, path, language="en"):
    answer = client.get(f"/admin/analytics/{path}", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_segments_show_the_grid_the_bars_and_the_cut_points(analyst, shop):
    page = text(analyst, "segments/")
    assert "Buyers by recency and frequency" in page
    assert ">60</td>" in page
    assert "30 / 60 / 120 / 240 / 364" in page
    assert "/admin/analytics/segments/new/" in page
    assert "₩120,000" in page  # 60 * 1,000 + 3 * 20,000


def test_a_segments_buyers_come_page_by_page_and_lead_to_their_own(analyst, shop):
    first = text(analyst, "segments/new/")
    link = first.split('rel="next" href="')[1].split('"')[0]
    second = text(analyst, f"segments/new/{link}")
    assert first.count("/admin/analytics/people/") == 50
    assert second.count("/admin/analytics/people/") == 10
    assert 'rel="next"' not in second
    assert text(analyst, "segments/new/?cursor=broken").count("/admin/analytics/people/") == 50
    assert analyst.get("/admin/analytics/segments/rich/").status_code == 404


def test_cohorts_show_two_triangles_and_their_averages(analyst, shop):
    page = text(analyst, "cohorts/")
    assert "2025-09 (1)" in page
    assert "2025-11 (60)" in page
    assert page.count('<table class="console-table console-heat"') == 2
    assert "currency=USD" in page
    assert ">$9.5</td>" in text(analyst, "cohorts/?currency=USD")
    assert text(analyst, "cohorts/?currency=XXX&months=999").count("2025-09 (1)") == 2


def test_newcomers_are_compared_with_before(analyst, shop):
    page = text(analyst, "newcomers/?granularity=month")
    assert "First-time buyers" in page
    assert "2025-11" in page


def test_a_members_page_shows_figures_orders_and_deeds_but_no_name(analyst, shop):
    page = text(analyst, f"people/{shop.regular}/")
    assert f"Member #{shop.regular}" in page
    for shown in ("Potential loyalists", "2025-09", "₩60,000", "$9.50", "김치", "paid"):
        assert shown in page, shown
    assert "hana" not in page
    assert "김하나" not in page
    assert "/admin/platform/" not in page  # nor a way to what this analyst may not see
    richer = somebody("analytics.view_buyerstanding", "platform.view_user", "platform.view_order")
    assert f"/admin/platform/user/{shop.regular}/change/" in text(richer, f"people/{shop.regular}/")
    assert "/admin/platform/order/" in text(richer, f"people/{shop.regular}/")
    nobody = text(analyst, "people/987654321/")
    assert "Member #987654321" in nobody


def test_pages_are_there_in_korean_and_as_files_for_whoever_may(analyst, shop):
    looker, other = somebody("analytics.view_buyerstanding"), somebody()
    for path in PAGES:
        assert 'lang="ko"' in text(analyst, path, "ko")
        saved = analyst.get(f"/admin/analytics/{path}?export=csv")
        lines = b"".join(saved.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) > 1
        assert {line.count(",") for line in lines} == {lines[0].count(",")}
        assert looker.get(f"/admin/analytics/{path}?export=csv").status_code == 403
        assert other.get(f"/admin/analytics/{path}").status_code == 403
        assert Client().get(f"/admin/analytics/{path}").status_code == 302


def test_what_a_page_costs_does_not_grow_with_buyers(analyst, shop, django_assert_max_num_queries):
    for path, most in (("segments/", 14), ("segments/new/", 14), ("cohorts/", 18), ("newcomers/", 18)):
        text(analyst, path)
        with django_assert_max_num_queries(most):
            text(analyst, path)
    with django_assert_max_num_queries(24):
        text(analyst, f"people/{shop.regular}/")


def test_the_table_of_standings_is_there(analyst, shop):
    page = analyst.get(f"/admin/analytics/buyerstanding/?q={shop.regular}").content.decode()
    assert str(shop.regular) in page
    assert analyst.get(f"/admin/analytics/buyerstanding/{shop.regular}/change/").status_code == 200


def test_every_segment_and_every_behaviour_has_a_word():
    assert set(SEGMENTS) == set(NAMES)
    kinds = {value for name, value in vars(UserBehavior).items() if name.isupper() and isinstance(value, str)}
    assert kinds <= set(BEHAVIOURS)


def test_the_deeds_of_a_member_come_page_by_page(analyst, shop):
    rows(
        """INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
        SELECT 'v' || n, %s, 'view', '{"product_id": 1}', '2025-10-01'::timestamptz + n * interval '1 minute', 'v' || n
        FROM generate_series(1, 40) AS n RETURNING 1""",
        [shop.regular],
    )
    first = text(analyst, f"people/{shop.regular}/?type=view")
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(analyst, f"people/{shop.regular}/{link}")
    assert (first.count("product #1<"), second.count("product #1<")) == (30, 10)
