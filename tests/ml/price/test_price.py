"""Elasticities and prices on sales whose elasticity is known because the test made them."""

import numpy as np
import pytest

from ml.price.choosing import Rails, price_choose
from ml.price.elasticity import Wander, elasticity_fit
from ml.price.estimating import elasticities
from ml.price.pooling import pooled
from ml.price.spells import index_without, spells_of

WANDER = Wander(0.3, 0.9)


def sold(elasticity, *, weeks=60, mean=30.0, seed=0, changes=True):
    """(units, price) by day: the price changes every few weeks, or never."""
    rng = np.random.default_rng(seed)
    steps = np.repeat(rng.choice([0.85, 1.0, 1.15], weeks // 4), 4 * 7) if changes else np.ones(weeks * 7)
    price = np.round(10_000 * steps)
    return rng.poisson(mean / 7 * (price / 10_000) ** elasticity).astype(float), price


def test_a_change_of_price_within_a_week_makes_two_spells():
    price = np.array([100.0] * 10 + [90.0] * 4)
    found = spells_of(np.ones(14), price, np.full(14, 2.0), np.ones(14, dtype=bool))
    assert found.units.tolist() == [7.0, 3.0, 4.0]
    assert found.expected.tolist() == [14.0, 6.0, 8.0]
    assert found.week.tolist() == [0, 1, 1]
    assert found.log_price == pytest.approx([0.0, 0.0, np.log(0.9)])


def test_days_without_stock_say_nothing_about_demand():
    in_stock = np.array([True] * 7 + [False] * 7)
    found = spells_of(np.array([1.0] * 7 + [0.0] * 7), np.full(14, 100.0), np.ones(14), in_stock)
    assert found.units.tolist() == [7.0]
    with pytest.raises(ValueError, match="never on sale"):
        spells_of(np.ones(14), np.full(14, 100.0), np.ones(14), np.zeros(14, dtype=bool))


def test_the_elasticity_that_made_the_sales_is_found():
    units, price = sold(-2.0, mean=300.0)
    spells = spells_of(units, price, np.ones(len(units)), np.ones(len(units), dtype=bool))
    found = elasticity_fit(spells, prior=-1.0, prior_spread=3.0, wander=Wander(0.05, 0.9))
    assert abs(found.mean + 2.0) < 2.5 * found.error < 0.5


def test_a_price_that_never_changed_leaves_the_belief_as_it_was():
    units, price = sold(-2.0, changes=False)
    spells = spells_of(units, price, np.ones(len(units)), np.ones(len(units), dtype=bool))
    found = elasticity_fit(spells, prior=-1.3, prior_spread=0.7, wander=WANDER)
    assert (found.mean, found.error) == (pytest.approx(-1.3), pytest.approx(0.7))


def test_a_category_lends_most_to_the_product_of_which_least_is_known():
    found = pooled(np.array([-1.0, -1.0, -1.0, -4.0, -4.0]), np.array([0.2, 0.2, 0.2, 0.3, 3.0]), np.zeros(5, np.int64))
    assert -4.0 < found.mean[3] < found.mean[4] < -1.0
    assert found.error[4] < 3.0


def test_nothing_is_said_of_products_with_one_price_or_few_sales():
    rows = [sold(-2.0, seed=seed) for seed in range(6)]
    rows += [sold(-2.0, seed=7, changes=False), sold(-2.0, seed=8, mean=0.05)]
    units, price = (np.array(part) for part in zip(*rows, strict=True))
    found = elasticities(units, price, np.ones(units.shape, dtype=bool), np.zeros(8, dtype=np.int64))
    assert found.enough.tolist() == [True] * 6 + [False] * 2
    assert np.isnan(found.elasticity[6:]).all()
    assert np.abs(found.elasticity[:6] + 2.0).max() < 0.6


def test_the_best_price_is_the_known_one_of_constant_elasticity():
    # Cost 60, elasticity -3: the best price is 60 · 3 / 2 = 90, within the largest step from 100.
    found = price_choose(price=100.0, cost=60.0, elasticity=-3.0, error=0.01, rails=Rails())
    assert found.price == pytest.approx(90.0, abs=0.6)
    assert found.gain == pytest.approx((30 * 0.9**-3) / 40 - 1, abs=1e-3)
    assert found.aim == "profit"


def test_without_a_cost_the_aim_is_revenue_and_an_inelastic_product_gets_dearer_by_the_largest_step():
    found = price_choose(price=100.0, cost=None, elasticity=-0.5, error=0.01, rails=Rails(largest_step=0.1))
    assert (found.price, found.aim) == (pytest.approx(110.0), "revenue")


def test_who_does_not_know_the_sign_leaves_the_price_as_it_is():
    found = price_choose(price=100.0, cost=None, elasticity=-1.0, error=1.0, rails=Rails())
    assert (found.price, found.gain) == (100.0, 0.0)


def test_the_margin_floor_holds():
    found = price_choose(price=100.0, cost=85.0, elasticity=-9.0, error=0.01, rails=Rails(margin_floor=0.1))
    assert found.price * 0.9 >= 85.0 - 1e-6


def test_what_a_category_sells_is_told_without_the_product_itself():
    assert index_without(np.array([10.0, 10.0]), np.array([4.0, 10.0])).tolist() == [6.0, 0.2]
