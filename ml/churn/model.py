"""The churn model: two logistic regressions and boosted trees over one table of features, blended and calibrated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.churn.columns import CORE, WIDE, evened, places
from ml.churn.features import NAMES, Table, features_at
from ml.churn.logistic import Logistic, sigmoid
from ml.churn.orders import Floats, Ints, Orders
from ml.churn.rhythm import SHAPES, Rhythm
from ml.churn.trees import Trees

FORMAT = 1
HORIZON_DAYS = 90
OWN_GAPS = 2.0
OWN_BETWEEN = (7.0, 365.0)
_LEAST, _MOST = 0.001, 0.999


@dataclass(frozen=True)
class ChurnModel:
    """blend: weights of the three parts' log odds. slope, intercept: what calibrates the blend. unit: an order's median
    amount in the training data, in which amounts are counted. typical: each feature's median, shape (NAMES,)."""

    horizon: float
    unit: float
    rhythm: Rhythm
    small: Logistic
    wide: Logistic
    trees: Trees
    blend: Floats
    slope: float
    intercept: float
    typical: Floats

    def table(self, orders: Orders, customers: Ints, *, cut: float) -> Table:
        """Features of `customers`, each of whom has an order before `cut`; amounts in units of `unit`."""
        return features_at(orders, customers, cut=cut, rhythm=self.rhythm, horizon=self.horizon)

    def log_odds(self, values: Floats) -> Floats:
        """Calibrated log odds of no order within the horizon. values: shape (buyers, NAMES). shape (buyers,)."""
        return np.asarray(self.intercept + self.slope * (self.parts(values) @ self.blend))

    def risk(self, values: Floats) -> Floats:
        """P(no order within the horizon), shape (buyers,). Never quite certain."""
        return np.asarray(np.clip(sigmoid(self.log_odds(values)), _LEAST, _MOST))

    def own_rhythm(self, table: Table) -> tuple[Floats, Floats]:
        """(P(no order within so many days), the days: OWN_GAPS times the own usual gap); shape (buyers,) each."""
        usual = table.column("usual_gap")
        days = np.clip(np.ceil(OWN_GAPS * usual), *OWN_BETWEEN)
        chance = self.rhythm.judged(table.histories, days=days)[0]
        return np.asarray(np.clip(chance, _LEAST, _MOST)), days

    def parts(self, values: Floats) -> Floats:
        """The parts' log odds, shape (buyers, 3)."""
        even = evened(values)
        small, wide = even[:, places(CORE)], even[:, places(WIDE)]
        return np.column_stack([self.small.log_odds(small), self.wide.log_odds(wide), self.trees.log_odds(wide)])

    def arrays(self) -> "dict[str, np.ndarray[Any, Any]]":
        """For a model's file."""
        found: dict[str, np.ndarray[Any, Any]] = {
            "scalars": np.array([self.horizon, self.unit, self.slope, self.intercept]),
            "rhythm": np.array([self.rhythm.pace, self.rhythm.pace_days, self.rhythm.stop, self.rhythm.stay]),
            "rhythm.shares": np.array(self.rhythm.shares),
            "blend": self.blend,
            "typical": self.typical,
        }
        for name, part in (("small", self.small), ("wide", self.wide), ("trees", self.trees)):
            found |= {f"{name}.{key}": np.asarray(value) for key, value in vars(part).items()}
        return found

    @classmethod
    def of_arrays(cls, arrays: "Mapping[str, np.ndarray[Any, Any]]", parameters: Mapping[str, Any]) -> "ChurnModel":
        """The reverse. Raises ValueError or KeyError for a file of other code."""
        if parameters.get("format") != FORMAT or tuple(parameters.get("names", ())) != NAMES:
            raise ValueError("this churn model was made by other code")
        horizon, unit, slope, intercept = arrays["scalars"].tolist()
        pace, pace_days, stop, stay = arrays["rhythm"].tolist()
        rhythm = Rhythm(pace, pace_days, stop, stay, tuple(arrays["rhythm.shares"].tolist()))
        if len(rhythm.shares) != len(SHAPES) or arrays["typical"].shape != (len(NAMES),):
            raise ValueError("this churn model was made by other code")
        small, wide = _logistic(arrays, "small"), _logistic(arrays, "wide")
        of_trees = {key.removeprefix("trees."): value for key, value in arrays.items() if key.startswith("trees.")}
        trees = Trees.of_arrays(of_trees, features=len(WIDE))
        return cls(horizon, unit, rhythm, small, wide, trees, arrays["blend"], slope, intercept, arrays["typical"])


def _logistic(arrays: "Mapping[str, np.ndarray[Any, Any]]", name: str) -> Logistic:
    centre, scale, weights = (arrays[f"{name}.{key}"] for key in ("centre", "scale", "weights"))
    return Logistic(centre, scale, weights, float(arrays[f"{name}.intercept"]))
