"""What is learnt: trees as arrays, totals, days that add up, intervals."""

import numpy as np
import pytest

from ml.demand.daily import day_means, days_of
from ml.demand.evaluation import TooShort, evaluate, origins_of
from ml.demand.intervals import Spread, spread_of
from ml.demand.learning import Setup
from ml.demand.model import DAYS, DemandModel
from ml.demand.trees import Growing, Trees, trees_grow
from tests.ml.demand.made_sales import series_of, shop

SMALL = Setup(rows=4_000)


@pytest.fixture(scope="module")
def learnt():
    """(sales, a model of them)."""
    series = shop()
    return series, DemandModel.learnt(series, SMALL)


def test_trees_as_arrays_say_what_the_library_says_also_where_a_value_is_unknown():
    import lightgbm

    rng = np.random.default_rng(0)
    features = rng.normal(size=(800, 4))
    features[rng.random((800, 4)) < 0.2] = np.nan
    target = np.where(np.isnan(features[:, 0]), 2.0, features[:, 0]) + rng.normal(size=800) / 10
    kept = []
    train = lightgbm.train
    try:
        lightgbm.train = lambda *given, **named: kept.append(train(*given, **named)) or kept[0]
        trees = trees_grow(features, target, np.ones(800), loss="regression_l1", growing=Growing(20), seed=0)
    finally:
        lightgbm.train = train
    assert trees.predict(features) == pytest.approx(kept[0].predict(features))


def test_arrays_that_lead_in_a_circle_are_refused():
    one = np.array([0], dtype=np.int32)
    arrays = Trees(one, np.zeros(1), one, one, np.array([False]), np.zeros(1), one, 0.0).arrays("t")
    with pytest.raises(ValueError, match="astray"):
        Trees.of_arrays(arrays, "t")


def test_a_model_read_from_its_arrays_says_the_same(learnt):
    series, model = learnt
    again = DemandModel.of_arrays(model.arrays(), {"format": 1})
    ours, theirs = (each.forecasts(series, setup=SMALL) for each in (model, again))
    assert ours.model == theirs.model
    assert np.array_equal(ours.days.mean, theirs.days.mean)
    with pytest.raises(ValueError, match="format"):
        DemandModel.of_arrays(model.arrays(), {"format": 2})


def test_days_add_up_to_the_totals_and_nothing_is_below_zero(learnt):
    series, model = learnt
    found = model.forecasts(series, setup=SMALL)
    assert found.days.mean.shape == (60, DAYS)
    for horizon, total in found.totals.items():
        assert found.days.mean[:, :horizon].sum(axis=1) == pytest.approx(total.mean)
        assert (total.median >= 0).all()
    assert (found.days.mean >= 0).all()
    low50, high50 = found.days.intervals[50]
    low95, high95 = found.days.intervals[95]
    assert (low95 >= 0).all()
    assert (low95 <= low50).all()
    assert (low50 <= high50).all()
    assert (high50 <= high95).all()


def test_a_shop_that_is_shut_on_sundays_sells_nothing_on_them(learnt):
    series, model = learnt
    sundays = [day for day in range(28) if series.day(series.days + day).weekday() == 6]
    assert len(sundays) == 4
    assert model.forecasts(series, setup=SMALL).days.mean[:, sundays].max() == 0


def test_the_first_week_and_four_weeks_are_shared_out_by_how_busy_days_are():
    busy = np.tile([2.0, 1, 1, 1, 1, 1, 0], 5)[None, :]
    mean = day_means(np.array([14.0]), np.array([35.0]), busy)
    assert mean[0, :7].tolist() == [4, 2, 2, 2, 2, 2, 0]
    assert mean[0, 7] == pytest.approx(2.0)
    assert mean[0, :28].sum() == pytest.approx(35.0)
    assert mean[0, 28:35].sum() == pytest.approx(35 / 4)


def test_a_new_product_is_expected_to_sell_what_those_like_it_sell():
    units = [[4] * 100, [4] * 100, [4] * 100, [1] * 100, [1] * 100, [1] * 100, [0] * 100]
    series = series_of(units, start=[0, 0, 0, 0, 0, 0, 99], group=[0, 0, 0, 1, 1, 1, 0])
    found = DemandModel.learnt(series, SMALL).forecasts(series, setup=SMALL)
    assert found.model[-1] == "analogy"
    # One day without a sale against fourteen of the others.
    assert found.totals[7].mean[-1] == pytest.approx(7 * 4 * 14 / 15, rel=0.05)


def test_days_on_which_stock_had_run_out_are_not_taken_for_want_of_buyers():
    rng = np.random.default_rng(3)
    units = rng.poisson(5, (30, 140)).astype(np.float32)
    hidden = np.zeros(units.shape, dtype=bool)
    hidden[:, 119:] = np.arange(30)[:, None] == 0
    units[hidden] = 0
    blind, told = (series_of(units, hidden=known) for known in (None, hidden))
    unknown, known = (DemandModel.learnt(each, SMALL).forecasts(each, setup=SMALL) for each in (blind, told))
    assert known.totals[28].mean[0] > 1.2 * unknown.totals[28].mean[0]


def test_intervals_hold_as_many_of_the_errors_that_made_them_as_they_say():
    rng = np.random.default_rng(5)
    scale = rng.gamma(2, 20, 4_000)
    actual = rng.poisson(scale).astype(float)
    spread = spread_of(actual, scale, scale, 28)
    for percent, (low, high) in spread.intervals(scale, scale, 28).items():
        assert ((actual >= low) & (actual <= high)).mean() == pytest.approx(percent / 100, abs=0.02)
    assert spread.low.shape == (Spread.BANDS, 3)


def test_intervals_of_a_day_are_those_of_counts():
    found = days_of(np.array([[0.0, 4.0]]), np.array([0]), np.full(Spread.BANDS, 1e-6))
    # Poisson of mean 4: P(X <= 2) = 0.238, P(X <= 3) = 0.433, P(X <= 5) = 0.785, P(X <= 8) = 0.979.
    assert [end[0].tolist() for end in found.intervals[50]] == [[0, 3], [0, 5]]
    assert found.intervals[95][1][0].tolist() == [0, 8]
    assert found.median[0].tolist() == [0, 4]


def test_the_mornings_that_are_tested_follow_from_the_days_alone():
    assert origins_of(1_095, 28) == [997, 1_011, 1_025, 1_039, 1_053, 1_067]
    assert origins_of(182, 28) == [126, 140, 154]
    with pytest.raises(TooShort, match="60 days"):
        origins_of(60, 28)


def test_a_back_test_tells_errors_coverage_and_a_paired_interval():
    report = evaluate(shop(days=140), horizon=28, setup=SMALL, tell=lambda stage, done, of: None)
    assert list(report["horizons"]) == ["7", "28"]
    one = report["horizons"]["28"]
    assert set(one["methods"]) == {
        "ours", "seasonal naive", "8-week median", "Croston", "TSB", "simple smoothing", "ETS",
    }  # fmt: skip
    low, high = one["ratio_interval"]
    assert low <= one["ratio"] <= high
    assert one["ratio"] == pytest.approx(one["methods"]["ours"]["wape"] / one["methods"][one["best_baseline"]]["wape"])
    assert set(one["coverage"]) == {"50", "80", "95"}
