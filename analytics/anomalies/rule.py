"""The rule by which a day or an hour breaks the pattern of its series.

Every verdict uses earlier days only. For slot h (the whole day, or one hour of it) of day d:

  level      L(d) = median of the totals of the LEVEL_DAYS days before d; of counts at least 1
  profile    m(w) = median of y(u, h) / L(u) over the days u of weekday w in the PROFILE_WEEKS weeks before d
  expected   E(d) = L(d) m(weekday of d)
  residuals  r(u) of all days u of those weeks against L(u) m(weekday of u): for counts the difference of their roots
             2 sqrt(y + 3/8), for money (y - expected) / L(u)
  spread     S = 1.4826 median |r|, the normal consistent MAD (for counts at least 1), times WIDENED
  drift      if the last RECENT_DAYS days as a whole lie further off than S, |median of their r| takes its place: in a
             run of odd days (a feast that moves through the calendar, a sale) the band widens by itself and needs no
             calendar; a single odd day moves no median
  band       E -+ threshold S, but at least a share of E and a smallest difference. In an hourly series |median r| of
             the last RECENT_HOURS hours is added to threshold S: an odd day is not told of hour by hour

The root of a Poisson count has a deviation of 1 whatever its mean (Anscombe 1948): where few orders come in an hour,
chance alone is wide, and 1 is the least that a count can scatter. Medians and MADs are not moved by up to half of odd
days (Hampel 1974; Rousseeuw and Croux 1993), so last week's outage does not hide this week's. Level and profile apart
are the decomposition of Cleveland et al. (1990, STL) in its plainest robust form. After a lasting change the level is
the new one after LEVEL_DAYS / 2 days: such a change is told for some days and is the pattern from then on.

Sources: F. R. Hampel, The influence curve and its role in robust estimation, JASA 69 (1974); P. J. Rousseeuw and
C. Croux, Alternatives to the median absolute deviation, JASA 88 (1993); F. J. Anscombe, The transformation of Poisson,
binomial and negative-binomial data, Biometrika 35 (1948); R. B. Cleveland et al., STL, J. Official Statistics 6 (1990).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

LEVEL_DAYS = 14
LEVEL_LEAST = 7
PROFILE_WEEKS = 8
PROFILE_LEAST = 4
RECENT_DAYS = 5
RECENT_HOURS = 12
MAD_TO_DEVIATION = 1.4826
WIDENED = 1.15
"""A median of eight has a variance of about 1.57 / 8 of one value's, a level of fourteen 1.57 / 14: what is expected
is itself uncertain, and the band sqrt(1 + 0.31) = 1.15 times as wide as for one that is known."""


@dataclass(frozen=True)
class Sensitivity:
    """When a difference is worth telling. All of it has to hold.

    threshold: how many deviations. share: which part of what was expected. smallest: how much in the series' own unit.
    counted: the values are counts. rises, falls: which directions are told at all.
    """

    threshold: float
    share: float
    smallest: float
    counted: bool = True
    rises: bool = True
    falls: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was expected of one slot, in the series' unit. score: deviations off, beyond the threshold outside
    [low, high]; negative where it is too low."""

    value: float
    expected: float
    low: float
    high: float
    score: float
    odd: bool


