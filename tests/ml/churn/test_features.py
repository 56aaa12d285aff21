"""Features of buyers at a cut-off, worked out by hand."""

import numpy as np
import pytest

from ml.churn.features import features_at
from ml.churn.fitting import TooLittle, churn_fit, cuts_of
from ml.churn.orders import buyers_before, stayed_away
from tests.ml.churn.made import RHYTHM, drawn, orders_by_hand

# Day 17,500 was a Thursday at midnight, the 30th of November 2017.
BUYER = ((0, 17_500.5, 10.0), (0, 17_510.5, 20.0), (0, 17_540.5, 60.0), (0, 17_541.5, -15.0))
CUT = 17_550.0


def table(*rows, cut=CUT):
    orders = orders_by_hand(*rows)
    return features_at(orders, buyers_before(orders, cut), cut=cut, rhythm=RHYTHM, horizon=90.0)


def test_features_of_a_buyer_with_three_orders_and_a_return():
    found = {name: table(*BUYER).column(name)[0] for name in (
        "recency", "orders", "spent", "tenure", "mean_order", "gap_mean", "gap_median", "gap_last", "gap_longest",
        "gap_spread", "orders_30", "orders_60", "returned_share", "returns", "weekend_share", "hour",
    )}  # fmt: skip
    assert found == {
        "recency": 9.5, "orders": 3.0, "spent": 90.0, "tenure": 49.5, "mean_order": 30.0, "gap_mean": 20.0,
        "gap_median": 20.0, "gap_last": 30.0, "gap_longest": 30.0, "gap_spread": 0.5, "orders_30": 1.0,
        "orders_60": 3.0, "returned_share": pytest.approx(1 / 6), "returns": 1.0,
        "weekend_share": pytest.approx(1 / 3), "hour": 12.0,
    }  # fmt: skip


def test_nothing_of_a_later_moment_enters():
    later = ((0, CUT, 500.0), (0, CUT + 3, -500.0), (1, CUT + 1, 5.0))
    before, after = table(*BUYER, (1, 17_520.0, 7.0)), table(*BUYER, (1, 17_520.0, 7.0), *later)
    assert np.array_equal(before.values, after.values)


def test_somebody_who_only_gave_something_back_is_no_buyer():
    orders = orders_by_hand((0, 1.0, 5.0), (1, 1.0, -5.0), (2, 9.0, 5.0))
    assert buyers_before(orders, 5.0).tolist() == [0]


def test_who_orders_on_the_last_moment_of_the_horizon_has_come_back_and_later_not():
    orders = orders_by_hand(
        (0, 1.0, 5.0), (0, 99.999, 5.0), (1, 1.0, 5.0), (1, 100.0, 5.0), (2, 1.0, 5.0), (2, 20.0, -5.0)
    )
    assert stayed_away(orders, np.array([0, 1, 2]), cut=10.0, days=90.0).tolist() == [False, True, True]


def test_labels_of_the_cut_offs_to_learn_from_are_known_by_the_last_moment():
    assert cuts_of(0.0, 365.0, horizon=90.0) == [275.0, 185.0, 95.0]
    assert cuts_of(0.0, 92.0, horizon=90.0) == []


def test_too_few_buyers_are_refused_by_a_sentence():
    with pytest.raises(TooLittle, match="buyers had an order before the cut-off"):
        churn_fit(drawn(20), [200.0], horizon=90.0)
