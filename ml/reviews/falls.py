"""Whether reviews have become worse of a sudden: an exact test, and what is left of many of them."""

import math
from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def fall_probability(*, before_positive: int, before: int, now_positive: int, now: int) -> float:
    """How likely so few or fewer positive reviews now are, if nothing has changed: Fisher's exact test, one-sided.

    before, now: reviews of either time. 1 where one of the times has none.
    """
    if not before or not now:
        return 1.0
    positive, whole = before_positive + now_positive, before + now
    least = max(0, positive - before)
    logs = [_ways(now, k) + _ways(before, positive - k) for k in range(least, now_positive + 1)]
    return min(1.0, math.fsum(math.exp(each - _ways(whole, positive)) for each in logs))


def falls_told(probabilities: Mapping[K, float], *, false_share: float) -> list[K]:
    """Of many tests those to tell of, the surest first: of these, `false_share` at most are expected to be chance.

    Benjamini and Hochberg (1995), Controlling the false discovery rate, JRSS B 57(1).
    """
    ordered = sorted(probabilities, key=lambda key: probabilities[key])
    told = 0
    for place, key in enumerate(ordered, start=1):
        if probabilities[key] <= false_share * place / len(ordered):
            told = place
    return ordered[:told]


def _ways(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
