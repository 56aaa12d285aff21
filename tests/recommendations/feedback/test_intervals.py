"""The intervals hold as often as they say, once or at every look; figures are compared with books and with scipy."""

import random

import numpy as np
import pytest
from scipy import stats

from recommendations.intervals import (
    Sample,
    always_valid,
    chi_square_tail,
    mean_difference,
    mean_interval,
    ratio_interval,
    share_difference,
    shares_off,
    wilson,
)


def sample_of(values):
    return Sample(len(values), float(np.sum(values)), float(np.sum(np.square(values))))


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (1, 10), (15, 148), (10, 10), (56, 70), (1, 100_000)])
def test_a_share_has_the_interval_of_wilson_as_scipy_has_it(successes, n):
    found = wilson(successes, n)
    wanted = stats.binomtest(successes, n).proportion_ci(0.95, "wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert found.value == successes / n


def test_the_difference_of_two_shares_is_that_of_newcombes_paper():
    # Newcombe (1998), table II, column (a): 56/70 - 48/80, method 10.
    found = share_difference(56, 70, 48, 80)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_nobody_has_no_interval_and_one_person_no_width():
    assert wilson(0, 0) is None
    assert mean_interval(Sample(0, 0, 0)) is None
    one = mean_interval(Sample(1, 5, 25))
    assert (one.value, one.low, one.high) == (5, None, None)
    assert shares_off([0, 0], [1, 1]) is None
    assert always_valid(Sample(49, 1, 1), Sample(500, 1, 1), planned=1_000) is None


def test_a_mean_has_the_interval_of_its_sums_alone():
    values = [0, 0, 3_000, 12_900, 0, 700]
    found = mean_interval(sample_of(values))
    half = 1.959963984540054 * np.std(values, ddof=1) / np.sqrt(6)
    assert (found.low, found.high) == pytest.approx((np.mean(values) - half, np.mean(values) + half))


def test_clicks_of_one_person_are_no_independent_observations():
    """Each of 400 people clicks always or never: an interval by clicks would be far too narrow."""
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        shown = generator.integers(1, 30, 400).astype(float)
        clicks = shown * (generator.random(400) < 0.3)
        found = ratio_interval(sample_of(clicks), sample_of(shown), products=float(np.sum(clicks * shown)))
        held += found.low <= 0.3 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def looks(generator, effect=0.0):
    """The two intervals at each of forty looks at an experiment of two times 2,000 people with skewed revenue."""
    one = generator.lognormal(0, 1, 2_000) * (generator.random(2_000) < 0.3) + effect
    other = generator.lognormal(0, 1, 2_000) * (generator.random(2_000) < 0.3)
    for n in range(100, 2_001, 50):
        yield (
            mean_difference(sample_of(one[:n]), sample_of(other[:n])),
            always_valid(sample_of(one[:n]), sample_of(other[:n]), planned=4_000),
        )


def test_who_looks_forty_times_is_fooled_by_the_fixed_interval_and_not_by_the_always_valid_one():
    generator = np.random.default_rng(11)
    fixed = valid = 0
    for _ in range(300):
        seen = list(looks(generator))
        fixed += any(not one.low <= 0 <= one.high for one, _ in seen)
        valid += any(not two.low <= 0 <= two.high for _, two in seen)
    assert fixed / 300 > 0.2
    assert valid / 300 <= 0.05


def test_the_always_valid_interval_finds_a_real_difference_before_the_planned_end():
    generator = np.random.default_rng(13)
    found = [next((n for n, (_, two) in enumerate(looks(generator, 0.2)) if two.low > 0), None) for _ in range(40)]
    assert sum(one is not None for one in found) >= 30


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10])
def test_the_tail_of_chi_square_is_that_of_scipy(freedom):
    for statistic in (0.0, 0.1, 1.0, 3.84, 12.5, 60.0, 400.0):
        assert chi_square_tail(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), rel=1e-9)


def test_a_lot_that_is_off_is_told_from_chance():
    draw = random.Random(3)
    ones = sum(draw.random() < 0.5 for _ in range(10_000))
    assert shares_off([ones, 10_000 - ones], [50, 50]) > 0.01
    assert shares_off([5_200, 4_800], [50, 50]) == pytest.approx(stats.chisquare([5_200, 4_800]).pvalue)
    assert shares_off([900, 100], [9, 1]) == 1.0
