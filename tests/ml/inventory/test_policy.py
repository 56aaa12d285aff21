"""Reorder points, expiry and the replay, by figures worked out by hand."""

from datetime import date

import numpy as np
import pytest

from ml.inventory.expiry import expiring, lots_left
from ml.inventory.policy import Supply, expected_shortage, order_of, plan_of, spread_over
from ml.inventory.simulation import replay

TODAY = date(2025, 11, 20)


def supply(**changes):
    given = {"lead_days": 6.0, "level": 0.95, "least_order": 1.0, "shelf_days": np.inf} | changes
    return Supply(**{name: np.array([value], dtype=float) for name, value in given.items()})


def test_the_shortage_of_exponential_demand_is_what_calculus_says():
    # Mean and deviation alike: E[(D - s)+] = mean * exp(-s / mean).
    one = np.array([10.0])
    for stock in (0.0, 5.0, 20.0):
        assert expected_shortage(np.array([stock]), one, one) == pytest.approx([10 * np.exp(-stock / 10)])


def test_the_reorder_point_leaves_no_more_unmet_than_asked_for():
    # A cycle sells 70; a twentieth of it, 3.5 units, may be missed: 10 * exp(-s / 10) = 3.5 at s = 10.498.
    ten = np.array([10.0])
    plan = plan_of(mean=ten, deviation=ten, daily=ten, supply=supply())
    assert plan.reorder_point.tolist() == [11]
    assert plan.safety_stock.tolist() == [1]
    assert plan.order_to.tolist() == [81]
    assert order_of(np.array([12.0]), plan, supply()).tolist() == [0]
    assert order_of(np.array([11.0]), plan, supply()).tolist() == [70]
    assert order_of(np.array([11.0]), plan, supply(least_order=100.0)).tolist() == [100]


def test_nobody_orders_more_than_is_sold_while_goods_keep():
    ten = np.array([10.0])
    plan = plan_of(mean=ten, deviation=ten, daily=ten, supply=supply(shelf_days=3.0))
    assert plan.order_to.tolist() == [30]


def test_what_nobody_buys_is_not_ordered():
    nothing = np.array([0.0])
    plan = plan_of(mean=nothing, deviation=nothing, daily=nothing, supply=supply())
    assert order_of(nothing, plan, supply()).tolist() == [0]


def test_spread_grows_between_the_root_of_the_days_and_the_days():
    days, week = np.array([28.0]), np.array([7.0])
    assert spread_over(days, week, np.array([14.0])) == pytest.approx([14.0])
    assert spread_over(days, week, np.array([5.0])) == pytest.approx([14.0])
    assert spread_over(days, week, np.array([99.0])) == pytest.approx([28.0])


def test_what_is_left_is_the_newest_and_what_no_rise_explains_was_there_before():
    rises = [(date(2025, 11, 3), 20), (date(2025, 11, 15), 30)]
    first = date(2025, 11, 1)
    assert lots_left(stock=40, rises=rises, unseen_since=first) == [(date(2025, 11, 3), 10), (date(2025, 11, 15), 30)]
    assert lots_left(stock=60, rises=rises, unseen_since=first)[0] == (first, 10)
    assert lots_left(stock=0, rises=rises, unseen_since=first) == []


def test_what_is_not_sold_by_its_last_day_expires_and_the_next_lot_is_sold_after_it():
    lots = [(date(2025, 11, 17), 10), (date(2025, 11, 19), 6)]
    # Five days: the first lot may be sold today and tomorrow (4 of 10), the second two days longer (4 of 6).
    assert expiring(lots=lots, shelf_days=5, today=TODAY, demand=[2.0] * 30) == (8, date(2025, 11, 21))
    assert expiring(lots=lots, shelf_days=30, today=TODAY, demand=[2.0] * 30) == (0, None)
    # It kept until yesterday: all of it is lost today.
    assert expiring(lots=[(date(2025, 11, 15), 3)], shelf_days=5, today=TODAY, demand=[9.0] * 30) == (3, TODAY)


def test_a_replay_sells_what_is_there_and_receives_after_the_lead_time():
    wanted = np.array([[2.0, 2, 2, 2, 2]])
    found = replay(wanted, supply(lead_days=1.0), lambda day: (np.array([1.0]), np.array([5.0])), start=np.array([4.0]))
    # Nights: 2, 0 (orders 5, which come on the morning of the fourth day), 0, 3, 1: 8 of 10 are met.
    assert found.fill == pytest.approx(0.8)
    assert found.stock == pytest.approx((2 + 0 + 0 + 3 + 1) / 5)
