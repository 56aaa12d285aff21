"""Fitting the churn model: settings and weights by cross-validation over customers, calibrated on what was left out."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ml.churn.columns import CORE, WIDE, evened, places
from ml.churn.features import features_at
from ml.churn.logistic import log_loss, logistic_fit
from ml.churn.model import ChurnModel
from ml.churn.orders import Bools, Floats, Ints, Orders, buyers_before, stayed_away
from ml.churn.rhythm import Rhythm, histories_of, rhythm_fit
from ml.churn.trees import Growth, trees_fit

FOLDS = 4
LEAST_BUYERS = 60
LEAST_OF_A_KIND = 15
_CORE_RIDGE = 30.0
_RIDGES = (30.0, 100.0, 300.0, 1000.0)
_STEPS = 4  # of the blend's weights
_EVEN = 6.0  # how many rows' worth of evidence it takes to leave even weights


_GROWTHS = (Growth(60, 0.05, 2), Growth(90, 0.06, 3))


class TooLittle(ValueError):
    """There are too few buyers, or too little time, to learn from; the text says what is missing."""


@dataclass(frozen=True)
class Rows:
    """Buyers at cut-offs: values (rows, NAMES); label: they stayed away; customer and cut: whose row, of when."""

    values: Floats
    label: Bools
    customer: Ints
    cut: Floats


@dataclass(frozen=True)
class Fitted:
    """The model, what was chosen and how good it was on the customers left out of each fold (`out`: log odds)."""

    model: ChurnModel
    chosen: dict[str, Any]
    rows: Rows
    out: Floats


def cuts_of(first: float, last: float, *, horizon: float, most: int = 4) -> list[float]:
    """Cut-offs, the latest first, whose labels are known at `last` and before which there is a horizon of history."""
    cuts = [last - horizon * (back + 1) for back in range(most)]
    return [cut for cut in cuts if cut - first >= horizon]


def rows_at(orders: Orders, cuts: list[float], *, rhythm: Rhythm, horizon: float) -> Rows:
    """Everybody who had bought, at each cut-off."""
    parts = []
    for cut in cuts:
        who = buyers_before(orders, cut)
        values = features_at(orders, who, cut=cut, rhythm=rhythm, horizon=horizon).values
        label = stayed_away(orders, who, cut=cut, days=horizon)
        parts.append((values, label, who, np.full(len(who), cut)))
    return Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def churn_fit(orders: Orders, cuts: list[float], *, horizon: float, unit: float = 1.0, seed: int = 0) -> Fitted:
    """orders: of the customers to learn from, all that is known of them; nothing after a cut-off but its label is used.

    cuts: days since 1970. Raises TooLittle.
    """
    latest = max(cuts)
    known = buyers_before(orders, latest)
    if len(known) < LEAST_BUYERS:
        raise TooLittle(f"{len(known)} buyers had an order before the cut-off; {LEAST_BUYERS} are needed")
    rhythm = rhythm_fit(histories_of(orders, known, cut=latest), seed=seed)
    rows = rows_at(orders, cuts, rhythm=rhythm, horizon=horizon)
    kinds = np.bincount(rows.label.astype(np.int64), minlength=2)
    if kinds.min() < LEAST_OF_A_KIND:
        raise TooLittle(f"{kinds[0]} came back and {kinds[1]} did not; {LEAST_OF_A_KIND} of each kind are needed")
    even = evened(rows.values)
    small, wide = even[:, places(CORE)], even[:, places(WIDE)]
    fold = np.random.default_rng(seed).permutation(orders.customers)[rows.customer] % FOLDS
    ridge, wide_out = _ridge_chosen(wide, rows.label, fold)
    growth, trees_out = _growth_chosen(wide, rows.label, fold, seed)
    small_out = _left_out(
        fold, lambda a, b: logistic_fit(small[a], rows.label[a], ridge=_CORE_RIDGE).log_odds(small[b])
    )
    parts = np.column_stack([small_out, wide_out, trees_out])
    blend, loss = _blend_chosen(parts, rows.label)
    blended = parts @ blend
    # By Platt: two numbers, fitted on customers whom the parts had not seen; the order of people stays as it is.
    # The latest cut-off says best how many stay away now.
    slope, intercept = platt(blended, rows.label)
    now = rows.cut == latest
    if len(cuts) > 1 and np.bincount(rows.label[now].astype(np.int64), minlength=2).min() >= LEAST_OF_A_KIND:
        intercept = shift(slope * blended[now], rows.label[now])
    model = ChurnModel(
        horizon, unit, rhythm, logistic_fit(small, rows.label, ridge=_CORE_RIDGE),
        logistic_fit(wide, rows.label, ridge=ridge), trees_fit(wide, rows.label, growth, seed=seed), blend, slope,
        intercept, np.median(rows.values, axis=0),
    )  # fmt: skip
    chosen = {
        "ridge": ridge, "trees": growth.told, "cut_offs": len(cuts), "rows": len(rows.label),
        "blend": dict(zip(("core logistic", "wide logistic", "trees"), blend.tolist(), strict=True)),
        "log_loss": loss, "slope": slope, "intercept": intercept,
    }  # fmt: skip
    return Fitted(model, chosen, rows, intercept + slope * blended)


def platt(log_odds: Floats, label: Bools) -> tuple[float, float]:
    """(slope, intercept) that calibrate `log_odds`. Source: Platt (1999); the slope is the calibration slope."""
    found = logistic_fit(log_odds[:, None], label, ridge=1e-3)
    slope = float(found.weights[0] / found.scale[0])
    return slope, float(found.intercept - slope * found.centre[0])


def shift(log_odds: Floats, label: Bools) -> float:
    """What is added to `log_odds` so that their chances add up to the labels."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        too_low = float(np.mean(1 / (1 + np.exp(-(log_odds + middle))))) < label.mean()
        low, high = (middle, high) if too_low else (low, middle)
    return (low + high) / 2


def _left_out(fold: Ints, fit: Any) -> Floats:
    found = np.empty(len(fold))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        found[outside] = fit(inside, outside)
    return found


def _ridge_chosen(wide: Floats, label: Bools, fold: Ints) -> tuple[float, Floats]:
    outs = {
        ridge: _left_out(fold, lambda a, b, r=ridge: logistic_fit(wide[a], label[a], ridge=r).log_odds(wide[b]))
        for ridge in _RIDGES
    }
    best = min(outs, key=lambda ridge: log_loss(outs[ridge], label))
    return best, outs[best]


def _growth_chosen(wide: Floats, label: Bools, fold: Ints, seed: int) -> tuple[Growth, Floats]:
    outs = {
        growth: _left_out(fold, lambda a, b, g=growth: trees_fit(wide[a], label[a], g, seed=seed).log_odds(wide[b]))
        for growth in _GROWTHS
    }
    best = min(outs, key=lambda growth: log_loss(outs[growth], label))
    return best, outs[best]


def _blend_chosen(parts: Floats, label: Bools) -> tuple[Floats, float]:
    """Weights that add up to 1, on a grid: with few rows nothing finer can be told apart."""
    losses, costs, count = {}, {}, parts.shape[1]
    for whole in product(range(_STEPS + 1), repeat=count):
        if sum(whole) == _STEPS:
            weight = np.array(whole) / _STEPS
            losses[whole] = log_loss(parts @ weight, label)
            costs[whole] = losses[whole] + _EVEN * float(np.sum((weight - 1 / count) ** 2)) / len(label)
    best = min(costs, key=lambda whole: costs[whole])
    return np.array(best) / _STEPS, losses[best]
