"""Rates with their intervals, and what an experiment says, for people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.intervals import Estimate
from recommendations.models.exposures import Surface
from recommendations.selectors.experiment_results import (
    UNEVEN_BELOW,
    Effect,
    ExperimentResult,
    Figure,
    VariantResult,
    Verdict,
)
from xlcfi.console.formats import Number, count, percent, whole_money
from xlcfi.console.parts import Cell, Column, Table, table

Shown = Callable[[Number | None], str]
INTERVAL = gettext_lazy("The interval holds the true value in 95 of 100 cases; people, not clicks, are counted.")
FIGURE_WORDS = {
    Figure.CLICK_RATE: gettext_lazy("who clicked"),
    Figure.ORDER_RATE: gettext_lazy("who bought anything"),
    Figure.REVENUE: gettext_lazy("won per signed-in person"),
}
VERDICT_WORDS = {
    Verdict.NOT_YET: gettext_lazy("not yet"),
    Verdict.UNEVEN: gettext_lazy("broken: uneven lot"),
    Verdict.BETTER: gettext_lazy("better"),
    Verdict.WORSE: gettext_lazy("worse"),
    Verdict.NO_DIFFERENCE: gettext_lazy("no difference found"),
}
MOODS = {Verdict.BETTER: "good", Verdict.WORSE: "bad", Verdict.UNEVEN: "bad", Verdict.NOT_YET: "quiet"}
STATE_WORDS = {
    "planned": gettext_lazy("planned"),
    "running": gettext_lazy("running"),
    "stopped": gettext_lazy("stopped early"),
    "ended": gettext_lazy("ended"),
}


@dataclass(frozen=True)
class IntervalBars:
    """A rate for each row as a point on its interval, all on one scale. rows: label, words, left, width, point (%)."""

    title: str
    note: str
    rows: list[dict[str, Any]]


def rate(estimate: Estimate | None, *, shown: Shown = lambda value: percent(value, 2)) -> str:
    """`3.10% (2.84–3.38)`; a dash where nobody is there."""
    if estimate is None:
        return "–"
    if estimate.low is None or estimate.high is None:
        return shown(estimate.value)
    return f"{shown(estimate.value)} ({shown(estimate.low)} – {shown(estimate.high)})"


def interval_bars(title: str, rows: Sequence[tuple[str, Estimate | None]]) -> IntervalBars:
    """Intervals under each other, from 0 to a little beyond the largest of them."""
    known = [(label, each) for label, each in rows if each is not None and each.low is not None]
    most = 1.1 * max((each.high or 0.0 for _label, each in known), default=0.0) or 1.0
    return IntervalBars(
        title,
        str(INTERVAL),
        [
            {
                "label": label,
                "words": rate(each),
                "left": 100 * (each.low or 0.0) / most,
                "width": 100 * ((each.high or 0.0) - (each.low or 0.0)) / most,
                "point": 100 * each.value / most,
            }
            for label, each in known
        ],
    )


@dataclass(frozen=True)
class ExperimentParts:
    """What the page shows of an experiment."""

    title: str
    address: str
    lines: list[str]
    warning: str
    tables: list[Table]


def experiment_parts(result: ExperimentResult) -> ExperimentParts:
    """Its plan, how far it is, its variants, and what may be said of them."""
    made = result.experiment
    numbers = {"people": count(result.people), "planned": count(made.planned_people)}
    lines = [
        f"{STATE_WORDS[result.state]} · {Surface(made.surface).label} · {made.starts_at:%Y-%m-%d} – "
        f"{made.ends_at:%Y-%m-%d}",
        _("%(people)s of %(planned)s people.") % numbers
        if result.enough
        else _("Not yet: %(people)s of %(planned)s people. Until then no variant is better or worse.") % numbers,
    ]
    if result.crossed:
        lines.append(
            _("%(people)s people saw more than one variant; they count for their first one.")
            % {"people": count(result.crossed)}
        )
    uneven = result.uneven is not None and result.uneven < UNEVEN_BELOW
    return ExperimentParts(
        title=made.name,
        address=reverse("admin:recommendations_experiment_change", args=[made.id]),
        lines=lines,
        warning=_("The people are spread over the variants otherwise than by their shares, and not by chance: "
                  "something loses people of one variant. Do not believe any figure here.") if uneven else "",
        tables=[_variants(result.variants), _effects(result)],
    )  # fmt: skip


def _variants(variants: Sequence[VariantResult]) -> Table:
    figures = [_("share"), _("people"), *(str(words) for words in FIGURE_WORDS.values())]
    figures += [_("who bought what was shown"), _("paid orders"), _("of it refunded")]
    return table(
        title=_("Variants"),
        columns=[_("variant"), *(Column(head, figure=True) for head in figures)],
        rows=[
            (
                each.name,
                f"{each.share:g}%",
                count(each.sums.people if each.sums else 0),
                *(rate(each.rates[figure], shown=_shown(figure)) for figure in FIGURE_WORDS),
                rate(each.conversion_rate),
                count(each.sums.orders if each.sums else 0),
                whole_money(each.sums.refunded_revenue if each.sums else 0),
            )
            for each in variants
        ],
        note=_("All that people bought since their first answer counts, recommended or not (intention to treat)."),
    )


def _effects(result: ExperimentResult) -> Table:
    return table(
        title=_("Against the first variant"),
        columns=[
            *(_("variant"), _("figure")),
            Column(_("difference, looked at once"), figure=True),
            Column(_("difference, looked at any time"), figure=True),
            _("verdict"),
        ],
        rows=[_effect(each) for each in result.effects],
        note=_("Who looks every day and stops when it looks good is fooled by the first interval, not by the second."),
    )


def _effect(effect: Effect) -> list[Any]:
    shown = _shown(effect.figure)
    verdict = str(VERDICT_WORDS[effect.verdict])
    if effect.verdict is Verdict.NOT_YET and effect.may_stop:
        verdict = _("not yet; but it may be stopped: the second interval leaves 0 out")
    return [
        effect.variant,
        str(FIGURE_WORDS[effect.figure]),
        rate(effect.fixed, shown=shown),
        rate(effect.always_valid, shown=shown),
        Cell(verdict, mood=MOODS.get(effect.verdict, "")),
    ]


def _shown(figure: Figure) -> Shown:
    return whole_money if figure is Figure.REVENUE else lambda value: percent(value, 2)
