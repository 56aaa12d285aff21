"""How far a sample is from what a model was trained on: the population stability index.

Source: Siddiqi, Credit Risk Scorecards (2006), ch. 10; the levels are the project's definition.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

BINS = 10
ROWS_LEAST = 500
WARNS_AT, ALERTS_AT = 0.1, 0.25
# An empty bin counts as half a row: the logarithm of nothing is no figure.
_HALF_ROW = 0.5
_STEP = 1e-7
_GOLDEN = 0.6180339887498949  # its multiples fill an interval evenly, wherever one stops


def deciles(values: Iterable[float]) -> list[float]:
    """The nine cut points between tenths of `values`, ascending: the value below or at which 10 %, 20 %, … lie.

    Values that are no numbers are left out. Raises ValueError where none is left.
    """
    ordered = sorted(value for value in map(float, values) if not math.isnan(value))
    if not ordered:
        raise ValueError("there are no values to cut into tenths")
    return [ordered[math.ceil(len(ordered) * tenth / BINS) - 1] for tenth in range(1, BINS)]


def psi(expected_deciles: Sequence[float], sample: Iterable[float]) -> float:
    """The sum over tenths of (a - e) ln(a / e): e the share that was expected in a tenth, a the sample's. At least 0.

    expected_deciles: the nine cut points of the training data (`deciles`), ascending; a value at a cut point belongs to
    the tenth below it. Where cut points are equal, as with counts, their tenths are one, and so much more is expected
    in it. Values of the sample that are no numbers are left out. Raises ValueError for other than nine ascending cut
    points, or an empty sample.
    """
    cuts = [float(cut) for cut in expected_deciles]
    if len(cuts) != BINS - 1 or any(later < earlier for earlier, later in pairwise(cuts)):
        raise ValueError("nine cut points are needed, ascending")
    edges = sorted(set(cuts))
    expected = [cuts.count(edge) / BINS for edge in edges] + [1 / BINS]
    counts = [0] * len(expected)
    for value in sample:
        if not math.isnan(value):
            counts[bisect_left(edges, value)] += 1
    rows = sum(counts)
    if not rows:
        raise ValueError("the sample is empty")
    shares = [max(count, _HALF_ROW) / rows for count in counts]
    return sum((a - e) * math.log(a / e) for a, e in zip(shares, expected, strict=True))


def level(value: float) -> str:
    """What a PSI asks for: `fine`, `warning` from 0.1, `alert` from 0.25."""
    return "alert" if value >= ALERTS_AT else "warning" if value >= WARNS_AT else "fine"


def spread(values: Iterable[float]) -> list[float]:
    """`values` with a tiny, evenly dealt addition, so that equal ones can be cut into tenths.

    For counts and flags: where the highest tenths are one value, nothing lies above the last cut point, and `psi` would
    see a shift where there is none. To be used on both sides: `deciles(spread(training))` and `psi(…, spread(sample))`.
    """
    found = [float(value) for value in values]
    return [value + _STEP * max(1.0, abs(value)) * (number * _GOLDEN % 1.0) for number, value in enumerate(found)]
