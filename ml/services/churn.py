"""Who is likely to stay away: the risk of users, and why, by the model that serves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ml.selectors.churn import paid_orders_of
from xlcfi import clock
from xlcfi.artifacts.serving import serving, serving_as
from xlcfi.artifacts.subjects import Loaded
from xlcfi.clock import SEOUL

if TYPE_CHECKING:
    from ml.churn.features import Table
    from ml.churn.model import ChurnModel

NAME = "churn"
HORIZON_DAYS = 90
NO_PAID_ORDERS, NO_MODEL = "NO_PAID_ORDERS", "NO_MODEL"


@dataclass(frozen=True)
class _Serving:
    """What the model's file holds."""

    model: "ChurnModel"
    units: dict[str, float]


def churn_model_serves() -> bool:
    """Whether there is a model to ask."""
    return serving(NAME) is not None


def churn_risks(*, user_ids: Sequence[int]) -> dict[int, float]:
    """P(no paid order in the next HORIZON_DAYS) of those of `user_ids` who have a paid order; empty without a model."""
    found = _table(user_ids)
    if found is None:
        return {}
    served, table, users = found
    return {user: round(float(risk), 4) for user, risk in zip(users, served.model.risk(table.values), strict=True)}


def churn_of(*, user_id: int) -> dict[str, Any]:
    """The answer about one user; null with a reason for whoever never paid, and where there is no model."""
    answer: dict[str, Any] = {
        "user_id": user_id, "churn_risk": None, "horizon_days": HORIZON_DAYS, "own_rhythm": None, "drivers": [],
        "reason": None, "model_version": None, "as_of": clock.now().astimezone(SEOUL).isoformat(),
    }  # fmt: skip
    loaded = serving(NAME)
    if loaded is None:
        return {**answer, "reason": NO_MODEL}
    answer["model_version"] = str(loaded.version)
    found = _table([user_id])
    if found is None:
        return {**answer, "reason": NO_PAID_ORDERS}
    served, table, _users = found
    return {**answer, **_told(served.model, table)[0]}


def churn_of_many(*, user_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Risk, risk by the own rhythm and drivers of those who have a paid order; empty without a model."""
    found = _table(user_ids)
    if found is None:
        return {}
    served, table, users = found
    return dict(zip(users, _told(served.model, table), strict=True))


def _told(model: "ChurnModel", table: "Table") -> list[dict[str, Any]]:
    from ml.churn.driver_words import driver_text
    from ml.churn.drivers import drivers_of

    risks, (own, days) = model.risk(table.values), model.own_rhythm(table)
    usual = table.column("usual_gap")
    return [
        {
            "churn_risk": round(float(risks[row]), 4),
            "own_rhythm": {
                "usual_gap_days": round(float(usual[row]), 1),
                "horizon_days": int(days[row]),
                "risk": round(float(own[row]), 4),
            },
            "drivers": [
                {
                    "name": driver.side,
                    "direction": "raises" if driver.effect > 0 else "lowers",
                    "effect": round(driver.effect, 3),
                    "text": driver_text(driver),
                }
                for driver in drivers
            ],
        }
        for row, drivers in enumerate(drivers_of(model, table))
    ]


def _table(user_ids: Sequence[int]) -> "tuple[_Serving, Table, list[int]] | None":
    """The serving model, the features of those who have a paid order, and who they are; None without any of it."""
    served = serving_as(NAME, _decode)
    if served is None:
        return None
    from ml.churn.orders import buyers_before
    from ml.churn.platform_orders import orders_of

    paid = paid_orders_of(user_ids=user_ids)
    now = day_number(clock.now())
    orders, users = orders_of(paid.buyer, paid.day, paid.currency, paid.total, units=served.units)
    who = buyers_before(orders, now)
    if not len(who):
        return None
    return served, served.model.table(orders, who, cut=now), [int(user) for user in users[who]]


def day_number(moment: datetime) -> float:
    """Days since 1970 by Seoul's wall clock, with their fraction."""
    wall = moment.astimezone(SEOUL).replace(tzinfo=None)
    return math.fsum(
        [wall.toordinal() - 719_163, (wall - datetime.combine(wall, datetime.min.time())).total_seconds() / 86_400]
    )


def _decode(loaded: Loaded) -> _Serving:
    from ml.churn.model import ChurnModel

    units = {str(name): float(unit) for name, unit in loaded.parameters["units"].items()}
    return _Serving(ChurnModel.of_arrays(loaded.arrays, loaded.parameters), units)
