"""What the demo market's generator expects of every buyer: the ranking that nobody without the truth can beat."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcfi.demo import baskets
from xlcfi.demo.arrays import DAY, Floats, Ints
from xlcfi.demo.baskets import baskets_build
from xlcfi.demo.market import Market
from xlcfi.demo.shelves import Shelves

_DAYS = 8  # of the window that are looked at


@dataclass(frozen=True)
class Picks:
    """Everything buyers picked by themselves, in the order in which they did; shape (picks,) each."""

    buyer: Ints
    day: Ints
    product: Ints


@contextmanager
def _recorded(found: list[tuple[Ints, Ints, Ints]]) -> Iterator[None]:
    pick = baskets._Market.pick

    def noted(self: Any, buyer: Ints, day: Ints, *rest: Any) -> Ints:
        product = pick(self, buyer, day, *rest)
        found.append((buyer, day, product))
        return product

    baskets._Market.pick = noted  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        baskets._Market.pick = pick  # type: ignore[method-assign]


def picks_of(market: Market) -> Picks:
    """The generator run once more: the same streams make the same picks."""
    leaves, leaf = np.unique(market.catalogue.category_id, return_inverse=True)
    shelves = Shelves.laid_out(leaf=leaf, leaves=len(leaves), intensity=market.demand.intensity)
    buyers = market.people.buyers
    found: list[tuple[Ints, Ints, Ints]] = []
    with _recorded(found):
        baskets_build(
            occasions=market.occasions, buyers=buyers, tastes=market.tastes, shelves=shelves, demand=market.demand,
            recipe=market.bundle, repeat_days=market.catalogue.repeat_days, span=market.span, streams=market.streams,
        )  # fmt: skip
    return Picks(*(np.concatenate(column) for column in zip(*found, strict=True)))


def oracle_scores(market: Market, picks: Picks, buyers: Ints, *, cut_us: int) -> Floats:
    """Expected lines of each product for `buyers` (indices) from `cut_us` to the market's end, up to a factor of each.

    shape (buyers, products). Knows likings, habits, what is in season and what things cost on each day of the window;
    not on which of its days somebody comes, and not what will be out of stock.
    """
    demand, span, catalogue = market.demand, market.span, market.catalogue
    leaves, leaf = np.unique(catalogue.category_id, return_inverse=True)
    shelves = Shelves.laid_out(leaf=leaf, leaves=len(leaves), intensity=demand.intensity)
    state = baskets._Market(demand, shelves, market.tastes, market.people.buyers, catalogue.repeat_days)
    cut = (cut_us - span.start_us) // DAY
    before = picks.day < cut
    of, what = picks.buyer[before], picks.product[before]
    state.memory.last_day[of, leaf[what]] = picks.day[before]
    state.memory.favourite[of, leaf[what]] = what
    found = np.zeros((len(buyers), len(leaf)))
    for day in np.unique(np.linspace(cut, span.days - 1, _DAYS).astype(np.int64)):
        found += _expected(market, state, shelves, leaf, buyers, int(day))
    return found


def _expected(market: Market, state: Any, shelves: Shelves, leaf: Ints, buyers: Ints, day: int) -> Floats:
    demand, days = market.demand, np.full(len(buyers), day)
    due = (days.astype(np.float32)[:, None] - state.memory.last_day[buyers]) / state.rhythm
    appetite = 0.12 + 1.1 / (1 + np.exp(-np.clip((due - 0.8) * 6, -30, 30)))
    weights = market.tastes.at(buyers, days >= market.span.break_day) * state.total[days]
    weights = weights * np.where(state.repeats, appetite, 1.0)
    share = weights / weights.sum(axis=1, keepdims=True)
    favourite = state.memory.favourite[buyers]
    taken = np.zeros(share.shape)
    row, column = np.nonzero(favourite >= 0)
    product = favourite[row, column]
    chance = market.people.buyers.loyalty[buyers[row]] * np.where(state.bought_again[product], 1.0, 0.15)
    taken[row, column] = chance * np.minimum(1.0, 1.7 * demand.acceptance[product, day])
    total = np.maximum(shelves.total[day], 1e-12)
    found = (share * (1 - taken))[:, leaf] * (demand.intensity[:, day] / total[leaf])
    found[row, product] += (share * taken)[row, column]
    # Companions: by the group's picks, the product's part of it and whether it is taken that day.
    bundle = market.bundle
    groups = int(bundle.max()) + 1
    member = np.flatnonzero(bundle >= 0)
    root = np.sqrt(demand.intensity.mean(axis=1))
    of_group = np.bincount(bundle[member], weights=root[member], minlength=groups)
    spread = np.zeros((len(leaf), groups))
    spread[member, bundle[member]] = 1.0
    asked = found @ spread
    tries = baskets.COMPANION_TRIES * baskets.COMPANION_CHANCE
    goes_along = np.zeros(len(leaf))
    goes_along[member] = root[member] / np.maximum(of_group[bundle[member]], 1e-300) * demand.acceptance[member, day]
    companions = tries * asked[:, np.maximum(bundle, 0)] * np.where(bundle >= 0, goes_along, 0.0)
    return np.asarray(found + companions)
