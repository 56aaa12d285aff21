"""A purchase follows from the last answer that showed the product, within seven days of Seoul."""

import pytest

from tests.analytics.plain_sql import rows
from tests.recommendations.feedback.story import one, paid, served, work_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(market):
    return market.user()


@pytest.fixture
def goods(market):
    return [market.product() for _ in range(4)]


def converted():
    return rows("SELECT request_id, product_id, revenue FROM recommendation_conversions ORDER BY order_id, product_id")


@pytest.mark.parametrize(
    ("shown", "bought", "counts"),
    [
        ("2025-11-01 00:00:00", "2025-11-08 23:59:59.999999", True),
        ("2025-11-01 23:59:59.999999", "2025-11-08 23:59:59.999999", True),
        ("2025-11-01 23:59:59.999999", "2025-11-09 00:00:00", False),
        ("2025-11-01 12:00:00", "2025-11-01 12:00:00", True),
        ("2025-11-01 12:00:00.000001", "2025-11-01 12:00:00", False),
    ],
)
def test_the_seventh_day_ends_at_midnight_in_seoul_and_no_answer_explains_what_was_bought_before(
    market, user, goods, shown, bought, counts
):
    request = served(goods[0], user=user, at=shown)
    paid(market, user, (goods[0], 1, 5_000), at=bought)
    work_out()
    assert converted() == ([(request, goods[0], 5_000)] if counts else [])


def test_of_two_answers_before_a_purchase_the_last_gets_it_and_only_for_what_it_showed(market, user, goods):
    first = served(goods[0], goods[1], user=user, at="2025-11-01 10:00", algorithm="a")
    second = served(goods[0], goods[2], user=user, at="2025-11-02 10:00", algorithm="b")
    served(goods[0], user=user, at="2025-11-04 10:00", algorithm="c")
    paid(market, user, (goods[0], 1, 3_000), (goods[1], 1, 2_000), (goods[3], 1, 1_000), at="2025-11-03 10:00")
    work_out()
    assert converted() == [(second, goods[0], 3_000), (first, goods[1], 2_000)]


def test_an_answer_that_is_told_of_late_takes_the_purchase_over(market, user, goods):
    first = served(goods[0], user=user, at="2025-11-01 10:00")
    paid(market, user, (goods[0], 1, 3_000), at="2025-11-03 10:00")
    work_out()
    assert converted() == [(first, goods[0], 3_000)]
    second = served(goods[0], user=user, at="2025-11-02 10:00")
    work_out()
    assert converted() == [(second, goods[0], 3_000)]
    found = rows("SELECT day::text, conversions, people_converted, revenue FROM recommendation_days ORDER BY 1")
    assert found == [("2025-11-01", 0, 0, 0), ("2025-11-02", 1, 1, 3_000)]


def test_the_revenue_of_a_product_is_its_part_of_what_was_paid_to_the_last_won(market, user, goods):
    served(*goods, user=user, at="2025-11-01 10:00")
    lines = [(product, 1, 1_000) for product in goods[:3]]
    paid(market, user, *lines, at="2025-11-01 11:00", total=1_000)
    work_out()
    assert [revenue for *_, revenue in converted()] == [334, 333, 333]


def test_a_refund_leaves_the_conversion_and_is_shown_beside_it(market, user, goods):
    served(goods[0], user=user, at="2025-11-01 10:00")
    order = paid(market, user, (goods[0], 2, 3_000), at="2025-11-01 11:00")
    work_out()
    names = "conversions, refunded, revenue, refunded_revenue"
    before = {"conversions": 1, "refunded": 0, "revenue": 6_000, "refunded_revenue": 0}
    assert one("recommendation_days", names) == before

    from recommendations.services.reconcile import baskets_reconcile

    market.sql("UPDATE orders SET status = 'REFUNDED' WHERE id = %s", [order])
    market.sql("UPDATE payments SET status = 'REFUNDED' WHERE order_id = %s", [order])
    baskets_reconcile(order_ids=[order])
    work_out()
    assert one("recommendation_days", names) == before | {"refunded": 1, "refunded_revenue": 6_000}
    baskets_reconcile(order_ids=[order])
    assert rows("SELECT COUNT(*) FROM recommendation_touches") == [(0,)]


def test_money_of_another_currency_is_a_conversion_and_no_revenue_in_won(market, user, goods):
    served(goods[0], user=user, at="2025-11-01 10:00")
    paid(market, user, (goods[0], 1, "12.50"), at="2025-11-01 11:00", currency="USD")
    work_out()
    found = one("recommendation_days", "conversions, foreign_conversions, revenue, people_converted")
    assert found == {"conversions": 1, "foreign_conversions": 1, "revenue": 0, "people_converted": 1}


def test_a_visitor_who_signs_in_stays_a_visitor_in_what_was_seen_before(market, user, goods):
    served(goods[0], visitor="session-1", at="2025-11-01 10:00")
    paid(market, user, (goods[0], 1, 3_000), at="2025-11-01 11:00")
    work_out()
    assert converted() == []
    assert one("recommendation_days", "people, members, people_converted") == {
        "people": 1,
        "members": 0,
        "people_converted": 0,
    }


def test_an_order_that_no_event_told_of_counts_when_it_is_found(market, user, goods):
    from recommendations.services.rebuild import recent_baskets_settle

    request = served(goods[0], user=user, at="2025-11-01 10:00")
    paid(market, user, (goods[0], 1, 3_000), at="2025-11-01 11:00", event=False)
    recent_baskets_settle(on_change=lambda users: None)
    work_out()
    assert converted() == [(request, goods[0], 3_000)]
