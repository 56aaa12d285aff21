"""Why somebody's risk is what it is: what the log odds would be if one side of their history were everybody's usual."""

from dataclasses import dataclass

import numpy as np

from ml.churn.features import NAMES, Table
from ml.churn.model import ChurnModel
from ml.churn.orders import Floats

SIDES: dict[str, tuple[str, ...]] = {
    "rhythm": (
        "recency", "recency_over_gap", "recency_over_longest", "rhythm_risk", "rhythm_stopped", "usual_gap", "gap_mean",
        "gap_median", "gap_spread", "gap_last", "gap_longest", "last_gap_over_usual",
    ),
    "history": ("orders", "tenure", "orders_180", "orders_365", "same_day_share"),
    "lately": ("orders_30", "orders_60", "orders_90", "trend"),
    "value": ("spent", "mean_order", "value_trend", "last_value"),
    "returns": ("returned_share", "returns"),
    "habits": ("weekend_share", "hour"),
}  # fmt: skip
LEAST = 0.1  # log odds
MOST = 4


@dataclass(frozen=True)
class Driver:
    """One side of somebody's history. effect: on the log odds; above zero it raises the risk. facts: by feature."""

    side: str
    effect: float
    facts: dict[str, float]


def drivers_of(model: ChurnModel, table: Table) -> list[list[Driver]]:
    """For each row of `table` the sides that matter, the largest effect first; LEAST and MOST bound what is told."""
    values, buyers = table.values, len(table.values)
    changed = np.concatenate([values, *(_usual(values, model.typical, side) for side in SIDES)])
    odds = model.log_odds(changed).reshape(len(SIDES) + 1, buyers)
    effects = odds[0] - odds[1:]
    found = []
    for row in range(buyers):
        facts = dict(zip(NAMES, values[row].tolist(), strict=True))
        drivers = [Driver(side, float(effects[number, row]), facts) for number, side in enumerate(SIDES)]
        drivers = [driver for driver in drivers if abs(driver.effect) >= LEAST]
        found.append(sorted(drivers, key=lambda driver: -abs(driver.effect))[:MOST])
    return found


def _usual(values: Floats, typical: Floats, side: str) -> Floats:
    found = values.copy()
    at = [NAMES.index(name) for name in SIDES[side]]
    found[:, at] = typical[at]
    return found
