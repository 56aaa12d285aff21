"""How far a target is: what has been reached, what should have been by now, and what the run rate leads to.

Pure: no database and no clock. Days are weighed by the same days 52 weeks earlier (weekday on weekday, so no leap day
shifts them) where that year is known, else equally: a December target is not late because November is quiet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ON_TRACK, AT_RISK, MISSED, REACHED = "on_track", "at_risk", "missed", "reached"
FORECAST_FROM = 0.1
"""A run rate is told once so much of the period (weighted) is over: before, one good day would decide."""
RISK_BELOW = Decimal("0.95")
"""At risk is a forecast below this part of the amount; it is over when the forecast reaches all of it. Between the two
the status stays what it was, so that it does not change from day to day."""
KNOWN_DAYS = 2 / 3
KNOWN_FROM = 7
"""Last year counts as known where so many of its days, and one of its first seven, had anything."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Progress:
    """actual, expected (by now), forecast (at the end; None too early): in the target's unit. elapsed: the weighted
    part of the period that is over, 0..1. by_last_year: whether last year weighed the days."""

    actual: Decimal
    expected: Decimal
    forecast: Decimal | None
    elapsed: float
    by_last_year: bool
    status: str


def day_weights(last_year: Sequence[Decimal], *, days: int) -> tuple[list[float], bool]:
    """The weight of each of `days` days (they add up to 1), and whether `last_year` gave them.

    last_year: the values of the days 364 days before each, shape (days,). A negative one (more refunds than sales)
    counts as none.
    """
    values = [max(float(value), 0.0) for value in last_year]
    total, filled = sum(values), sum(value > 0 for value in values)
    if total > 0 and filled >= KNOWN_DAYS * days and any(values[:KNOWN_FROM]):
        return [value / total for value in values], True
    return [1 / days] * days, False


def progress_of(
    *,
    amount: Decimal,
    values: Sequence[Decimal],
    last_year: Sequence[Decimal],
    finished: int,
    today: float,
    before: str = ON_TRACK,
) -> Progress:
    """The progress of a target of `amount`.

    values: what each day of the period brought so far, shape (days,). last_year: see `day_weights`. finished: how many
    of its days are over (negative: it has not begun); today: which part of the next one is, 0..1. before: its status.
    """
    days = len(values)
    actual = sum(values, Decimal(0))
    weights, by_last_year = day_weights(last_year, days=days)
    over = min(max(finished, 0), days)
    elapsed_finished = sum(weights[:over])
    elapsed = elapsed_finished + (weights[over] * today if 0 <= finished < days else 0.0)
    forecast: Decimal | None = None
    if finished >= days:
        elapsed, forecast = 1.0, actual
    elif elapsed_finished >= FORECAST_FROM:
        rate = sum(values[:over], Decimal(0)) / Decimal(elapsed_finished)
        forecast = max(rate.quantize(CENT), actual)
    return Progress(
        actual=actual,
        expected=(amount * Decimal(min(elapsed, 1.0))).quantize(CENT),
        forecast=forecast,
        elapsed=round(min(elapsed, 1.0), 4),
        by_last_year=by_last_year,
        status=_status(amount, actual, forecast, ended=finished >= days, before=before),
    )


def _status(amount: Decimal, actual: Decimal, forecast: Decimal | None, *, ended: bool, before: str) -> str:
    if actual >= amount:
        return REACHED
    if ended:
        return MISSED
    still = AT_RISK if before == AT_RISK else ON_TRACK
    if forecast is None:
        return still
    if forecast < amount * RISK_BELOW:
        return AT_RISK
    return ON_TRACK if forecast >= amount else still
