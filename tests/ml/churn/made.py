"""Buyers made by hand or by lot, and a model whose risk is that of its rhythm alone."""

from datetime import timedelta

import numpy as np

from ml.churn.columns import CORE, WIDE
from ml.churn.features import NAMES
from ml.churn.logistic import Logistic
from ml.churn.model import FORMAT, ChurnModel
from ml.churn.orders import Orders
from ml.churn.rhythm import Rhythm
from ml.churn.trees import DEPTH, Trees
from tests.artifacts.toys import stored
from tests.factories import seoul

RHYTHM = Rhythm(pace=1.5, pace_days=60.0, stop=1.0, stay=6.0, shares=(0.3, 0.4, 0.1, 0.1, 0.1))
DRAWN_UNTIL = 400.0


def orders_by_hand(*rows):
    """Each row: (customer, day, amount)."""
    customer, day, amount = zip(*rows, strict=True)
    return Orders.sorted(customer=customer, day=day, amount=amount, customers=max(customer) + 1)


def drawn(customers, *, seed=0, until=DRAWN_UNTIL):
    """Buyers with gamma gaps of their own pace, who stop after an order by a chance of their own."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        gap, stops = rng.lognormal(3.3, 0.7), rng.beta(1.0, 6.0)
        day = rng.uniform(0, 0.8 * until)
        while day < until:
            rows.append((customer, day, rng.lognormal(3, 0.5)))
            if rng.random() < stops:
                break
            day += rng.gamma(2.0, gap / 2)
    return orders_by_hand(*rows)


def rhythm_model(**changed):
    """log odds = those of the rhythm: every other part of the model weighs nothing."""
    weights = np.array([float(name == "rhythm_risk") for name in CORE])
    nothing = np.zeros(len(WIDE))
    inner, leaves = 2**DEPTH - 1, 2**DEPTH
    parts = {
        "horizon": 90.0, "unit": 1.0, "rhythm": RHYTHM, "slope": 1.0, "intercept": 0.0,
        "small": Logistic(np.zeros(len(CORE)), np.ones(len(CORE)), weights, 0.0),
        "wide": Logistic(nothing, np.ones(len(WIDE)), nothing, 0.0),
        "trees": Trees(np.zeros((1, inner), np.int64), np.full((1, inner), np.inf), np.zeros((1, leaves)), 0.0),
        "blend": np.array([1.0, 0.0, 0.0]), "typical": np.ones(len(NAMES)),
    }  # fmt: skip
    return ChurnModel(**{**parts, **changed})


def model_serves(*, units=None, deciles=None, **changed):
    """That model, stored and serving under the name of the churn model."""
    model = rhythm_model(**changed)
    tenths = [0.1 * tenth for tenth in range(1, 10)]
    parameters = {
        "format": FORMAT, "names": list(NAMES), "units": units or {"": 30_000.0, "KRW": 30_000.0},
        "deciles": deciles or {}, "risk_deciles": tenths, "outcome_deciles": tenths,
    }  # fmt: skip
    return stored("churn", arrays=model.arrays(), parameters=parameters, serves=True)


def bought(market, buyer, *days_ago, now=None):
    """A paid order of `buyer` at noon of each of so many days ago."""
    noon = now or seoul("2025-11-20 10:15")
    return [
        market.paid_order(buyer_id=buyer, total=30_000, created_at=noon - timedelta(days=days)) for days in days_ago
    ]
