"""The probabilities of the rhythm, against an integral and against drawn lives."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad

from ml.churn.rhythm import SHAPES, Histories, Rhythm, histories_of, log_gamma, rhythm_fit
from tests.ml.churn.made import RHYTHM, drawn, orders_by_hand


def history(*, gaps, since):
    logs = sum(math.log(gap) for gap in gaps)
    return Histories(*(np.array([float(x)]) for x in (len(gaps), sum(gaps), since, logs)))


def only(shape):
    return tuple(float(one == shape) for one in SHAPES)


def test_the_logarithm_of_gamma_is_that_of_the_standard_library():
    for value in (0.03, 0.5, 1.0, 2.5, 17.0, 4_321.7):
        assert log_gamma(value) == pytest.approx(math.lgamma(value), abs=1e-9, rel=1e-12)


@pytest.mark.parametrize("shape", [1, 2])
def test_the_chance_of_no_order_is_the_integral_over_paces_and_stops(shape):
    gaps, since, days = [20.0, 31.0], 40.0, 90.0
    rhythm = Rhythm(1.5, 60.0, 1.0, 6.0, only(shape))

    def waits(pace, time):
        rate = shape * pace
        return sum((rate * time) ** k * math.exp(-rate * time) / math.factorial(k) for k in range(shape))

    def weight(pace, stop):
        density = 60.0**1.5 * pace**0.5 * math.exp(-60 * pace) / math.gamma(1.5) * 6 * (1 - stop) ** 5
        rate = shape * pace
        for gap in gaps:
            density *= (1 - stop) * rate**shape * gap ** (shape - 1) * math.exp(-rate * gap) / math.factorial(shape - 1)
        return density

    def whole(inner):
        return dblquad(lambda stop, pace: weight(pace, stop) * inner(pace, stop), 0, 1.0, 0, 1)[0]

    dead = whole(lambda pace, stop: stop)
    later = whole(lambda pace, stop: (1 - stop) * waits(pace, since + days))
    now = whole(lambda pace, stop: (1 - stop) * waits(pace, since))
    risk, stopped, _gap = rhythm.judged(history(gaps=gaps, since=since), days=days)
    assert risk[0] == pytest.approx((dead + later) / (dead + now), rel=1e-4)
    assert stopped[0] == pytest.approx(dead / (dead + now), rel=1e-4)


def test_one_time_buyers_are_not_certain_to_return():
    risk, stopped, _gap = RHYTHM.judged(history(gaps=[], since=1.0), days=90.0)
    assert stopped[0] > 0.1
    assert stopped[0] < risk[0] < 1


def test_the_longer_somebody_is_away_beyond_their_own_rhythm_the_likelier_they_have_stopped():
    stopped = [RHYTHM.judged(history(gaps=[10.0] * 8, since=since), days=90.0)[1][0] for since in (5, 20, 60, 150)]
    assert stopped == sorted(stopped)
    assert stopped[0] < 0.1 < 0.95 < stopped[-1]


def test_the_usual_gap_lies_between_the_own_and_everybodys():
    gap = RHYTHM.judged(history(gaps=[10.0] * 3, since=5.0), days=90.0)[2][0]
    everybodys = RHYTHM.judged(history(gaps=[], since=5.0), days=90.0)[2][0]
    assert 10 < gap < everybodys


def test_orders_of_one_day_are_one_visit_and_returns_none():
    orders = orders_by_hand((0, 10.2, 5), (0, 10.9, 5), (0, 30.2, 5), (0, 31.0, -5), (1, 12.0, 5))
    found = histories_of(orders, np.array([0, 1]), cut=50.0)
    assert found.gaps.tolist() == [1.0, 0.0]
    assert found.span.tolist() == [20.0, 0.0]
    assert found.since == pytest.approx([19.8, 38.0])


def test_fitting_finds_how_often_people_stop():
    orders = drawn(400, seed=3)
    found = rhythm_fit(histories_of(orders, np.unique(orders.customer), cut=400.0))
    # They stop after an order by a beta(1, 6) chance: 1 in 7.
    assert found.stop / (found.stop + found.stay) == pytest.approx(1 / 7, abs=0.05)
    assert sum(found.shares) == pytest.approx(1.0)
