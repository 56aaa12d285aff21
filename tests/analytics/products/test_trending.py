"""What counts as a trend, against binomial probabilities worked out in whole numbers."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.trending import (
    LEAST_FOR_DISPERSION,
    LEAST_ORDERS,
    Counts,
    binomial_tail,
    dispersion,
    rejection_limit,
    shrunk_growth,
    trends,
)


def exactly(successes, trials, share):
    """P(X >= successes) in exact fractions."""
    share = Fraction(share)
    return float(sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1)))


def test_the_tail_is_that_of_the_binomial_distribution_by_hand():
    assert binomial_tail(3, 3, 0.5) == pytest.approx(1 / 8)
    assert binomial_tail(2, 3, 0.5) == pytest.approx(4 / 8)
    assert binomial_tail(8, 10, 0.5) == pytest.approx((45 + 10 + 1) / 1024)
    assert binomial_tail(0, 10, 0.5) == 1
    assert binomial_tail(11, 10, 0.5) == 0


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), st.integers(1, 49))
def test_the_tail_agrees_with_exact_fractions(pair, fiftieths):
    successes, trials = pair
    share = Fraction(fiftieths, 50)
    assert binomial_tail(successes, trials, float(share)) == pytest.approx(exactly(successes, trials, share), rel=1e-9)


def test_the_tail_goes_on_between_whole_numbers_and_falls():
    values = [binomial_tail(5 + step / 4, 12, 0.4) for step in range(9)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[1] > values[2] > values[3] > values[4]


def test_benjamini_and_hochberg_by_hand():
    # The example of their paper (1995): 15 tests at 0.05 find the four smallest.
    paper = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    paper += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert rejection_limit(paper, tests=15, rate=0.05) == 0.0095
    assert rejection_limit(paper[:9], tests=15, rate=0.05) == 0.0095
    assert rejection_limit([0.04], tests=2, rate=0.05) == -1
    # One that fails by itself counts where a larger one does not.
    assert rejection_limit([0.03, 0.04], tests=2, rate=0.05) == 0.04
    assert rejection_limit([], tests=0, rate=0.05) == -1


def test_growth_is_drawn_to_the_markets_by_twenty_orders():
    assert shrunk_growth(now=10, before=10, market=1) == 0
    assert shrunk_growth(now=3, before=0, market=1) == pytest.approx(3 / 20)
    assert shrunk_growth(now=0, before=0, market=1.5) == pytest.approx(0.5)
    assert shrunk_growth(now=40, before=10, market=2) == pytest.approx(2 * 60 / 40 - 1)
    assert shrunk_growth(now=40_000, before=10_000, market=2) == pytest.approx(3, rel=0.01)


def test_three_sales_from_nothing_are_noise_and_thirty_from_three_are_not():
    found = trends(counts=[Counts(1, 3, 0), Counts(2, 30, 3), Counts(3, 12, 8)], market_now=1_000, market_before=1_000)
    assert [trend.product_id for trend in found] == [2]
    assert found[0].p_value == pytest.approx(exactly(30, 33, Fraction(1, 2)))


def test_a_product_that_grows_as_the_market_does_is_no_trend():
    counts = [Counts(1, 200, 100), Counts(2, 90, 10)]
    assert [t.product_id for t in trends(counts=counts, market_now=20_000, market_before=10_000)] == [2]
    # In a market that shrinks to half, holding on to what one has is a trend.
    assert [t.product_id for t in trends(counts=[Counts(1, 100, 100)], market_now=5_000, market_before=10_000)] == [1]


def test_too_few_orders_are_not_tested_and_do_not_cost_the_others():
    small = [Counts(number, LEAST_ORDERS - 1, 0) for number in range(100, 3_000)]
    found = trends(counts=[*small, Counts(1, 25, 6)], market_now=50_000, market_before=50_000)
    assert [trend.product_id for trend in found] == [1]


def test_among_many_products_chance_alone_finds_none_and_a_restless_market_raises_the_bar():
    calm = [Counts(number, 50 + number % 7 - 3, 50) for number in range(100)]
    assert trends(counts=calm, market_now=5_000, market_before=5_000) == []
    assert dispersion(counts=calm, share=0.5) == 1
    restless = [Counts(number, 50 + sign * 25, 50 - sign * 25) for number, sign in enumerate([1, -1] * 50)]
    # Each strays by 50 / sqrt(100) = 5 standard deviations: chi squared 25, its median should be 0.4549.
    assert dispersion(counts=restless, share=0.5) == pytest.approx(25 / 0.454936)
    assert trends(counts=restless, market_now=5_000, market_before=5_000) == []
    assert dispersion(counts=restless[: LEAST_FOR_DISPERSION - 1], share=0.5) == 1


def test_a_market_without_a_window_before_has_no_trends():
    assert trends(counts=[Counts(1, 50, 0)], market_now=50, market_before=0) == []
    assert trends(counts=[Counts(1, 0, 50)], market_now=0, market_before=50) == []
