"""How the test was cut from the past, and the same cut made once more inside the past, to choose by."""

from dataclasses import dataclass

import numpy as np

from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Events, Floats

BY_TIME, BY_USER, AT_RANDOM = "time", "last of each user", "random"


@dataclass(frozen=True)
class Cut:
    """kind: `time` (all of the test is later), `last of each user`, or `random`. days: how long the test lasts.

    share: the part of all events that the test holds; each: events of a user in the test, if nearly all have as many.
    """

    kind: str
    days: float
    share: float
    each: int | None

    @property
    def told(self) -> str:
        """In words."""
        if self.kind == BY_TIME:
            return f"by time; validated on the last {self.days:.1f} days of train"
        if self.kind == BY_USER:
            last = f"last {self.each}" if self.each else f"last {100 * self.share:.0f} %"
            return f"the last of each user; validated on the {last} of each user in train"
        return f"at random: the test is not later than train; validated on {100 * self.share:.0f} % drawn from train"


def cut_of(train: Events, test: Events) -> Cut:
    """How `test` was cut off. Both hold all users as rows."""
    share = len(test.day) / max(len(test.day) + len(train.day), 1)
    per_user = np.diff(test.first)
    per_user = per_user[per_user > 0]
    usual = int(np.median(per_user)) if len(per_user) else 1
    each = usual if len(per_user) and (per_user == usual).mean() > 0.95 else None
    edge = float(np.quantile(train.day, 0.995))
    days = max(float(test.day.max() - train.day.max()), float(test.day.max() - test.day.min()), 0.0)
    if np.ptp(train.day) > 0 and (test.day >= edge).mean() > 0.99:
        return Cut(BY_TIME, days or 1.0, share, each)
    both = (np.diff(train.first) > 0) & (np.diff(test.first) > 0)
    first_test = np.full(test.rows, np.inf)
    np.minimum.at(first_test, test.row, test.day)
    later = first_test[both] >= train.last_day[both]
    if np.ptp(train.day) > 0 and both.any() and later.mean() > 0.9 and (np.diff(train.first)[both] > 1).any():
        return Cut(BY_USER, days, share, each)
    return Cut(AT_RANDOM, days, share, each)


def moments(events: Events, cut: Cut, *, end: float) -> Floats:
    """When each user is asked: `end` for a cut by time or at random, else right after their own last event."""
    if cut.kind != BY_USER:
        return np.full(events.rows, end)
    return np.where(np.isnan(events.last_day), end, events.last_day)


def fold_inside(train: Events, cut: Cut, *, repeats: bool, seed: int) -> Fold:
    """Train cut in two as the test was cut from it."""
    return folds_inside(train, cut, repeats=repeats, seed=seed, most=1)[0]


def folds_inside(train: Events, cut: Cut, *, repeats: bool, seed: int, most: int) -> list[Fold]:
    """Up to `most` such cuts, the latest first: by time each half a window before the one before, by user from what
    lies before the one before, drawn anew if at random.

    No cut leaves less than two fifths of the events as its past.
    """
    found: list[Fold] = []
    here = train
    for turn in range(most):
        future = _future(here, cut, seed + turn)
        past, later = here.where(~future), here.where(future)
        if found and (len(past.day) < 0.4 * len(train.day) or not len(later.day)):
            break
        end = float(past.day.max()) if cut.kind == BY_TIME else float(here.day.max())
        found.append(Fold.of(past, later, now=moments(past, cut, end=end), repeats=repeats))
        if cut.kind == BY_TIME:
            here = here.where(here.day <= (end + here.day.max()) / 2)
            if not len(here.day) or here.day.max() <= end:
                here = past
        elif cut.kind == BY_USER:
            here = past
    return found


def _future(train: Events, cut: Cut, seed: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    if cut.kind == BY_TIME:
        span = float(np.ptp(train.day))
        edge = max(train.day.max() - min(cut.days, span / 3), float(np.quantile(train.day, 0.5)))
        # A last day alone, where so many events share a day that the edge falls on it.
        return np.asarray((train.day > edge) if (train.day > edge).any() else (train.day >= train.day.max()))
    count = np.diff(train.first)
    if cut.kind == BY_USER:
        from_end = train.first[1:][train.row] - np.arange(len(train.row))  # 1 for the last
        most = np.full(train.rows, cut.each) if cut.each else np.ceil(cut.share * count)
        return np.asarray(from_end <= np.minimum(most, count - 1)[train.row])
    rng = np.random.default_rng(seed)
    pair = np.searchsorted(
        train.pairs.row * train.items + train.pairs.item, train.row * train.items + train.item
    )  # repeated events of a pair stay together
    drawn: Floats = rng.random(len(train.pairs.row))
    return np.asarray(drawn[pair] < cut.share)


def fold_of_test(train: Events, test: Events, cut: Cut, *, repeats: bool) -> Fold:
    """Train as past, the test as what came after it."""
    return Fold.of(train, test, now=moments(train, cut, end=float(train.day.max())), repeats=repeats)
