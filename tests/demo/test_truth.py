"""The ground truth can be found again, and only by who looks beyond the naive."""

import numpy as np
import pytest

from tests.demo.conftest import market_of
from xlcfi.demo.prices import REASONS


def _slopes(log_units, log_price, present):
    """Per product the least-squares slope on log price, after product and day means are taken out."""
    y, x = (np.where(present, values, np.nan) for values in (log_units, log_price))
    for axis in (1, 0):
        y, x = y - np.nanmean(y, axis=axis, keepdims=True), x - np.nanmean(x, axis=axis, keepdims=True)
    moved = np.nansum(x * x, axis=1)
    return np.where(moved > 1, np.nansum(x * y, axis=1) / np.maximum(moved, 1e-9), np.nan)


@pytest.fixture(scope="module")
def slopes():
    made = market_of(0.1)
    present, price = made.mean_units > 0, np.log(made.demand.prices.krw)
    units = np.log(np.maximum(made.mean_units, 1e-9))
    truth = made.demand.elasticity
    naive, knowing = _slopes(units, price, present), _slopes(units - made.demand.shock, price, present)
    measured = ~np.isnan(naive)
    return truth[measured], naive[measured], knowing[measured]


def test_who_knows_the_shocks_finds_the_elasticities(slopes):
    truth, _, knowing = slopes
    assert abs(np.median(knowing - truth)) < 0.15
    assert np.corrcoef(knowing, truth)[0, 1] > 0.6


def test_a_naive_regression_errs_because_prices_follow_sales(slopes):
    truth, naive, _ = slopes
    assert np.median(naive - truth) > 0.25


def test_prices_change_for_every_reason_and_some_never(made, truth):
    assert {row["reason"] for row in truth.price_changes} == set(REASONS) - {"start"}
    never = truth.products["never_changes_price"] == 1
    assert 0.05 < never.mean() < 0.4
    assert (np.ptp(truth.daily["price_krw"][never], axis=1) == 0).all()


def test_wanted_units_scatter_about_their_true_mean(truth):
    wanted, mean = truth.daily["wanted_units"].sum(), truth.daily["mean_units"].sum(dtype=float)
    assert wanted == pytest.approx(mean, rel=0.02)
    floor = truth.market["noise_floor"]
    assert floor["wape_1d"] > floor["wape_7d"] > floor["wape_28d"] > 0


def test_every_buyer_has_a_chance_of_not_coming_back(truth):
    chance, lapsed = truth.buyers["no_order_90d"], truth.buyers["lapsed"]
    ordered = ~np.isnan(chance)
    assert ((chance[ordered] >= 0) & (chance[ordered] <= 1)).all()
    assert (chance[ordered & lapsed] == 1).all()
    assert chance[ordered & ~lapsed].mean() < 0.8


def test_the_truth_holds_what_the_tables_do_not(truth, made):
    assert {"elasticity", "unit_cost", "lead_days", "shelf_life_days"} <= set(truth.products)
    assert len(truth.products["elasticity"]) == 100
    assert len(truth.reviews) == len(made.ratings.stars)
    assert any(review.aspects for review in truth.reviews)
    assert truth.buyers["liking"].shape == (made.size.buyers, len(truth.buyers["category_ids"]))
    assert truth.day_number(truth.break_day) == made.span.break_day
