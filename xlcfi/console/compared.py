"""Figures beside those of other times: the period before, the year before, as lines of one chart."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xlcfi.console.charts import Look, Series

COMPARED: dict[str, tuple[Any, Look]] = {
    "previous": (_("period before"), "before"),
    "year": (_("year before"), "year"),
}
"""What an answer's `comparison` calls them, their words, and their looks."""


def compared_series(
    *, name: str, steps: Sequence[Mapping[str, Any]], comparison: Mapping[str, Mapping[str, Any]], measure: str
) -> list[Series]:
    """`measure` of an answer's steps, and of those it is compared with, step beside step.

    comparison: "previous" and "year", each with `buckets`. One in which nothing happened is left out; one that is
    shorter ends in a gap, a longer one is cut.
    """
    found = [Series(name, [step[measure] for step in steps])]
    for other, (words, look) in COMPARED.items():
        if other in comparison:
            values = [step[measure] for step in comparison[other]["buckets"]][: len(steps)]
            if any(values):
                found.append(Series(str(words), [*values, *[None] * (len(steps) - len(values))], look))
    return found
