"""The classes and segments, figure by figure; the score by hand."""

from decimal import Decimal

import pytest

from analytics import rfm
from analytics.buyer_score import POINTS, buyer_score
from tests.analytics.people_by_hand import segment


@pytest.mark.parametrize(
    ("days", "found"),
    [(0, 5), (30, 5), (31, 4), (60, 4), (61, 3), (120, 3), (121, 2), (240, 2), (241, 1), (364, 1), (365, 0), (None, 0)],
)
def test_recency_has_fixed_cut_points(days, found):
    assert rfm.recency_class(days) == found


@pytest.mark.parametrize(
    ("orders", "found"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (7, 4), (8, 5), (900, 5)]
)
def test_frequency_has_fixed_cut_points(orders, found):
    assert rfm.frequency_class(orders) == found


@pytest.mark.parametrize(
    ("net", "found"),
    [(-5, 1), (0, 1), (49_999, 1), (50_000, 2), (99_999, 2), (100_000, 3), (200_000, 4), (399_999, 4), (400_000, 5)],
)
def test_money_has_fixed_cut_points(net, found):
    assert rfm.money_class(Decimal(net), orders=1) == found
    assert rfm.money_class(Decimal(net), orders=0) == 0


def test_every_pair_of_classes_has_one_segment_and_every_segment_some_pair():
    named = {(r, f): rfm.segment_of(r, f) for r in range(1, 6) for f in range(1, 6)}
    assert named == {pair: segment(*pair) for pair in named}
    assert rfm.segment_of(0, 0) == "lost"
    assert set(named.values()) | {"lost"} == set(rfm.SEGMENTS)
    for name in rfm.SEGMENTS:
        assert {rfm.segment_of(*pair) for pair in rfm.classes_of(name)} == {name}
    assert rfm.classes_of("champions") == [(5, 4), (5, 5)]
    assert rfm.classes_of("lost") == [(0, 0)]


def test_the_score_is_the_sum_of_its_parts_from_0_to_100():
    assert sum(POINTS.values()) == 100
    assert buyer_score(recency=0, frequency=0, money=0, categories=0, reviews=0).value == 0
    assert buyer_score(recency=5, frequency=5, money=5, categories=5, reviews=5).value == 100
    assert buyer_score(recency=5, frequency=5, money=5, categories=99, reviews=99).value == 100
    # 3/5 of 30, 2/5 of 25, 4/5 of 25, 3/5 of 10, 1/5 of 10
    found = buyer_score(recency=3, frequency=2, money=4, categories=3, reviews=1)
    assert found.parts == {"recency": 18.0, "frequency": 10.0, "money": 20.0, "categories": 6.0, "reviews": 2.0}
    assert found.value == 56.0
