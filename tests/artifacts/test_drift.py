"""Drift by the definition: PSI on tenths of the training data, weekly, at least 500 rows, 0.1 warns, 0.25 alerts."""

import math
from datetime import date

import numpy as np
import pytest

from tests.artifacts.toys import stored
from xlcfi.artifacts.drift import drift_note
from xlcfi.artifacts.models import ModelDrift
from xlcfi.artifacts.psi import deciles, level, psi

CUTS = [10, 20, 30, 40, 50, 60, 70, 80, 90]


def test_the_tenths_of_1_to_100_end_at_10_20_and_so_on():
    assert deciles(range(1, 101)) == CUTS


def test_a_sample_like_the_training_data_has_no_drift():
    assert psi(CUTS, range(1, 101)) == pytest.approx(0)


def test_a_shift_of_one_tenth_to_its_neighbour_by_hand():
    # 20 in the first tenth, none in the second but for half a row: (.2-.1) ln 2 + (.005-.1) ln .05
    sample = [5] * 20 + [value for value in range(1, 101) if value > 20]
    assert psi(CUTS, sample) == pytest.approx(0.1 * math.log(2) + (0.005 - 0.1) * math.log(0.05))
    assert psi(CUTS, sample) == pytest.approx(0.353909, abs=1e-6)


def test_all_in_one_tenth_is_as_far_as_it_gets():
    # (1-.1) ln 10 + 9 (.0005-.1) ln .005
    assert psi(CUTS, [1000.0] * 1000) == pytest.approx(0.9 * math.log(10) + 9 * (0.0005 - 0.1) * math.log(0.005))


def test_equal_cut_points_are_one_tenth_of_which_more_is_expected():
    # Counts: 0 in seven of ten, 1 in two, more in one.
    cuts = deciles([0] * 70 + [1] * 20 + [5] * 10)
    assert cuts == [0] * 7 + [1, 1]
    assert psi(cuts, [0] * 700 + [1] * 200 + [9] * 100) == pytest.approx(0)
    by_hand = (0.5 - 0.7) * math.log(0.5 / 0.7) + (0.3 - 0.2) * math.log(1.5) + (0.2 - 0.1) * math.log(2)
    assert psi(cuts, [0] * 500 + [1] * 300 + [9] * 200) == pytest.approx(by_hand)


def test_a_value_at_a_cut_point_belongs_below_it_and_no_number_belongs_nowhere():
    assert psi(CUTS, [*range(1, 101), float("nan")]) == pytest.approx(0)


@pytest.mark.parametrize("cuts", [CUTS[:8], CUTS[::-1], []])
def test_other_than_nine_ascending_cut_points_are_refused(cuts):
    with pytest.raises(ValueError, match="nine"):
        psi(cuts, [1.0])
    with pytest.raises(ValueError, match="empty"):
        psi(CUTS, [])


@pytest.mark.parametrize(
    ("value", "word"), [(0.0, "fine"), (0.0999, "fine"), (0.1, "warning"), (0.2499, "warning"), (0.25, "alert")]
)
def test_levels(value, word):
    assert level(value) == word


@pytest.mark.django_db
def test_a_week_is_noted_by_its_monday_and_noted_again_it_is_replaced():
    row = stored()
    of = {"name": "toy", "version": 1, "feature": "orders", "expected_deciles": CUTS}
    drift_note(**of, week=date(2025, 11, 20), sample=np.full(500, 5.0))
    drift_note(**of, week=date(2025, 11, 17), sample=np.tile(np.arange(1, 101), 5))
    [noted] = ModelDrift.objects.all()
    assert (noted.model_version, noted.week, noted.rows, noted.level) == (row, date(2025, 11, 17), 500, "fine")
    assert drift_note(**of, week=date(2025, 11, 24), sample=np.full(499, 5.0)) is None
    with_gaps = [*np.full(499, 5.0), float("nan")]
    assert drift_note(**of, week=date(2025, 11, 24), sample=with_gaps) is None
    assert ModelDrift.objects.count() == 1
    with pytest.raises(LookupError):
        drift_note(**(of | {"version": 2}), week=date(2025, 11, 24), sample=np.full(500, 5.0))
