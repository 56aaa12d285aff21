"""The rule of anomalies against medians and deviations worked out by hand."""

import math
import random

import pytest

from analytics.anomalies.rule import Sensitivity, SeriesPattern, count_of, level_before, root, spread_of, verdict_of

EASY = Sensitivity(threshold=4.0, share=0.0, smallest=0.0)
MONEY = Sensitivity(threshold=4.0, share=0.0, smallest=0.0, counted=False)


def test_the_level_is_the_median_of_the_fourteen_days_before_and_looks_at_no_other():
    totals = [1000.0, *range(1, 15), 777.0, 5.0]
    assert level_before(totals, 15) == 7.5
    assert level_before(totals, 6) is None
    assert level_before([0.0] * 20, 20) is None
    assert level_before([0.0] * 20, 20, least=1.0) == 1.0


def test_the_spread_is_the_mad_times_the_constant_of_the_normal_distribution():
    # |r| sorted: 1 1 2 2 4 6 9; the middle one is 2. The last five have the median 2, no more than the spread.
    residuals = [1.0, -1.0, 2.0, -2.0, 9.0, 4.0, -6.0]
    assert spread_of(residuals, least=0.0) == pytest.approx(1.15 * 1.4826 * 2)
    assert spread_of([0.1, -0.1, 0.1], least=1.0) == pytest.approx(1.15)


def test_a_run_of_odd_days_widens_the_band_and_one_odd_day_does_not():
    quiet = [1.0, -1.0] * 20
    assert spread_of([*quiet, 30.0], least=1.0) == pytest.approx(1.15 * 1.4826)
    # Of the last five -1 -1 30 31 32 the middle one is 30 only once three of them are odd.
    assert spread_of([*quiet, 30.0, 31.0, 32.0], least=1.0) == pytest.approx(1.15 * 30)


def test_the_root_of_a_poisson_count_scatters_by_one_whatever_its_mean():
    rng = random.Random(5)

    def poisson(mean):
        bound, count, product = math.exp(-mean), 0, rng.random()
        while product > bound:
            count, product = count + 1, product * rng.random()
        return count

    for mean in (4, 20, 100):
        roots = [root(poisson(mean)) for _ in range(4000)]
        middle = sum(roots) / len(roots)
        assert sum((each - middle) ** 2 for each in roots) / len(roots) == pytest.approx(1.0, abs=0.1)
    assert count_of(root(37)) == pytest.approx(37)


def test_the_band_of_a_count_is_that_of_its_root():
    # root(16) = 2 sqrt(16.375) = 8.0932; 4 deviations of 1 down and up: 4.0932 and 12.0932, squared halves less 3/8.
    verdict = verdict_of(3, 16, 4.0, EASY)
    assert verdict.low == pytest.approx((4.0932 / 2) ** 2 - 0.375, abs=1e-3)
    assert verdict.high == pytest.approx((12.0932 / 2) ** 2 - 0.375, abs=1e-3)
    assert verdict.odd
    assert verdict.score < -4
    assert not verdict_of(4, 16, 4.0, EASY).odd
    assert not verdict_of(36, 16, 4.0, EASY).odd
    assert verdict_of(37, 16, 4.0, EASY).odd


def test_what_is_sure_but_small_is_no_news():
    sensitivity = Sensitivity(threshold=4.0, share=0.3, smallest=10)
    # 10,000 orders scatter by 100: 10,500 is five deviations off, but 5 % only.
    assert not verdict_of(10_500, 10_000, 4.0, sensitivity).odd
    assert verdict_of(13_001, 10_000, 4.0, sensitivity).odd
    assert not verdict_of(9, 0, 4.0, sensitivity).odd


def test_only_the_directions_that_are_asked_for_are_told():
    falling = Sensitivity(threshold=4.0, share=0.3, smallest=5, rises=False)
    rising = Sensitivity(threshold=4.0, share=0.3, smallest=5, falls=False)
    assert [verdict_of(value, 100, 4.0, falling).odd for value in (10, 400)] == [True, False]
    assert [verdict_of(value, 100, 4.0, rising).odd for value in (10, 400)] == [False, True]


