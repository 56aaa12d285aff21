"""How large orders are: counted by day, and mended like every other sum."""

from decimal import Decimal
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.selectors.products.baskets import median_size, next_edge
from analytics.services.baskets import baskets_fold
from analytics.services.rollups import rollups_fold
from tests.analytics import plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.products.conftest import rebuild, user
from tests.analytics.telling import payment_of_order, tell
from tests.analytics.test_rebuild import Story
from tests.factories import seoul
from xlcfi.clock import FixedClock, use_clock

pytestmark = pytest.mark.django_db

AT = seoul("2025-11-20 09:00")


def told(market, *items, total=None, at=AT, currency="KRW"):
    """An order that an event tells of, counted as the consumers do."""
    lines = [(market.product(), quantity, price) for quantity, price in items]
    order = market.paid_order(items=lines, total=total, created_at=at, currency=currency)
    tell(payment_of_order(order))
    return order


def count():
    while rollups_fold():
        pass
    while baskets_fold():
        pass


def kept():
    return rows("SELECT day, currency, measure, size, orders, total FROM basket_days ORDER BY 1, 2, 3, 4")


def test_means_and_medians_by_hand(market, clock, ask):
    told(market, (1, 1_000))
    told(market, (2, 1_000), (1, 500))
    told(market, (1, 100), (1, 100), (1, 100), total=280)
    told(market, (9, 9), currency="USD")
    count()
    answer = ask("analytics/baskets?period=day")
    assert answer["orders"] == 3
    assert answer["lines"] == {
        "mean": 2,
        "median": 2,
        "histogram": [{"size": size, "orders": 1} for size in (1, 2, 3)],
    }
    assert answer["units"] == {
        "mean": 2.33,
        "median": 3,
        "histogram": [{"size": 1, "orders": 1}, {"size": 3, "orders": 2}],
    }
    assert answer["value"]["mean"] == 1_260
    assert answer["value"]["histogram"] == [
        {"from": 250, "to": 300, "orders": 1},
        {"from": 1_000, "to": 1_200, "orders": 1},
        {"from": 2_500, "to": 3_000, "orders": 1},
    ]
    assert 1_000 <= answer["value"]["median"] < 1_200
    assert ask("analytics/baskets?period=day&currency=USD")["units"]["median"] == 9


def test_nothing_sold_is_no_mean(market, clock, ask):
    answer = ask("analytics/baskets")
    assert (answer["orders"], answer["lines"]["mean"], answer["value"]["median"]) == (0, None, None)


def test_an_order_whose_lines_nobody_told_has_none_and_one_that_cost_nothing_is_worth_nothing(market, clock, ask):
    market.paid_order(items=[], total=700, created_at=AT)
    market.paid_order(items=[(market.product(), 1, 0)], total=0, created_at=AT)
    rebuild("basket-days")
    answer = ask("analytics/baskets?period=day")
    assert [one["size"] for one in answer["lines"]["histogram"]] == [0, 1]
    assert [one["from"] for one in answer["value"]["histogram"]] == [0, 600]


def test_a_later_sale_counts_with_the_next_look_and_what_is_counted_is_not_counted_again(market, clock):
    told(market, (1, 1_000))
    count()
    before = kept()
    assert baskets_fold() == 0
    told(market, (1, 1_000))
    while rollups_fold():
        pass
    assert baskets_fold(recent=True) == 1
    assert [row[4] for row in kept()] == [2, 2, 2]
    rows("UPDATE orders SET status = 'PENDING' RETURNING 1")
    last = rows("SELECT MAX(id) FROM orders")[0]
    rows("UPDATE payments SET status = 'FAILED', paid_at = NULL WHERE order_id = %s RETURNING 1", last)
    rows("UPDATE order_facts SET told_at = NULL RETURNING 1")
    rebuild()
    count()
    assert kept() == before


def test_yesterday_is_recent_and_last_week_is_found_by_the_whole_look(market, clock):
    told(market, (1, 1_000), at=seoul("2025-11-19 00:00"))
    told(market, (1, 1_000), at=seoul("2025-11-12 23:59:59.999999"))
    while rollups_fold():
        pass
    assert baskets_fold(recent=True) == 1
    assert len(kept()) == 3
    assert baskets_fold() == 1
    assert len(kept()) == 6


@pytest.mark.parametrize("seed", [31, 32])
def test_a_market_told_by_events_is_counted_as_plain_sql_counts_it_and_rebuilt_identically(market, ask, seed):
    story = Story(market, seed)
    story.told()
    count()
    first = kept()
    with use_clock(FixedClock(seoul("2024-04-01"))):
        answer = ask("analytics/baskets?from=2024-02-29&to=2024-03-15")
    orders = plain_sql.rows(f"""SELECT COUNT(DISTINCT i.product_id), SUM(i.quantity)::int, o.total
        FROM orders o JOIN order_items i ON i.order_id = o.id WHERE {plain_sql.PAID} AND o.currency = 'KRW'
        AND o.created_at >= '2024-02-29' AND o.created_at < '2024-03-16' GROUP BY o.id""")
    assert answer["orders"] == len(orders)
    for place, measure in ((0, "lines"), (1, "units")):
        sizes = [order[place] for order in orders]
        assert answer[measure]["median"] == median(sizes)
        assert answer[measure]["mean"] == pytest.approx(mean(sizes), abs=0.0051)
    worths = sorted(order[2] for order in orders)
    assert answer["value"]["mean"] == pytest.approx(float(mean(worths)), abs=0.0051)
    for part in answer["value"]["histogram"]:
        assert part["orders"] == sum(part["from"] <= worth < part["to"] for worth in worths)
    assert sum(part["orders"] for part in answer["value"]["histogram"]) == len(orders)
    assert answer["value"]["median"] == pytest.approx(float(median(worths)), rel=0.34)
    rebuild("basket-days")
    assert kept() == first
    rows("UPDATE basket_days SET orders = orders + 1 RETURNING 1")
    wrong = "('2024-02-10', 'KRW', 'L', 77, 1, 77), ('2031-01-01', 'KRW', 'L', 1, 1, 1)"
    rows(f"INSERT INTO basket_days VALUES {wrong} RETURNING 1")
    rebuild("basket-days")
    assert kept() == first


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_the_median_of_counted_sizes_is_the_median(sizes):
    counted = [(size, sizes.count(size), Decimal()) for size in sorted(set(sizes))]
    assert median_size(counted) == Decimal(median(sizes))


def test_classes_of_worth_follow_each_other_without_a_gap():
    edge, seen = 0, []
    while edge < 10_000_000:
        seen.append(edge)
        edge = next_edge(edge)
    assert seen[:14] == [*range(11), 12, 15, 20]
    assert {100, 1_000, 1_200, 80_000, 5_000_000} <= set(seen)


def test_it_is_for_admins_and_services(client, db):
    for who, status in ((user(5, "SELLER"), 403), (user(5, "BUYER"), 403), (user(5, "ADMIN"), 200), (None, 401)):
        assert client.get("/v1/analytics/baskets", headers=who).status_code == status
