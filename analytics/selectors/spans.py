"""Several periods in one statement."""

from collections.abc import Sequence
from typing import Any

from xlcfi.clock import Period


def over_spans(template: str, periods: Sequence[Period], **texts: str) -> tuple[str, dict[str, Any]]:
    """`template` for each of `periods`, joined by UNION ALL, and the parameters of it all.

    In it {span} is the number of the period, {within} a condition on the column `day`; `texts` are put in as they are.
    """
    values: dict[str, Any] = {}
    parts = []
    for number, period in enumerate(periods):
        values |= {f"first{number}": period.first, f"last{number}": period.last}
        within = f"day BETWEEN %(first{number})s AND %(last{number})s"
        parts.append(template.format(span=number, within=within, **texts))
    return " UNION ALL ".join(parts), values
