"""What is known of each buyer at a cut-off, as numbers: nothing of a later moment enters."""

from dataclasses import dataclass

import numpy as np

from ml.churn.orders import Floats, Ints, Orders
from ml.churn.rhythm import Histories, Rhythm, histories_of

WINDOWS = (30, 60, 90, 180, 365)
NAMES = (
    "recency", "orders", "spent", "tenure", "mean_order",
    "gap_mean", "gap_median", "gap_spread", "gap_last", "gap_longest",
    "recency_over_gap", "recency_over_longest", "usual_gap", "last_gap_over_usual",
    *(f"orders_{days}" for days in WINDOWS),
    "trend", "value_trend", "last_value", "returned_share", "returns",
    "weekend_share", "hour", "same_day_share",
    "rhythm_risk", "rhythm_stopped", "season_sin", "season_cos",
)  # fmt: skip
_YEAR = 365.25


@dataclass(frozen=True)
class Table:
    """values: shape (buyers, NAMES); customers: whose row it is; histories: the same buyers'."""

    values: Floats
    customers: Ints
    histories: Histories

    def column(self, name: str) -> Floats:
        """One feature, shape (buyers,)."""
        return np.asarray(self.values[:, NAMES.index(name)])


def features_at(orders: Orders, customers: Ints, *, cut: float, rhythm: Rhythm, horizon: float) -> Table:
    """Of `customers` (ascending), each of whom has an order before `cut` (days since 1970)."""
    known = orders.before(cut).of(customers)
    bought, count = known.taken(known.bought), len(customers)
    histories = histories_of(known, np.arange(count), cut=cut)
    who, when, worth = bought.customer, bought.day, bought.amount
    starts = bought.starts()
    ends = starts[1:] - 1
    number = np.diff(starts).astype(np.float64)
    spent = _sums(who, worth, count)
    recency, tenure = cut - when[ends], cut - when[starts[:-1]]
    mean = spent / number
    found: dict[str, Floats] = {
        "recency": recency, "orders": number, "spent": spent, "tenure": tenure, "mean_order": mean,
        **_gaps(bought, histories, recency),
    }  # fmt: skip
    no_order, stopped, found["usual_gap"] = rhythm.judged(histories, days=horizon)
    found["recency_over_gap"] = recency / found["usual_gap"]
    found["last_gap_over_usual"] = found["gap_last"] / found["usual_gap"]
    for days in WINDOWS:
        found[f"orders_{days}"] = _sums(who, (when >= cut - days).astype(np.float64), count)
    before = _sums(who, ((when < cut - 90) & (when >= cut - 180)).astype(np.float64), count)
    found["trend"] = np.log1p(found["orders_90"]) - np.log1p(before)
    place = np.arange(len(who)) - starts[who]
    late = place >= number[who] - 3
    late_worth = _sums(who, worth * late, count) / np.minimum(number, 3)
    found["value_trend"] = np.log(late_worth / mean)
    found["last_value"] = np.log(worth[ends] / mean)
    returned = known.taken(~known.bought)
    found["returned_share"] = -_sums(returned.customer, returned.amount, count) / spent
    found["returns"] = _sums(returned.customer, np.ones(len(returned.day)), count)
    weekday = (np.floor(when).astype(np.int64) + 3) % 7  # day 0, 1 January 1970, was a Thursday
    found["weekend_share"] = _sums(who, (weekday >= 5).astype(np.float64), count) / number
    found["hour"] = _sums(who, when % 1, count) / number * 24
    found["same_day_share"] = 1 - (histories.gaps + 1) / number
    found["rhythm_risk"] = _log_odds(no_order)
    found["rhythm_stopped"] = _log_odds(stopped)
    season = 2 * np.pi * (cut % _YEAR) / _YEAR
    found["season_sin"], found["season_cos"] = np.full(count, np.sin(season)), np.full(count, np.cos(season))
    return Table(np.column_stack([found[name] for name in NAMES]), customers, histories)


def _gaps(bought: Orders, histories: Histories, recency: Floats) -> dict[str, Floats]:
    """Of the days between orders of different days; of one-time buyers the mean gap and the like are not known.

    What is not known stands as what has passed so far: the gap that is running is at least that long.
    """
    who, when = bought.customer, bought.day
    days = np.floor(when)
    later = (who[1:] == who[:-1]) & (days[1:] != days[:-1])
    of, gap = who[1:][later], (when[1:] - when[:-1])[later]
    count = len(recency)
    number = np.bincount(of, minlength=count)
    some = np.maximum(number, 1)
    mean = np.bincount(of, weights=gap, minlength=count) / some
    square = np.bincount(of, weights=gap**2, minlength=count) / some
    spread = np.sqrt(np.maximum(square - mean**2, 0)) / np.maximum(mean, 1e-9)
    order = np.lexsort((gap, of))
    starts = np.searchsorted(of, np.arange(count + 1))
    middle = np.minimum(starts[:-1] + (number - 1) // 2, max(len(gap) - 1, 0))
    last, longest, median = recency.copy(), recency.copy(), recency.copy()
    has = number > 0
    if len(gap):
        upper = np.minimum(starts[:-1] + number // 2, len(gap) - 1)
        ranked = gap[order]
        median[has] = ((ranked[middle] + ranked[upper]) / 2)[has]
        last[has] = gap[np.maximum(starts[1:] - 1, 0)][has]
        longest[has] = ranked[np.maximum(starts[1:] - 1, 0)][has]
    return {
        "gap_mean": np.where(has, mean, recency), "gap_median": median, "gap_spread": np.where(number > 1, spread, 1.0),
        "gap_last": last, "gap_longest": longest,
        "recency_over_longest": recency / np.maximum(np.where(has, longest, recency), 1.0),
    }  # fmt: skip


def _sums(of: Ints, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(of, weights=values, minlength=count), dtype=np.float64)


def _log_odds(chance: Floats) -> Floats:
    inside = np.clip(chance, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)))
