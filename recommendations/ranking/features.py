"""What a blend looks at: of every candidate, its scores, the item, the person, and what lies between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recommendations.ranking.context import Context
from recommendations.ranking.interactions import Events, Floats, Ints, Singles
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.own import usual_gaps
from recommendations.ranking.popularity import popularity

_NEVER = 9_999.0
_PRIOR = 10.0
ITEM_NAMES = (
    "item_popularity_short", "item_popularity_middle", "item_popularity_long", "item_popularity_ever",
    "item_trend_short", "item_trend_long", "item_age", "item_idle", "item_again", "item_gap", "item_weight",
)  # fmt: skip
PERSON_NAMES = ("events", "distinct", "idle", "gap", "idle_by_gap", "mainstream", "again", "last_basket")
OWN_NAMES = ("count", "since", "since_first", "since_by_item_gap", "since_by_own_gap", "share", "in_last_basket")
SALES = 4  # columns of the items' table that tell how much is sold
GROUP_NAMES = ("trend", "lift", "share", "count", "had", "since", "since_by_gap", "within", "last_item")


@dataclass(frozen=True)
class Facts:
    """What was known of the items when it was fitted.

    table: shape (items, len(ITEM_NAMES)). groups, within, group_gap, group_usual,
    group_trend: by column. amounts: log of an amount
    by column, nan unknown. repeats: whether own items may be recommended, so that their rhythm is looked at.
    """

    table: Singles
    repeats: bool
    groups: dict[str, Ints] = field(default_factory=dict)
    within: dict[str, Singles] = field(default_factory=dict)
    group_gap: dict[str, Singles] = field(default_factory=dict)
    group_usual: dict[str, Singles] = field(default_factory=dict)
    group_trend: dict[str, Singles] = field(default_factory=dict)
    amounts: dict[str, Singles] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Events, columns: ItemColumns, *, now: float, span: float, repeats: bool) -> "Facts":
        """span: days over which things are called short (a fiftieth of it), middle, and long (half of it)."""
        shares = [popularity(events, now=now, half_life=span * part) for part in (0.01, 0.05, 0.3)]
        shares.append(popularity(events, now=now, half_life=float("inf")))
        logs = [np.log((share + 0.05) / (share.sum() + 0.05 * len(share)) * len(share)) for share in shares]
        first, last = np.full(events.items, np.nan), np.full(events.items, np.nan)
        order = np.argsort(events.day, kind="stable")
        last[events.item[order]] = events.day[order]
        first[events.item[order[::-1]]] = events.day[order[::-1]]
        gap, again = usual_gaps(events)
        count = np.bincount(events.item, minlength=events.items)
        mean = float(events.weight.mean()) if len(events.weight) else 1.0
        weight = (np.bincount(events.item, weights=events.weight, minlength=events.items) + 5 * mean) / (count + 5)
        stack = [*logs, logs[0] - logs[2], logs[1] - logs[3], now - first, now - last, again, np.log(gap), weight]
        table = np.nan_to_num(np.stack(stack, axis=1), nan=_NEVER).astype(np.float32)
        within, gaps, usual, trend = {}, {}, {}, {}
        for name, group in columns.groups.items():
            sold = shares[1] + 0.05
            total = np.bincount(group[group >= 0], weights=sold[group >= 0])
            within[name] = np.where(group >= 0, np.log(sold / total[group]), 0.0).astype(np.float32)
            gaps[name] = _group_gaps(events, group, len(total))
            trend[name] = _group_trend(shares[1], shares[2], group, len(total))
            ever = np.bincount(group[group >= 0], weights=shares[3][group >= 0], minlength=len(total)) + 0.5
            usual[name] = (ever / ever.sum()).astype(np.float32)
        amounts = {
            name: np.log(np.maximum(amount, 1e-3)).astype(np.float32) for name, amount in columns.amounts.items()
        }
        return cls(table, repeats, dict(columns.groups), within, gaps, usual, trend, amounts)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """All of it; columns by their numbers, their names in `groups` and `amounts`."""
        found: dict[str, np.ndarray[Any, Any]] = {
            "table": self.table,
            "repeats": np.array(self.repeats),
            "groups": np.array(list(self.groups), dtype=np.str_),
            "amounts": np.array(list(self.amounts), dtype=np.str_),
        }
        for number, name in enumerate(self.groups):
            found |= {f"group{number}.of": self.groups[name], f"group{number}.within": self.within[name]}
            found |= {f"group{number}.gap": self.group_gap[name], f"group{number}.usual": self.group_usual[name]}
            found[f"group{number}.trend"] = self.group_trend[name]
        return found | {f"amount{number}": amount for number, amount in enumerate(self.amounts.values())}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> "Facts":
        """What `arrays` wrote."""
        groups = {name: f"group{number}" for number, name in enumerate(arrays["groups"].tolist())}
        of, within, gap, usual, trend = (
            {name: arrays[f"{at}.{what}"] for name, at in groups.items()}
            for what in ("of", "within", "gap", "usual", "trend")
        )
        amounts = {name: arrays[f"amount{number}"] for number, name in enumerate(arrays["amounts"].tolist())}
        return cls(arrays["table"], bool(arrays["repeats"]), of, within, gap, usual, trend, amounts)

    def names(self, components: tuple[str, ...]) -> list[str]:
        """Of the columns of `features`."""
        found = [f"{kind} {name}" for name in components for kind in ("score", "part")]
        found += [*ITEM_NAMES, *(f"person_{name}" for name in PERSON_NAMES)]
        if self.repeats:
            found += [f"own_{name}" for name in OWN_NAMES]
        for name in self.groups:
            found += [f"{name}: {what}" for what in GROUP_NAMES]
        for name in self.amounts:
            found += [f"{name}: difference", f"{name}: distance"]
        return found

    def features(
        self, context: Context, row: Ints, item: Ints, scores: Mapping[str, Singles], parts: Singles
    ) -> Singles:
        """Of candidates (row, item), shape (n, features). scores: by component, of the same candidates, shape (n,).

        parts: shape (n, components). Candidates are sorted by row.
        """
        columns: list[Any] = []
        for number, score in enumerate(scores.values()):
            columns += [score, parts[:, number]]
        person = self._person(context)
        columns += [self.table[item].T, person[row].T]
        totals = np.bincount(context.events.row, minlength=context.rows)
        if self.repeats:
            columns.append(self._own(context, row, item, person))
        for name in self.groups:
            columns.append(self._group(context, name, row, item, totals))
        for amount in self.amounts.values():
            columns.append(_difference(context, amount, row, item))
        found = np.empty((len(row), sum([1 if column.ndim == 1 else len(column) for column in columns])), np.float32)
        at = 0
        for column in columns:
            wide = 1 if column.ndim == 1 else len(column)
            found[:, at : at + wide] = column[:, None] if column.ndim == 1 else column.T
            at += wide
        return found

    def _person(self, context: Context) -> Singles:
        events, pairs = context.events, context.pairs
        count = np.bincount(events.row, minlength=events.rows)
        distinct = np.maximum(np.bincount(pairs.row, minlength=events.rows), 1)
        idle = context.now - events.last_day
        first = np.full(events.rows, np.nan)
        first[events.row[::-1]] = events.day[::-1]
        basket = events.basket
        new = np.ones(len(basket), dtype=bool)
        new[1:] = basket[1:] != basket[:-1]
        number = np.bincount(events.row, weights=new, minlength=events.rows)
        gap = (events.last_day - first) / np.maximum(number - 1, 1)
        gap = np.where(number > 1, gap, np.nan)
        mainstream = np.bincount(pairs.row, weights=self.table[pairs.item, 3], minlength=events.rows) / distinct
        again = np.bincount(pairs.row, weights=pairs.count > 1, minlength=events.rows) / distinct
        latest = np.zeros(events.rows, dtype=np.int64)
        latest[events.row] = basket
        last_size = np.bincount(events.row, weights=basket == latest[events.row], minlength=events.rows)
        found = [count, distinct, idle, gap, idle / np.maximum(gap, 0.5), mainstream, again, last_size]
        return _filled(np.stack(found, axis=1)).astype(np.float32)

    def _own(self, context: Context, row: Ints, item: Ints, person: Singles) -> Floats:
        pairs = context.pairs
        key = pairs.row * pairs.items + pairs.item
        wanted = row * pairs.items + item
        at = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
        has = (key[at] == wanted) if len(key) else np.zeros(len(row), dtype=bool)
        if not has.any():
            return np.stack([np.zeros(len(row))] + [np.full(len(row), _NEVER)] * 4 + [np.zeros(len(row))] * 2)
        since = np.where(has, context.now[row] - pairs.last[at], _NEVER)
        count = np.where(has, pairs.count[at], 0)
        own_gap = (pairs.last[at] - pairs.first[at]) / np.maximum(pairs.count[at] - 1, 1)
        latest = has & (pairs.last[at] >= context.events.last_day[row])
        return np.stack(
            [
                count,
                since,
                np.where(has, context.now[row] - pairs.first[at], _NEVER),
                np.where(has, since / np.exp(self.table[item, 9]), _NEVER),
                np.where(has & (count > 1), since / np.maximum(own_gap, 0.5), _NEVER),
                count / np.maximum(person[row, 0], 1),
                latest,
            ]
        )

    def _group(self, context: Context, name: str, row: Ints, item: Ints, total: Ints) -> Floats:
        group, events = self.groups[name], context.events
        groups = len(self.group_gap[name])
        of = group[events.item]
        flat, known = events.row * groups + of, of >= 0
        count = np.bincount(flat[known], minlength=events.rows * groups)
        latest, favourite = np.full(len(count), np.nan), np.full(len(count), -1, dtype=np.int64)
        latest[flat[known]], favourite[flat[known]] = events.day[known], events.item[known]
        pairs = context.pairs
        paired = group[pairs.item]
        had = np.bincount((pairs.row * groups + paired)[paired >= 0], minlength=events.rows * groups)
        wanted = group[item]
        there = wanted >= 0
        place = np.maximum(wanted, 0)
        cell = row * groups + place
        since = _filled(context.now[row] - latest[cell])
        here = np.where(there, count[cell], 0)
        usual = self.group_usual[name][place]
        of_all = total[row]
        lift = np.where(there, np.log((here + _PRIOR * usual) / ((of_all + _PRIOR) * usual)), 0.0)
        return _stacked(
            [
                np.where(there, self.group_trend[name][place], 0.0),
                lift,
                here / np.maximum(of_all, 1),
                here,
                np.where(there, had[cell], 0),
                np.where(there, since, _NEVER),
                np.where(there & (since < _NEVER), since / self.group_gap[name][place], _NEVER),
                self.within[name][item],
                there & (favourite[cell] == item),
            ]
        )


def _stacked(columns: list[Any]) -> Floats:
    """As np.stack, without what that costs for few rows."""
    found = np.empty((len(columns), len(columns[0])))
    for number, column in enumerate(columns):
        found[number] = column
    return found


def _filled(values: Floats) -> Floats:
    """_NEVER for nan."""
    return np.where(np.isnan(values), _NEVER, values)


def _group_gaps(events: Events, group: Ints, groups: int) -> Singles:
    """Usual days between two events of the same person in a group, shape (groups,), shrunk towards that of all."""
    moved = Events.sorted(
        row=events.row, item=np.maximum(group[events.item], 0), day=events.day, weight=events.weight, rows=events.rows,
        items=max(groups, 1),
    )  # fmt: skip
    return usual_gaps(moved)[0].astype(np.float32)


def _group_trend(lately: Floats, before: Floats, group: Ints, groups: int) -> Singles:
    """How much more is sold of each group now than over a longer time, as a log; steadier than that of an item."""
    known = group >= 0
    now, then = (np.bincount(group[known], weights=part[known], minlength=groups) for part in (lately, before))
    found = np.log((now + 0.5) / (now.sum() + 0.5) * (then.sum() + 0.5) / (then + 0.5))
    return np.asarray(found, dtype=np.float32)


def _difference(context: Context, amount: Singles, row: Ints, item: Ints) -> Floats:
    """How far an item's log amount is from what the person usually takes; and its size."""
    pairs = context.pairs
    own = amount[pairs.item]
    known = np.isfinite(own)
    total = np.bincount(pairs.row[known], weights=own[known], minlength=pairs.rows)
    count = np.bincount(pairs.row[known], minlength=pairs.rows)
    usual = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    found = amount[item] - usual[row]
    found = np.where(np.isnan(found), 0.0, found)
    return np.stack([found, np.abs(found)])
