"""Training the demand model on the platform's sales, and comparing it with the one that serves."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ml.selectors.demand import last_sale_day, shelf_until
from ml.services.demand_drift import deciles_of
from xlcfi import clock
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress
from xlcfi.clock import SEOUL

if TYPE_CHECKING:
    from ml.demand.model import DemandModel
    from ml.demand.series import Series

HELD_OUT_DAYS = 28
# What is as good is taken, for it knows the newer days; kept aside is what is worse by more than this.
NO_WORSE = 1.01


def demand_train(*, serving: Loaded | None, progress: Progress) -> Candidate:
    """A candidate from three years of sales. The last 28 days are held out to compare it with what serves and with the
    simple methods; what then serves has learnt from all days. Raises SubjectRefused for too few.
    """
    from ml.demand.features import FEATURES
    from ml.demand.learning import LEAST_HISTORY, Setup
    from ml.demand.model import FORMAT, DemandModel

    progress("reading", 0, 3)
    # Where nothing has come in since (a copy, an import that stands still) nobody stopped buying by that.
    shelf = shelf_until(until=min(clock.today(), (last_sale_day() or clock.today()) + timedelta(days=1)))
    if shelf is None or shelf.series.days < LEAST_HISTORY + 2 * HELD_OUT_DAYS:
        raise SubjectRefused(f"at least {LEAST_HISTORY + 2 * HELD_OUT_DAYS} days of sales are needed")
    series, setup = shelf.series, Setup()
    progress("fitting for the comparison", 1, 3)
    metrics, better, reason = _compared(series, setup, serving)
    progress("fitting", 2, 3)
    model = DemandModel.learnt(series, setup)
    progress("fitting", 3, 3)
    first = datetime.combine(series.first, datetime.min.time(), SEOUL)
    return Candidate(
        arrays=model.arrays(),
        parameters={
            "format": FORMAT,
            "items": len(series.items),
            "groups": series.groups,
            "deciles": deciles_of(series),
        },
        metrics=metrics,
        window=(first, first + timedelta(days=series.days)),
        better=better,
        reason=reason,
        features=FEATURES,
    )


def _compared(series: "Series", setup: Any, serving: Loaded | None) -> tuple[dict[str, Any], bool, str]:
    from ml.demand.baselines import BASELINES
    from ml.demand.learning import HORIZONS
    from ml.demand.model import DemandModel

    cut = series.days - HELD_OUT_DAYS
    before = series.until(cut)
    models = {"candidate": DemandModel.learnt(before, setup)}
    if serving is not None:
        # One of another form can't be compared; it is replaced.
        with suppress(KeyError, ValueError):
            models["serving"] = DemandModel.of_arrays(serving.arrays, serving.parameters)
    figures: dict[str, dict[str, float]] = {
        name: _wapes(model, series, before, setup) for name, model in models.items()
    }
    simple = {
        name: {f"wape_{days}": _wape(method(before, cut, days), series, cut, days) for days in HORIZONS}
        for name, method in BASELINES.items()
    }
    metrics = {"candidate": figures["candidate"], "serving": figures.get("serving"), "baselines": simple}
    if "serving" not in figures:
        return metrics, True, "The first one of this form."
    ours, theirs = figures["candidate"]["wape_28"], figures["serving"]["wape_28"]
    told = f"WAPE of 28 days {ours:.4f} against {theirs:.4f} of what serves, which may have learnt from those days."
    return metrics, ours <= NO_WORSE * theirs, told


def _wapes(model: "DemandModel", series: "Series", before: "Series", setup: Any) -> dict[str, float]:
    said = model.forecasts(before, setup=setup).totals
    return {f"wape_{days}": _wape(one.median, series, before.days, days) for days, one in said.items()}


def _wape(said: Any, series: "Series", cut: int, days: int) -> float:
    import numpy as np

    actual = series.total(cut, cut + days)
    return float(np.abs(said - actual).sum() / max(actual.sum(), 1.0))