class SeriesPattern:
    """A series ready to be judged day by day.

    days: shape (days, slots): one row per Seoul day, oldest first, none missing; one slot for a daily series, 24 for an
    hourly one. The first row is the first day that had anything. A day's weekday is its index modulo 7.
    """

    def __init__(self, days: Sequence[Sequence[float]], *, sensitivity: Sensitivity) -> None:
        self._days = days
        self._sensitivity = sensitivity
        totals = [math.fsum(row) for row in days]
        self._least = 1.0 if sensitivity.counted else 0.0
        self._levels = [level_before(totals, day, least=self._least) for day in range(len(days))]
        self._patterns: dict[tuple[int, int], _Pattern | None] = {}

    def verdict(self, day: int, slot: int = 0) -> Verdict | None:
        """The verdict on slot `slot` of day number `day`; None where too little came before it to judge by."""
        level, pattern = self._levels[day], self._pattern(day, slot)
        if level is None or pattern is None:
            return None
        spread = spread_of(pattern.residuals, least=self._least)
        width = self._sensitivity.threshold * spread + self._drift_of_hours(day, slot)
        scale = 1.0 if self._sensitivity.counted else level
        return verdict_of(self._days[day][slot], level * pattern.share, width * scale, self._sensitivity)

    def _pattern(self, day: int, slot: int) -> "_Pattern | None":
        if (day, slot) not in self._patterns:
            self._patterns[day, slot] = self._pattern_made(day, slot)
        return self._patterns[day, slot]

    def _pattern_made(self, day: int, slot: int) -> "_Pattern | None":
        level = self._levels[day]
        past = [
            (u % 7, self._days[u][slot], before)
            for u in range(max(0, day - 7 * PROFILE_WEEKS), day)
            if (before := self._levels[u]) is not None
        ]
        if level is None or sum(weekday == day % 7 for weekday, _, _ in past) < PROFILE_LEAST:
            return None
        shares: list[list[float]] = [[] for _ in range(7)]
        for weekday, value, before in past:
            shares[weekday].append(value / before)
        profile = [median(each) for each in shares]
        residuals = [self._residual(value, before, profile[weekday]) for weekday, value, before in past]
        share = profile[day % 7]
        return _Pattern(share, residuals, self._residual(self._days[day][slot], level, share))

    def _residual(self, value: float, level: float, share: float) -> float:
        return root(value) - root(level * share) if self._sensitivity.counted else value / level - share

    def _drift_of_hours(self, day: int, slot: int) -> float:
        slots = len(self._days[day])
        if slots == 1:
            return 0.0
        now = day * slots + slot
        before = [self._pattern(*divmod(hour, slots)) for hour in range(max(0, now - RECENT_HOURS), now)]
        known = [pattern.residual for pattern in before if pattern is not None]
        return abs(median(known)) if len(known) == RECENT_HOURS else 0.0


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Before one slot: its part of the level, the residuals that led to it, oldest first, and its own residual."""

    share: float
    residuals: list[float]
    residual: float


def level_before(totals: Sequence[float], day: int, *, least: float = 0.0) -> float | None:
    """The level of the days before number `day`, `least` or more; None where they are too few, or it is nothing."""
    before = totals[max(0, day - LEVEL_DAYS) : day]
    if len(before) < LEVEL_LEAST:
        return None
    level = max(median(before), least)
    return level if level > 0 else None


def spread_of(residuals: Sequence[float], *, least: float) -> float:
    """The deviation to count in, of residuals oldest first: robust, and wider after a run of odd days."""
    usual = max(least, MAD_TO_DEVIATION * median([abs(each) for each in residuals]))
    return WIDENED * max(usual, abs(median(residuals[-RECENT_DAYS:])))


def root(count: float) -> float:
    """Anscombe's transformation: of a Poisson count it has a deviation of about 1 whatever the mean."""
    return 2 * math.sqrt(max(count, 0.0) + 0.375)


def count_of(transformed: float) -> float:
    """The count of which `transformed` is the root; below that of zero, less than zero."""
    return (transformed / 2) ** 2 - 0.375 if transformed > 0 else -0.375


def verdict_of(value: float, expected: float, width: float, sensitivity: Sensitivity) -> Verdict:
    """The verdict on a value, given what was expected and how far off it may be: counts in roots, else in values."""
    if sensitivity.counted:
        low, high = count_of(root(expected) - width), count_of(root(expected) + width)
    else:
        low, high = expected - width, expected + width
    least = max(sensitivity.share * abs(expected), sensitivity.smallest)
    low, high = min(low, expected - least), max(high, expected + least)
    edge = high - expected if value > expected else expected - low
    odd = (value > high and sensitivity.rises) or (value < low and sensitivity.falls)
    score = sensitivity.threshold * (value - expected) / edge if edge else 0.0
    return Verdict(value, expected, max(low, 0.0) if sensitivity.counted else low, high, score, odd)
