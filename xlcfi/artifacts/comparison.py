"""A version's metrics beside those of what it was compared with, as a table."""

from collections.abc import Mapping
from typing import Any

COMPARED = ("candidate", "serving", "baselines")


def comparison(
    metrics: Mapping[str, Any], *, first: str = ""
) -> tuple[list[str], list[tuple[str, list[float | None]]]]:
    """(whose figures: "candidate", "serving", then the baselines' names; (metric, a figure for each)).

    The metric `first` comes first. Whatever is no number is left out.
    """
    columns: dict[str, Mapping[str, Any]] = {}
    for name in ("candidate", "serving"):
        if isinstance(metrics.get(name), Mapping):
            columns[name] = metrics[name]
    baselines = metrics.get("baselines")
    if isinstance(baselines, Mapping):
        columns |= {str(name): figures for name, figures in baselines.items() if isinstance(figures, Mapping)}
    names = sorted(dict.fromkeys(metric for figures in columns.values() for metric in figures), key=first.__ne__)
    rows = [(metric, [_number(figures.get(metric)) for figures in columns.values()]) for metric in names]
    return list(columns), [row for row in rows if any(figure is not None for figure in row[1])]


def other_metrics(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What a subject keeps beside the figures that are compared."""
    return {name: value for name, value in metrics.items() if name not in COMPARED}


def figure_text(figure: float | None) -> str:
    """Four digits for shares and errors, fewer for large numbers; a dash for none."""
    if figure is None:
        return "–"
    return f"{figure:,.4f}" if abs(figure) < 100 else f"{figure:,.1f}"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
