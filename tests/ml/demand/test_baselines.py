"""The simple methods, by figures worked out by hand."""

import numpy as np
import pytest

from ml.demand.baselines import croston, ets, median_8_weeks, seasonal_naive, simple_smoothing, tsb, yearly_naive
from tests.ml.demand.made_sales import series_of


def test_seasonal_naive_is_the_last_week_again():
    series = series_of([[9] * 7 + [1, 2, 3, 0, 0, 0, 4]])
    assert seasonal_naive(series, 14, 7).tolist() == [10.0]
    assert seasonal_naive(series, 14, 28).tolist() == [40.0]


def test_the_median_of_eight_weeks_leaves_out_weeks_before_an_item_was_on_sale():
    weeks = [0, 0, 0, 0, 0, 5, 7, 6]
    units = [[week, 0, 0, 0, 0, 0, 0] for week in weeks]
    row = [one for week in units for one in week]
    assert median_8_weeks(series_of([row]), 56, 7).tolist() == [0.0]
    assert median_8_weeks(series_of([row], start=[35]), 56, 28).tolist() == [24.0]


def test_steady_sales_are_foretold_as_they_are_by_every_method():
    series = series_of([[3] * 112])
    for method in (seasonal_naive, yearly_naive, median_8_weeks, simple_smoothing, tsb, ets):
        assert method(series, 112, 28) == pytest.approx([84.0], rel=1e-6)
    # The correction of Syntetos and Boylan takes half the smoothing constant off: the smallest one errs least.
    assert croston(series, 112, 28) == pytest.approx([84 * (1 - 0.05 / 2)])


def test_tsb_forgets_a_product_that_nobody_buys_any_more_and_croston_does_not():
    row = [1, 0] * 60 + [0] * 120
    series = series_of([row])
    assert tsb(series, 240, 28)[0] < 2
    assert croston(series, 240, 28)[0] > 10


def test_nothing_is_foretold_below_zero():
    falling = series_of([np.linspace(30, 0, 112).round()])
    assert ets(falling, 112, 28)[0] >= 0
