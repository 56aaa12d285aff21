"""Which products sell more than before, beyond what chance and the market as a whole explain.

What is counted is paid orders that hold the product: orders come independently of each other, units do not (one bulk
order is one event). The question for a product with `now` orders in the window and `before` in the one before it: given
their sum, is its share in the window larger than that of the market? Under the null hypothesis `now` is binomial: the
conditional test of two Poisson counts.

Sources: Przyborowski and Wilenski (1940), Homogeneity of results in testing samples from Poisson series, Biometrika 31;
Devlin and Roeder (1999), Genomic control for association studies, Biometrics 55 (the over-dispersion by the median);
Benjamini and Hochberg (1995), Controlling the false discovery rate, JRSS B 57; Clayton and Kaldor (1987), Empirical
Bayes estimates of age-standardized relative risks, Biometrics 43 (the shrinkage).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p
from statistics import median

FALSE_DISCOVERY_RATE = 0.05
"""The share of chance finds that a list of trending products may hold."""
LEAST_ORDERS = 10
"""Products with fewer orders in both windows together are not tested: no outcome could be significant among many."""
PRIOR_ORDERS = 20.0
"""So many orders of a product that grew as the market did are added to each product's own before its growth is told."""
LEAST_FOR_DISPERSION = 30
"""Of fewer products nothing is said about over-dispersion."""
# The median of chi-squared with one degree of freedom.
_MEDIAN_CHI_SQUARED = 0.454936


@dataclass(frozen=True, slots=True)
class Counts:
    """Paid orders that hold a product, in the window and in the one before it."""

    product_id: int
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A product that sells significantly more. growth: shrunk, a fraction (0.5: half as many again)."""

    product_id: int
    p_value: float
    growth: float


def trends(*, counts: Sequence[Counts], market_now: int, market_before: int) -> list[Trend]:
    """The products of `counts` that grew significantly more than the market, the strongest growth first, then by id.

    market_now, market_before: orders times products of the whole market in the two windows. Empty where one is 0.
    """
    if market_now <= 0 or market_before <= 0:
        return []
    share = market_now / (market_now + market_before)
    tested = [one for one in counts if one.now + one.before >= LEAST_ORDERS]
    spread = dispersion(counts=tested, share=share)
    values = {
        one.product_id: binomial_tail(one.now / spread, (one.now + one.before) / spread, share)
        for one in tested
        if one.now > (one.now + one.before) * share
    }
    limit = rejection_limit(list(values.values()), tests=len(tested), rate=FALSE_DISCOVERY_RATE)
    growth = market_now / market_before
    found = [
        Trend(one.product_id, values[one.product_id], shrunk_growth(now=one.now, before=one.before, market=growth))
        for one in tested
        if values.get(one.product_id, inf) <= limit
    ]
    return sorted(found, key=lambda trend: (-trend.growth, trend.product_id))


def binomial_tail(successes: float, trials: float, share: float) -> float:
    """P(X >= successes) for X binomial with `trials` and probability `share` in (0, 1).

    As a regularised incomplete beta function, which also goes on between whole numbers; 1 where successes <= 0.
    """
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    return _incomplete_beta(successes, trials - successes + 1, share)


def dispersion(*, counts: Sequence[Counts], share: float) -> float:
    """How many times as far as by chance the typical product strays from the market's share, squared; at least 1.

    The median is not moved by the few products that do trend. 1 for fewer than LEAST_FOR_DISPERSION products.
    """
    if len(counts) < LEAST_FOR_DISPERSION:
        return 1.0
    squares = [
        (one.now - (one.now + one.before) * share) ** 2 / ((one.now + one.before) * share * (1 - share))
        for one in counts
    ]
    return max(1.0, median(squares) / _MEDIAN_CHI_SQUARED)


def rejection_limit(p_values: Sequence[float], *, tests: int, rate: float) -> float:
    """The largest p-value that counts as a find among `tests` tests; -1 where none does (Benjamini and Hochberg).

    p_values: at least all that are below `rate`; the others can't count.
    """
    limit = -1.0
    for place, value in enumerate(sorted(p_values), start=1):
        if value <= rate * place / tests:
            limit = value
    return limit


def shrunk_growth(*, now: float, before: float, market: float) -> float:
    """Growth of a product as a fraction, drawn to that of the market (`market` = its orders now / before)."""
    return market * (now + PRIOR_ORDERS) / (before * market + PRIOR_ORDERS) - 1


def _incomplete_beta(a: float, b: float, x: float) -> float:
    # Lentz's method on the continued fraction (DLMF 8.17.22), on the side where it converges quickly.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    fraction, c, d = 1.0, 1.0, 0.0
    for number in range(10_000):
        m = number // 2
        if number == 0:
            part = 1.0
        elif number % 2 == 0:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _not_zero(1.0 + part * d)
        c = _not_zero(1.0 + part / c)
        fraction *= c * d
        if abs(1.0 - c * d) < 1e-14:
            break
    return front * (fraction - 1.0)


def _not_zero(value: float) -> float:
    return value if abs(value) > 1e-300 else 1e-300
