"""Training the churn model on the platform's orders, and comparing it with the one that serves."""

from typing import TYPE_CHECKING, Any

from ml.selectors.churn import SHARES, paid_orders_of_share
from ml.services.churn import HORIZON_DAYS, day_number
from xlcfi import clock
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.psi import deciles, spread
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress
from xlcfi.clock import SEOUL
from xlcfi.runs import estimated_rows

if TYPE_CHECKING:
    from ml.churn.fitting import Fitted
    from ml.churn.orders import Ints, Orders

MOST_BUYERS = 20_000
_HELD_OUT = 5  # one in so many is never learnt from


def churn_train(*, serving: Loaded | None, progress: Progress) -> Candidate:
    """A candidate from up to MOST_BUYERS buyers. One in five is never learnt from: the candidate and the serving model
    are compared on what those did in the last 90 days, by a fit that saw nothing of these. Raises SubjectRefused.
    """
    from ml.churn.fitting import TooLittle, churn_fit, cuts_of
    from ml.churn.platform_orders import currency_units, orders_of

    progress("reading", 0, 0)
    share = min(SHARES, max(1, SHARES * MOST_BUYERS // max(estimated_rows("users"), 1)))
    paid = paid_orders_of_share(share=share)
    # Whole days only: the one that is running is no day like the others.
    today = clock.today()
    end = day_number(clock.day_start(today))
    units = currency_units(paid.currency, paid.total)
    every, users = orders_of(paid.buyer, paid.day, paid.currency, paid.total, units=units)
    every = every.before(end)
    if not len(every.day):
        raise SubjectRefused("there are no paid orders yet")
    # Where nothing has come in since (a copy, an import that stands still) nobody stayed away by that.
    end = min(end, float(int(every.day.max())) + 1)
    learnt, held = _parts(users)
    first, test = float(every.day.min()), end - HORIZON_DAYS
    try:
        progress("fitting for the comparison", 0, 2)
        cuts = cuts_of(first, test, horizon=HORIZON_DAYS)
        measured = churn_fit(every.of(learnt), cuts or [test], horizon=HORIZON_DAYS)
        metrics, better, reason = _compared(measured, every.of(held), cut=test, serving=serving)
        progress("fitting", 1, 2)
        fitted = churn_fit(every.of(learnt), cuts_of(first, end, horizon=HORIZON_DAYS) or [test], horizon=HORIZON_DAYS)
    except TooLittle as error:
        raise SubjectRefused(str(error)) from error
    return _candidate(fitted, metrics, units, first=first, better=better, reason=reason)


def _parts(users: "Ints") -> "tuple[Ints, Ints]":
    """(customers to learn from, customers held out), the same ones at every training."""
    import numpy as np

    out = (users * 2_654_435_761 % 2**32) // 2**16 % _HELD_OUT == 0
    return np.flatnonzero(~out), np.flatnonzero(out)


def _compared(
    measured: "Fitted", held: "Orders", *, cut: float, serving: Loaded | None
) -> tuple[dict[str, Any], bool, str]:
    from ml.churn.baselines import recency_fit, rfm_fit
    from ml.churn.fitting import LEAST_OF_A_KIND, TooLittle
    from ml.churn.measures import areas, calibration
    from ml.churn.model import ChurnModel
    from ml.churn.orders import buyers_before, stayed_away

    who = buyers_before(held, cut)
    label = stayed_away(held, who, cut=cut, days=HORIZON_DAYS)
    if min(label.sum(), (~label).sum()) < LEAST_OF_A_KIND:
        raise TooLittle(f"{len(who)} buyers are held out to compare on: too few")
    values = measured.model.table(held, who, cut=cut).values
    scores = {"candidate": measured.model.log_odds(values)}
    before = None
    if serving is not None:
        try:
            before = ChurnModel.of_arrays(serving.arrays, serving.parameters)
        except (KeyError, ValueError):
            before = None
    if before is not None:
        scores["serving"] = before.log_odds(before.table(held, who, cut=cut).values)
    scores["rfm logistic"] = rfm_fit(measured.rows, customers=int(measured.rows.customer.max()) + 1, seed=0).score(
        values
    )
    scores["recency"] = recency_fit(measured.rows).score(values)
    area, less = areas(scores, label, seed=0)
    figures: dict[str, dict[str, Any]] = {}
    for name, odds in scores.items():
        of = calibration(odds, label, seed=0)
        figures[name] = {
            "auc": area[name].value, "log_loss": of["log_loss"], "slope": of["slope"]["value"],
            "calibration_error": of["calibration_error"], "mean_risk": of["mean_risk"], "share_away": of["share_away"],
        }  # fmt: skip
    metrics = {
        "candidate": figures["candidate"], "serving": figures.get("serving"),
        "baselines": {name: figures[name] for name in ("rfm logistic", "recency")},
        "held_out_buyers": len(who), "candidate_minus": {name: one.told for name, one in less.items()},
        "chosen": measured.chosen,
    }  # fmt: skip
    if before is None:
        return metrics, True, "The first one of this form."
    difference = less["serving"]
    told = (
        f"AUC {difference.value:+.4f} against the serving model ({difference.low:+.4f} to {difference.high:+.4f}, 95 %)"
    )
    # What is as good is taken: it knows the newer days.
    worse = difference.high < 0
    return metrics, not worse, told + (", significantly worse." if worse else ", not significantly worse.")


def _candidate(
    fitted: "Fitted", metrics: dict[str, Any], units: dict[str, float], *, first: float, better: bool, reason: str
) -> Candidate:
    from datetime import UTC, datetime, timedelta

    from ml.churn.columns import OF_THE_CUT
    from ml.churn.features import NAMES
    from ml.churn.model import FORMAT

    latest = fitted.rows.cut == fitted.rows.cut.max()
    of = {name: fitted.rows.values[latest, at] for at, name in enumerate(NAMES) if name not in OF_THE_CUT}
    parameters = {
        "format": FORMAT, "names": list(NAMES), "units": units, "horizon_days": HORIZON_DAYS, "chosen": fitted.chosen,
        "deciles": {name: deciles(spread(values.tolist())) for name, values in of.items()},
        "outcome_deciles": deciles(spread(fitted.rows.label[latest].astype(float).tolist())),
        "risk_deciles": deciles(fitted.model.risk(fitted.rows.values[latest]).tolist()),
    }  # fmt: skip
    began = datetime(1970, 1, 1, tzinfo=SEOUL) + timedelta(days=first)
    return Candidate(
        arrays=fitted.model.arrays(), parameters=parameters, metrics=metrics,
        window=(began.astimezone(UTC), clock.now()), better=better, reason=reason, features=NAMES,
    )  # fmt: skip
