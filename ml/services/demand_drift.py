"""How far this week's products and their sales are from what the serving model was trained on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from xlcfi import clock
from xlcfi.artifacts.drift import week_is_noted, week_note
from xlcfi.artifacts.psi import deciles, spread

if TYPE_CHECKING:
    from ml.demand.series import Series

NAME: Final = "demand"
OUTCOME: Final = "outcome"
_HORIZON = 28
# What all products share differs from week to week by its nature: there are no tenths of it.
_DISTINCT = 20


def samples_of(series: "Series") -> dict[str, list[float]]:
    """By feature, its values of all products after the last day of `series`; `outcome`: units of four weeks."""
    import numpy as np

    from ml.demand.features import FEATURES, rows_at
    from ml.demand.learning import Setup, morning

    known = morning(series, setup=Setup(), ahead=_HORIZON)
    rows = rows_at(known, series.days, _HORIZON, np.arange(len(series.items)))
    found = {name: rows.features[:, place] for place, name in enumerate(FEATURES)}
    found[OUTCOME] = series.total(max(series.days - _HORIZON, 0), series.days)
    return {name: values.astype(float).tolist() for name, values in found.items() if _differs(values)}


def _differs(values: Any) -> bool:
    import numpy as np

    return len(np.unique(values[~np.isnan(values)])) >= _DISTINCT


def deciles_of(series: "Series") -> dict[str, list[float]]:
    """By feature, the tenths that later weeks are compared with."""
    return {name: deciles(spread(values)) for name, values in samples_of(series).items()}


def demand_drift_note(*, version: int, parameters: Mapping[str, Any], series: "Series") -> int:
    """Note this week, once; returns how many figures were noted. `series`: all days that are over."""
    today, expected = clock.today(), parameters.get("deciles") or {}
    if not expected or week_is_noted(name=NAME, version=version, week=today):
        return 0
    samples = {name: spread(values) for name, values in samples_of(series).items() if name in expected}
    known = {name: expected[name] for name in samples}
    return week_note(name=NAME, version=version, week=today, expected=known, samples=samples)