def weeks(number, week=(70, 60, 50, 50, 50, 30, 40)):
    return [[float(value)] for _ in range(number) for value in week]


def test_what_is_expected_of_a_day_is_the_level_times_the_profile_of_its_weekday():
    # Two weeks of that have the median 50; a Saturday (number 5 of the week) is 30 of it, whatever came in between.
    days = weeks(12)
    days[70] = [0.0]
    days[77] = [9_999.0]
    pattern = SeriesPattern(days, sensitivity=MONEY)
    verdict = pattern.verdict(82)
    assert verdict.expected == pytest.approx(50 * 30 / 50)
    assert (verdict.value, verdict.odd) == (30, False)


def test_money_is_judged_by_its_own_scatter():
    # Every weekday is 100 once and 120 the other time: about the median 110 each residual is 10 / 110 of the level.
    days = [[100.0 + 20 * (week % 2)] for week in range(12) for _ in range(7)]
    pattern = SeriesPattern(days, sensitivity=MONEY)
    verdict = pattern.verdict(83)
    levels = [level_before([row[0] for row in days], day) for day in range(83)]
    shares = {day: days[day][0] / levels[day] for day in range(27, 83)}
    middle = {weekday: sorted(share for day, share in shares.items() if day % 7 == weekday) for weekday in range(7)}
    middle = {weekday: (found[3] + found[4]) / 2 for weekday, found in middle.items()}
    residuals = [shares[day] - middle[day % 7] for day in sorted(shares)]
    spread = sorted(abs(each) for each in residuals)
    mad = (spread[27] + spread[28]) / 2
    drift = abs(sorted(residuals[-5:])[2])
    width = 4 * 1.15 * max(1.4826 * mad, drift) * level_before([row[0] for row in days], 83)
    assert verdict.high - verdict.expected == pytest.approx(width)
    assert verdict.expected - verdict.low == pytest.approx(width)


def test_nothing_that_comes_later_changes_a_verdict():
    rng = random.Random(3)
    days = [[float(rng.randint(80, 120))] for _ in range(120)]
    now = SeriesPattern(days[:91], sensitivity=EASY).verdict(90)
    assert SeriesPattern([*days[:91], *[[0.0]] * 29], sensitivity=EASY).verdict(90) == now


def test_with_less_than_four_of_its_weekdays_behind_it_a_day_is_not_judged():
    pattern = SeriesPattern(weeks(6), sensitivity=EASY)
    judged = [day for day in range(42) if pattern.verdict(day) is not None]
    # Levels begin on day 7; the fourth day of its weekday with a level lies four weeks before it.
    assert judged == list(range(35, 42))


def test_after_a_lasting_change_it_is_told_for_days_and_is_then_the_pattern():
    days = weeks(10) + [[3 * value for value in row] for row in weeks(4)]
    pattern = SeriesPattern(days, sensitivity=EASY)
    odd = [day - 70 for day in range(70, 98) if pattern.verdict(day).odd]
    assert odd[:2] == [0, 1]
    assert max(odd) < 8


def test_a_change_that_lasts_is_told_of_its_first_hours_only():
    hours = [[20.0] * 24 for _ in range(70)]
    hours += [[0.0] * 24]
    pattern = SeriesPattern(hours, sensitivity=EASY)
    odd = [slot for slot in range(24) if pattern.verdict(70, slot).odd]
    assert odd[0] == 0
    assert odd == list(range(len(odd)))
    assert len(odd) <= 7


def test_many_where_there_never_was_one_are_odd_and_a_few_are_not():
    quiet = [[0.0]] * 60
    assert not SeriesPattern([*quiet, [7.0]], sensitivity=EASY).verdict(60).odd
    assert SeriesPattern([*quiet, [9.0]], sensitivity=EASY).verdict(60).odd
