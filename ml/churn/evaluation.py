"""The churn model against its baselines: every customer is judged by a model that was fitted on others."""

import time
from typing import Any

import numpy as np

from ml.churn.baselines import recency_fit, rfm_fit, rhythm_score
from ml.churn.fitting import TooLittle, churn_fit, cuts_of
from ml.churn.measures import areas, calibration
from ml.churn.orders import Orders, buyers_before, stayed_away
from xlcfi.artifacts.subjects import Progress

OURS, RFM, RECENCY, RHYTHM = "ours", "rfm logistic", "recency", "rhythm model"
FOLDS = 5
_LEAST_BEFORE = 14  # days


def evaluate(orders: Orders, *, horizon: float, seed: int, progress: Progress) -> dict[str, Any]:
    """The report for JSON. orders: amounts in any unit, days with their fraction.

    Test cut-off: `horizon` days before the end of the last day. The customers are dealt into FOLDS parts; those of a
    part are judged by what was fitted on the others: on earlier cut-offs whose labels were known at the test's, where
    there is so much history, or else on the others' labels at the same cut-off. Raises TooLittle.
    """
    began = time.monotonic()
    first, end = float(orders.day.min()), float(np.floor(orders.day.max())) + 1
    cut = end - horizon
    if cut - first < _LEAST_BEFORE:
        raise TooLittle(f"the orders span {end - first:.0f} days; {horizon + _LEAST_BEFORE:.0f} are needed at least")
    cuts = cuts_of(first, cut, horizon=horizon)
    who = buyers_before(orders, cut)
    label = stayed_away(orders, who, cut=cut, days=horizon)
    part = np.random.default_rng(seed).permutation(orders.customers) % FOLDS
    scores = {name: np.zeros(len(who)) for name in (OURS, RFM, RECENCY, RHYTHM)}
    own, folds, seasons = {"risk": np.zeros(len(who)), "days": np.zeros(len(who))}, [], cuts or [cut]
    for number in range(FOLDS):
        progress("fitting", number, FOLDS)
        others = np.flatnonzero(part != number)
        learnt = orders.of(others)
        unit = unit_of(learnt)
        learnt = learnt.scaled(unit)
        fitted = churn_fit(learnt, seasons, horizon=horizon, unit=unit, seed=seed)
        tested = np.flatnonzero(part[who] == number)
        if not len(tested):
            continue
        table = fitted.model.table(orders.scaled(unit), who[tested], cut=cut)
        values = table.values
        rfm = rfm_fit(fitted.rows, customers=len(others), seed=seed)
        scores[OURS][tested] = fitted.model.log_odds(values)
        scores[RFM][tested] = rfm.score(values)
        scores[RECENCY][tested] = recency_fit(fitted.rows).score(values)
        scores[RHYTHM][tested] = rhythm_score(values)
        own["risk"][tested], own["days"][tested] = fitted.model.own_rhythm(table)
        folds.append({"ours": fitted.chosen, "rfm logistic": rfm.chosen})
    progress("measuring", FOLDS, FOLDS)
    area, difference = areas(scores, label, seed=seed)
    return {
        "data": {
            "orders": int(orders.bought.sum()), "returns": int((~orders.bought).sum()), "customers": orders.customers,
            "tested": len(who), "stayed_away": int(label.sum()), "one_time": int(_once(orders, who, cut).sum()),
            "first_day": day_text(first), "cut_off": day_text(cut), "last_day": day_text(end - 1),
        },
        "horizon_days": horizon,
        "fitted_on": {
            "customers": "others than those tested", "folds": FOLDS, "same_cut_off": not cuts,
            "cut_offs": [day_text(one) for one in seasons],
        },
        "auc": {name: one.told for name, one in area.items()},
        "ours_minus": {name: one.told for name, one in difference.items()},
        "calibration": {name: calibration(scores[name], label, seed=seed) for name in (OURS, RFM, RHYTHM)},
        "one_time_buyers": _one_time(scores[OURS], label, _once(orders, who, cut)),
        "own_rhythm": _own(orders, who, own, cut=cut, horizon=horizon),
        "chosen": folds,
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def unit_of(orders: Orders) -> float:
    """The median amount of an order: what amounts are counted in, so that no currency matters."""
    return float(np.median(orders.amount[orders.bought])) if orders.bought.any() else 1.0


def day_text(day: float) -> str:
    """A day since 1970 as ISO has it."""
    return str(np.datetime64(int(day), "D"))


def _once(orders: Orders, who: Any, cut: float) -> Any:
    rows = orders.bought & (orders.day < cut)
    return np.bincount(orders.customer[rows], minlength=orders.customers)[who] == 1


def _one_time(log_odds: Any, label: Any, once: Any) -> dict[str, Any]:
    if not once.any():
        return {"customers": 0}
    risk = 1 / (1 + np.exp(-log_odds[once]))
    return {
        "customers": int(once.sum()),
        "mean_risk": round(float(risk.mean()), 6),
        "share_away": round(float(label[once].mean()), 6),
    }


def _own(orders: Orders, who: Any, own: dict[str, Any], *, cut: float, horizon: float) -> dict[str, Any]:
    """The risk over twice the own usual gap, of those whose outcome is known within the horizon."""
    known = own["days"] <= horizon
    after = orders.taken(orders.bought & (orders.day >= cut))
    next_day = np.full(orders.customers, np.inf)
    np.minimum.at(next_day, after.customer, after.day)
    away = next_day[who] >= cut + own["days"]
    if not known.any():
        return {"customers": 0}
    return {
        "customers": int(known.sum()), "mean_risk": round(float(own["risk"][known].mean()), 6),
        "share_away": round(float(away[known].mean()), 6),
    }  # fmt: skip
