"""Intervals for what people did: rates, means, ratios and differences, read once or again and again. Pure arithmetic.

Everywhere the unit is the person: what one person does twice is no second observation. A fixed interval holds for who
looks once, at a time chosen beforehand; an always-valid one for who looks every day and may stop when it pleases.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; `low` and `high` are None where there is too little to tell."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Share(Estimate):
    """The same where the interval is always known."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sample:
    """n people, the sum of a figure over them and the sum of its squares."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """total / n. ZeroDivisionError for nobody."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Of the figure among people, unbiased; 0 for fewer than two."""
        if self.n < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.n) / (self.n - 1))


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: int, n: int, *, level: float = LEVEL) -> Share | None:
    """The share `successes / n` of people; None for nobody.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    Unlike the usual p ± z·s it stays within [0, 1] and holds for rare events.
    """
    if n <= 0:
        return None
    z, share = _z(level), successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return Share(share, low, 1.0 if successes == n else min(1.0, middle + half))


def mean_interval(sample: Sample, *, level: float = LEVEL) -> Estimate | None:
    """The mean of a figure per person, by the central limit theorem over people; None for nobody.

    All that a person did is one observation, so this is the cluster-robust interval with people as clusters. With few
    people and rare large sums it is too narrow; `low` is not cut at 0, so that it shows.
    """
    if sample.n <= 0:
        return None
    if sample.n < 2:
        return Estimate(sample.mean, None, None)
    half = _z(level) * math.sqrt(sample.variance / sample.n)
    return Estimate(sample.mean, sample.mean - half, sample.mean + half)


def ratio_interval(above: Sample, below: Sample, *, products: float, level: float = LEVEL) -> Estimate | None:
    """The sum of one figure over the sum of another (clicks per product shown), people as clusters; None for 0 below.

    products: the sum over people of the two figures' product. By the delta method: the variance of a ratio of means.
    Source: Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD, section 3.1.
    """
    if below.n <= 0 or below.total == 0:
        return None
    ratio, n = above.total / below.total, below.n
    if n < 2:
        return Estimate(ratio, None, None)
    covariance = (products - above.total * below.total / n) / (n - 1)
    variance = above.variance - 2 * ratio * covariance + ratio * ratio * below.variance
    half = _z(level) * math.sqrt(max(0.0, variance) / n) / below.mean
    return Estimate(ratio, max(0.0, ratio - half), ratio + half)


def share_difference(successes: int, n: int, base: int, base_n: int, *, level: float = LEVEL) -> Estimate | None:
    """How much larger the first share is than the second; None where one of them has nobody.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17, method 10: from the two Wilson intervals.
    """
    one, other = wilson(successes, n, level=level), wilson(base, base_n, level=level)
    if one is None or other is None:
        return None
    difference = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(difference, difference - below, difference + above)


def mean_difference(sample: Sample, base: Sample, *, level: float = LEVEL) -> Estimate | None:
    """How much larger the first mean is than the second, with variances of their own; None where one has nobody."""
    if sample.n <= 0 or base.n <= 0:
        return None
    difference = sample.mean - base.mean
    if min(sample.n, base.n) < 2:
        return Estimate(difference, None, None)
    half = _z(level) * math.sqrt(sample.variance / sample.n + base.variance / base.n)
    return Estimate(difference, difference - half, difference + half)


# Before so many people have come the normal approximation behind `always_valid` says nothing.
ALWAYS_VALID_FROM = 50


def always_valid(sample: Sample, base: Sample, *, planned: int, level: float = LEVEL) -> Estimate | None:
    """The difference of two means by an interval that is right at all times at once: one may look at every moment.

    planned: people in both together for which it is narrowest; any number is right, as long as it was chosen before.
    None below ALWAYS_VALID_FROM people in one of them. A share is the mean of zeros and ones.
    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory and asymptotic
    confidence sequences, Annals of Statistics 52(6), theorem 2.2 and its choice of rho; it is the normal mixture of the
    mSPRT of Johari, Koomen, Pekelis and Walsh (2022), Always valid inference, Operations Research 70(3).
    """
    if min(sample.n, base.n) < ALWAYS_VALID_FROM:
        return None
    n, alpha = sample.n + base.n, 1 - level
    rho_squared = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / planned
    reached = n * rho_squared
    width = math.sqrt(2 * (reached + 1) / reached * math.log(math.sqrt(reached + 1) / alpha))
    half = width * math.sqrt(sample.variance / sample.n + base.variance / base.n)
    difference = sample.mean - base.mean
    return Estimate(difference, difference - half, difference + half)


def shares_off(counts: list[int], shares: list[float]) -> float | None:
    """How probable it is that people fell into the variants as unevenly as `counts`, if the lot gave each its share.

    Pearson's chi-square with one degree of freedom less than variants; None for nobody or one variant.
    Source: Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD: an experiment
    in which this is below 0.0005 is broken, and its figures say nothing.
    """
    n, whole = sum(counts), sum(shares)
    if n == 0 or len(counts) < 2:
        return None
    statistic = sum(
        (count - n * share / whole) ** 2 / (n * share / whole) for count, share in zip(counts, shares, strict=True)
    )
    return chi_square_tail(statistic, len(counts) - 1)


def chi_square_tail(statistic: float, freedom: int) -> float:
    """P(a chi-square variable of `freedom` degrees > statistic), as Abramowitz and Stegun 26.4.4 and 26.4.5."""
    if statistic <= 0:
        return 1.0
    half = statistic / 2
    if freedom % 2 == 0:
        terms = [math.exp(k * math.log(half) - half - math.lgamma(k + 1)) for k in range(freedom // 2)]
        return min(1.0, math.fsum(terms))
    terms = [math.exp((k - 0.5) * math.log(half) - half - math.lgamma(k + 0.5)) for k in range(1, (freedom + 1) // 2)]
    return min(1.0, math.erfc(math.sqrt(half)) + math.fsum(terms))
