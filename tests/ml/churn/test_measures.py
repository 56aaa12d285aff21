"""The figures by which risks are judged, against plain ways of working them out."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from ml.churn.fitting import platt, shift
from ml.churn.logistic import logistic_fit, sigmoid
from ml.churn.measures import Ranked, areas, calibration
from ml.churn.trees import Growth, Trees, trees_fit

RNG = np.random.default_rng(5)
SCORE = RNG.integers(0, 8, 60).astype(float)
LABEL = RNG.random(60) < 0.4


def test_the_area_is_the_share_of_pairs_in_the_right_order_ties_counting_half():
    pairs = [(a > b) + (a == b) / 2 for a in SCORE[LABEL] for b in SCORE[~LABEL]]
    assert Ranked(SCORE, LABEL).area() == pytest.approx(np.mean(pairs))


def test_weights_of_customers_are_as_if_they_were_there_so_often():
    weight = RNG.integers(0, 4, 60)
    repeated = Ranked(np.repeat(SCORE, weight), np.repeat(LABEL, weight)).area()
    assert Ranked(SCORE, LABEL).area(weight.astype(float)) == pytest.approx(repeated)


def test_a_score_against_itself_differs_by_nothing():
    _each, less = areas({"one": SCORE, "same": SCORE}, LABEL, seed=1)
    assert (less["same"].value, less["same"].low, less["same"].high) == (0.0, 0.0, 0.0)


def test_right_chances_have_slope_one_and_twice_as_bold_ones_a_half():
    odds = np.random.default_rng(1).normal(0, 1.5, 20_000)
    label = np.random.default_rng(2).random(20_000) < sigmoid(odds)
    assert platt(odds, label)[0] == pytest.approx(1.0, abs=0.05)
    assert platt(2 * odds, label)[0] == pytest.approx(0.5, abs=0.03)
    assert sigmoid(odds - 1 + shift(odds - 1, label)).mean() == pytest.approx(label.mean())
    told = calibration(odds[:2_000], label[:2_000], seed=0)
    assert told["calibration_error"] < 0.04
    assert sum(one["customers"] for one in told["bins"]) == 2_000


def test_logistic_regression_finds_the_weights_that_made_the_labels():
    x = np.random.default_rng(3).normal(0, 1, (20_000, 2))
    label = np.random.default_rng(4).random(20_000) < sigmoid(0.5 + x @ np.array([1.0, -2.0]))
    found = logistic_fit(x, label, ridge=0.01)
    assert found.log_odds(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) == pytest.approx([0.5, 1.5, -1.5], abs=0.12)


def test_trees_as_arrays_say_what_the_trees_say():
    x = np.random.default_rng(6).normal(0, 1, (400, 5))
    label = x[:, 0] * x[:, 1] > 0
    ours = trees_fit(x, label, Growth(12, 0.1, 3), seed=0)
    theirs = HistGradientBoostingClassifier(
        max_iter=12, learning_rate=0.1, max_depth=3, max_leaf_nodes=8, min_samples_leaf=10, l2_regularization=10.0,
        max_features=0.4, early_stopping=False, random_state=0,
    ).fit(x, label)  # fmt: skip
    assert ours.log_odds(x) == pytest.approx(theirs.decision_function(x), abs=1e-9)


def test_damaged_trees_are_refused():
    x = np.random.default_rng(6).normal(0, 1, (100, 2))
    found = vars(trees_fit(x, x[:, 0] > 0, Growth(2, 0.1, 2), seed=0))
    with pytest.raises(ValueError, match="features"):
        Trees.of_arrays({**found, "feature": found["feature"] + 7}, features=2)
    with pytest.raises(ValueError, match="fit together"):
        Trees.of_arrays({**found, "value": found["value"][:, :3]}, features=2)
