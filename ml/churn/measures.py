"""How good risks are: area under the ROC curve, calibration, and how sure they are. All take customers as the unit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.churn.fitting import platt
from ml.churn.logistic import log_loss, sigmoid
from ml.churn.orders import Bools, Floats

SAMPLES = 1000
_SLOPE_SAMPLES = 200
_BINS = 10
_ERROR_BINS = 15


@dataclass(frozen=True)
class Interval:
    """A figure and where it lies with 95 % confidence."""

    value: float
    low: float
    high: float

    @property
    def told(self) -> dict[str, float]:
        """As JSON."""
        return {"value": round(self.value, 6), "low": round(self.low, 6), "high": round(self.high, 6)}


class Ranked:
    """Scores in their order, so that the area is known for any weights of the customers."""

    def __init__(self, score: Floats, label: Bools) -> None:
        self._order = np.argsort(score, kind="stable")
        ranked = score[self._order]
        self._group = np.cumsum(np.concatenate([[0], ranked[1:] != ranked[:-1]]))
        self._label = label[self._order].astype(np.float64)

    def area(self, weight: Floats | None = None) -> float:
        """P(somebody who stayed away is ranked above somebody who came back), ties counting half."""
        of = np.ones(len(self._order)) if weight is None else weight[self._order]
        away = np.bincount(self._group, weights=of * self._label)
        back = np.bincount(self._group, weights=of * (1 - self._label))
        below = np.cumsum(back) - back
        whole = away.sum() * back.sum()
        return float(away @ (below + back / 2) / whole) if whole else float("nan")


def areas(scores: dict[str, Floats], label: Bools, *, seed: int) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """(area of each, area of the first minus that of each other one), by one bootstrap over customers: paired."""
    ranked = {name: Ranked(score, label) for name, score in scores.items()}
    names, rng = list(scores), np.random.default_rng(seed)
    values = np.array([ranked[name].area() for name in names])
    drawn = np.empty((SAMPLES, len(names)))
    for sample in range(SAMPLES):
        weight = np.bincount(rng.integers(0, len(label), len(label)), minlength=len(label)).astype(np.float64)
        drawn[sample] = [ranked[name].area(weight) for name in names]
    each = {name: _interval(values[i], drawn[:, i]) for i, name in enumerate(names)}
    others = {
        name: _interval(values[0] - values[i], drawn[:, 0] - drawn[:, i]) for i, name in enumerate(names) if i
    }  # fmt: skip
    return each, others


def calibration(log_odds: Floats, label: Bools, *, seed: int) -> dict[str, Any]:
    """Slope and intercept of a logistic regression on the log odds (1 and 0: calibrated), errors, bins of a chart.

    Slope's source: Cox (1958), Two further applications of a model for binary regression, Biometrika 45.
    """
    chance = sigmoid(log_odds)
    slope, intercept = platt(log_odds, label)
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(_SLOPE_SAMPLES):
        some = rng.integers(0, len(label), len(label))
        drawn.append(platt(log_odds[some], label[some])[0])
    return {
        "slope": _interval(slope, np.array(drawn)).told,
        "intercept": round(intercept, 6),
        "mean_risk": round(float(chance.mean()), 6),
        "share_away": round(float(label.mean()), 6),
        "log_loss": round(log_loss(log_odds, label), 6),
        "brier": round(float(np.mean((chance - label) ** 2)), 6),
        "calibration_error": round(_error(chance, label), 6),
        "bins": _bins(chance, label, _BINS),
    }


def _error(chance: Floats, label: Bools) -> float:
    bins = _bins(chance, label, _ERROR_BINS)
    return sum(one["customers"] * abs(one["risk"] - one["away"]) for one in bins) / len(label)


def _bins(chance: Floats, label: Bools, most: int) -> list[dict[str, float]]:
    """Of equal mass, the lowest risk first."""
    order = np.argsort(chance, kind="stable")
    return [
        {
            "risk": round(float(chance[part].mean()), 6), "away": round(float(label[part].mean()), 6),
            "customers": len(part),
        }
        for part in np.array_split(order, min(most, len(order)))
    ]  # fmt: skip


def _interval(value: float, drawn: Floats) -> Interval:
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Interval(float(value), float(low), float(high))
