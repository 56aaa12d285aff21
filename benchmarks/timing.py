"""Measuring by turns, because machines drift: a ratio of two things timed one after the other holds."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Result:
    """One line of the report. ratio: median over the rounds, `better` says what more of it means."""

    name: str
    ratio: float
    lowest: float
    highest: float
    goal: str
    ours: str
    baseline: str

    def as_row(self) -> str:
        """The line as a row of a Markdown table."""
        spread = f"{self.lowest:.2f} to {self.highest:.2f}"
        return f"| {self.name} | **{self.ratio:.2f}** | {spread} | {self.goal} | {self.ours} | {self.baseline} |"


def seconds(job: Callable[[], object], *, times: int = 1) -> float:
    """Seconds one call of `job` takes, the mean of `times` calls."""
    begin = time.perf_counter()
    for _ in range(times):
        job()
    return (time.perf_counter() - begin) / times


def by_turns(
    name: str,
    *,
    ours: Callable[[], float],
    baseline: Callable[[], float],
    goal: str,
    unit: str,
    slices: int = 1,
) -> Result:
    """Measure both in ROUNDS rounds by turns; each returns seconds for one unit of the same work.

    slices: how often they take turns within a round, which is then summed up: for short work, because a machine that
    others use too is fast one second and slow the next. The ratio is baseline / ours: how many times faster we are.
    """
    mine, theirs, ratios = [], [], []
    for _ in range(ROUNDS):
        turns = [(ours(), baseline()) for _ in range(slices)]
        mine.append(statistics.fmean(turn[0] for turn in turns))
        theirs.append(statistics.fmean(turn[1] for turn in turns))
        ratios.append(theirs[-1] / mine[-1])
    return Result(
        name,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        goal,
        _rate(statistics.median(mine), unit),
        _rate(statistics.median(theirs), unit),
    )


def _rate(each: float, unit: str) -> str:
    if unit.endswith("/s"):
        return f"{1 / each:,.0f} {unit}"
    return f"{each * 1000:,.2f} ms"
