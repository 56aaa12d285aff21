"""What the model has to beat: recency alone, and logistic regression on recency, frequency and money."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.churn.columns import RFM, evened, places
from ml.churn.features import NAMES
from ml.churn.fitting import FOLDS, Rows
from ml.churn.logistic import log_loss, logistic_fit
from ml.churn.orders import Floats, Ints

_RIDGES = (0.1, 3.0, 30.0, 300.0)
_FORMS: dict[str, Callable[[Floats], Floats]] = {"as they are": lambda values: values, "logarithms": evened}


@dataclass(frozen=True)
class Baseline:
    """score: of a table of features, the higher the likelier to stay away; log odds. chosen: its settings."""

    score: Callable[[Floats], Floats]
    chosen: dict[str, Any]


def rfm_fit(rows: Rows, *, customers: int, seed: int) -> Baseline:
    """The form of the three features and the ridge are chosen on the same folds as the model's settings."""
    fold = np.random.default_rng(seed).permutation(customers)[rows.customer] % FOLDS
    columns, losses = places(RFM), {}
    for name, form in _FORMS.items():
        of = form(rows.values)[:, columns]
        for ridge in _RIDGES:
            losses[name, ridge] = log_loss(_left_out(of, rows, fold, ridge), rows.label)
    name, ridge = min(losses, key=lambda key: losses[key])
    form = _FORMS[name]
    fitted = logistic_fit(form(rows.values)[:, columns], rows.label, ridge=ridge)
    chosen = {"features": name, "ridge": ridge, "log_loss": losses[name, ridge], "tries": len(losses)}
    return Baseline(lambda values: fitted.log_odds(form(values)[:, columns]), chosen)


def recency_fit(rows: Rows) -> Baseline:
    """A logistic regression on the logarithm of recency: it ranks as recency does."""
    column = places(("recency",))
    fitted = logistic_fit(evened(rows.values)[:, column], rows.label, ridge=1e-3)
    return Baseline(lambda values: fitted.log_odds(evened(values)[:, column]), {})


def rhythm_score(values: Floats) -> Floats:
    """Log odds by the MBG/CNBD-k model alone."""
    return np.asarray(values[:, NAMES.index("rhythm_risk")])


def _left_out(of: Floats, rows: Rows, fold: Ints, ridge: float) -> Floats:
    found = np.empty(len(fold))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        found[outside] = logistic_fit(of[inside], rows.label[inside], ridge=ridge).log_odds(of[outside])
    return found
