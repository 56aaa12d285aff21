"""What an experiment says so far, and whether it may be believed yet."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recommendations.intervals import (
    LEVEL,
    Estimate,
    Sample,
    always_valid,
    mean_difference,
    mean_interval,
    share_difference,
    shares_off,
    wilson,
)
from recommendations.models import Experiment, ExperimentSum
from xlcfi import clock

# Fabijan et al. (2019): below it the lot is broken, not unlucky.
UNEVEN_BELOW = 0.0005


class Figure(StrEnum):
    """What variants are compared by. All count every person who was shown an answer, whatever they did with it."""

    CLICK_RATE = "click_rate"
    """People who clicked on a recommended product, of all people."""
    ORDER_RATE = "order_rate"
    """People who bought anything since their first answer, of those signed in."""
    REVENUE = "revenue_per_person"
    """What they paid in won since their first answer, whatever it was for, per person signed in."""


class Verdict(StrEnum):
    """What may be said of a variant against the first one."""

    NOT_YET = "not_yet"
    """Fewer people than were planned: the fixed interval means nothing yet, however it looks."""
    UNEVEN = "uneven"
    """People fell into the variants otherwise than by their shares: something is broken, and nothing can be said."""
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"


@dataclass(frozen=True)
class VariantResult:
    """A variant. share: of a hundred people. rates: by Figure; conversion_rate: who bought what they were answered."""

    name: str
    share: float
    sums: ExperimentSum | None
    rates: dict[Figure, Estimate | None]
    conversion_rate: Estimate | None


@dataclass(frozen=True)
class Effect:
    """A variant against the first one. fixed: for one look at the planned size; always_valid: for any number of looks.

    may_stop: the always-valid interval leaves 0 out, so stopping now, at any size, is no peeking.
    """

    variant: str
    figure: Figure
    fixed: Estimate | None
    always_valid: Estimate | None
    verdict: Verdict
    may_stop: bool


@dataclass(frozen=True)
class ExperimentResult:
    """An experiment. uneven: how probable so uneven a lot is. level: of each interval, so that all hold together."""

    experiment: Experiment
    state: str
    people: int
    crossed: int
    uneven: float | None
    level: float
    variants: list[VariantResult]
    effects: list[Effect]
    as_of: datetime

    @property
    def enough(self) -> bool:
        """As many people as were planned have come."""
        return self.people >= self.experiment.planned_people


def experiment_results(*, experiment: int = 0, surface: str = "", limit: int = 20) -> list[ExperimentResult]:
    """The latest experiments, or the one named. A fixed number of queries."""
    wanted = Experiment.objects.order_by("-starts_at", "-id").prefetch_related("variants")
    if experiment:
        wanted = wanted.filter(id=experiment)
    if surface:
        wanted = wanted.filter(surface=surface)
    found = list(wanted[:limit])
    sums: dict[tuple[int, str], ExperimentSum] = {
        (each.experiment_id, each.variant): each
        for each in ExperimentSum.objects.filter(experiment_id__in=[each.id for each in found])
    }
    return [_result(each, sums) for each in found]


def _result(experiment: Experiment, sums: dict[tuple[int, str], ExperimentSum]) -> ExperimentResult:
    variants = sorted(experiment.variants.all(), key=lambda variant: variant.id)
    # Several variants against one: each interval is made wider, so that all are right together (Bonferroni).
    level = 1 - (1 - LEVEL) / max(1, len(variants) - 1)
    results = [
        _variant(variant.name, float(variant.share), sums.get((experiment.id, variant.name))) for variant in variants
    ]
    uneven = shares_off(
        [0 if each.sums is None else each.sums.people for each in results], [each.share for each in results]
    )
    people = sum(each.sums.people for each in results if each.sums)
    effects = [
        _effect(results[0], other, figure, experiment, level, people=people, uneven=uneven)
        for other in results[1:]
        for figure in Figure
    ]
    return ExperimentResult(
        experiment=experiment,
        state=_state(experiment),
        people=people,
        crossed=sum(each.sums.crossed for each in results if each.sums),
        uneven=uneven,
        level=level,
        variants=results,
        effects=effects,
        as_of=clock.now(),
    )


def _state(experiment: Experiment) -> str:
    now = clock.now()
    if experiment.stopped_at is not None and experiment.stopped_at <= now:
        return "stopped"
    if now < experiment.starts_at:
        return "planned"
    return "running" if now < experiment.ends_at else "ended"


def _variant(name: str, share: float, sums: ExperimentSum | None) -> VariantResult:
    rates = {
        Figure.CLICK_RATE: wilson(sums.people_clicked, sums.people) if sums else None,
        Figure.ORDER_RATE: wilson(sums.people_ordered, sums.members) if sums else None,
        Figure.REVENUE: mean_interval(_sample(sums, Figure.REVENUE)) if sums else None,
    }
    return VariantResult(name, share, sums, rates, wilson(sums.people_converted, sums.members) if sums else None)


def _sample(sums: ExperimentSum, figure: Figure) -> Sample:
    if figure is Figure.REVENUE:
        return Sample(sums.members, float(sums.revenue), float(sums.revenue_squares))
    yes, n = (sums.people_clicked, sums.people) if figure is Figure.CLICK_RATE else (sums.people_ordered, sums.members)
    return Sample(n, yes, yes)


def _effect(
    control: VariantResult,
    other: VariantResult,
    figure: Figure,
    experiment: Experiment,
    level: float,
    *,
    people: int,
    uneven: float | None,
) -> Effect:
    if control.sums is None or other.sums is None:
        return Effect(other.name, figure, None, None, Verdict.NOT_YET, may_stop=False)
    one, base = _sample(other.sums, figure), _sample(control.sums, figure)
    if figure is Figure.REVENUE:
        fixed = mean_difference(one, base, level=level)
    else:
        fixed = share_difference(int(one.total), one.n, int(base.total), base.n, level=level)
    valid = always_valid(one, base, planned=experiment.planned_people, level=level)
    broken = uneven is not None and uneven < UNEVEN_BELOW
    if broken:
        verdict = Verdict.UNEVEN
    elif people < experiment.planned_people:
        verdict = Verdict.NOT_YET
    else:
        verdict = _sign(fixed)
    return Effect(other.name, figure, fixed, valid, verdict, may_stop=not broken and _sign(valid) in _DIFFERENT)


_DIFFERENT = (Verdict.BETTER, Verdict.WORSE)


def _sign(estimate: Estimate | None) -> Verdict:
    if estimate is None or estimate.low is None or estimate.high is None:
        return Verdict.NO_DIFFERENCE
    if estimate.low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if estimate.high < 0 else Verdict.NO_DIFFERENCE
