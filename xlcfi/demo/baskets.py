"""What goes into each order: a few first picks by taste, season and habit, and what goes with them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xlcfi.demo.arrays import Bools, Floats, Ints, Streams, pick_rows
from xlcfi.demo.demand import Demand
from xlcfi.demo.occasions import Occasions
from xlcfi.demo.people import Buyers
from xlcfi.demo.shelves import Shelves
from xlcfi.demo.span import Span
from xlcfi.demo.tastes import Tastes

_FIRST_PICKS = np.array([0.31, 0.27, 0.19, 0.14, 0.09])  # chance of 1, 2, … first picks
COMPANION_TRIES = 2
COMPANION_CHANCE = 0.62
_ALWAYS_FRESH = 1e9


@dataclass(frozen=True)
class Baskets:
    """Lines that people wanted, shape (lines,): one for each order and product, sorted by order.

    mean: shape (products, days), expected units that day, given who came.
    """

    order: Ints
    product: Ints
    quantity: Ints
    mean: Floats


@dataclass
class _Memory:
    """What buyers remember, shape (buyers, leaves): when they last bought of a category, and which product."""

    last_day: Floats
    favourite: Ints


class _Market:
    def __init__(self, demand: Demand, shelves: Shelves, tastes: Tastes, buyers: Buyers, repeat_days: Floats) -> None:
        self.demand, self.shelves, self.tastes, self.buyers = demand, shelves, tastes, buyers
        leaves = shelves.total.shape[1]
        self.total = shelves.total.astype(np.float32)  # half the bytes for the widest arrays there are
        self.bought_again = ~np.isnan(repeat_days)
        counts = np.maximum(np.bincount(shelves.leaf, minlength=leaves), 1)
        again = np.bincount(shelves.leaf, weights=self.bought_again, minlength=leaves) / counts
        rhythm = np.bincount(shelves.leaf, weights=np.nan_to_num(repeat_days), minlength=leaves) / counts
        self.repeats = again > 0.5
        self.rhythm = np.where(self.repeats, rhythm / np.maximum(again, 1e-9), 60.0).astype(np.float32)
        self.memory = _Memory(
            np.full((len(buyers.user_id), leaves), -_ALWAYS_FRESH, dtype=np.float32),
            np.full((len(buyers.user_id), leaves), -1, dtype=np.int32),
        )
        products, days = demand.intensity.shape
        self.mass = np.zeros((days, leaves))  # expected draws by category
        self.loyal = np.zeros(products * days)  # expected takes of an old favourite

    def pick(self, buyer: Ints, day: Ints, broken: Bools, rng: np.random.Generator) -> Ints:
        """One product for each (buyer, day); buyers are different. Remembers them and adds up what was expected."""
        due = (day.astype(np.float32)[:, None] - self.memory.last_day[buyer]) / self.rhythm
        # Right after buying it little is wanted; what is bought again comes back into its own after its rhythm.
        appetite = 0.12 + 1.1 / (1 + np.exp(-np.clip((due - 0.8) * 6, -30, 30)))
        weights = self.tastes.at(buyer, broken) * self.total[day] * np.where(self.repeats, appetite, np.float32(1))
        share = weights / weights.sum(axis=1, keepdims=True)
        leaf = pick_rows(share, rng.random(len(buyer)))
        favourite = self.memory.favourite[buyer]
        taken = self._expect(share, favourite, buyer, day)
        row = np.arange(len(buyer))
        old = favourite[row, leaf]
        keeps = rng.random(len(buyer)) < taken[row, leaf]
        fresh = self.shelves.draw(day=day, leaf=leaf, uniform=rng.random(len(buyer)))
        product = np.where(keeps, old, fresh)
        self.memory.last_day[buyer, leaf] = day
        self.memory.favourite[buyer, leaf] = product
        return product

    def _expect(self, share: Floats, favourite: Ints, buyer: Ints, day: Ints) -> Floats:
        """The chance that an old favourite is taken, shape (n, leaves); adds to the expected demand."""
        days = self.demand.intensity.shape[1]
        taken = np.zeros(share.shape, dtype=np.float32)
        row, leaf = np.nonzero(favourite >= 0)
        product = favourite[row, leaf]
        chance = self.buyers.loyalty[buyer[row]] * np.where(self.bought_again[product], 1.0, 0.15)
        chance = chance * np.minimum(1.0, 1.7 * self.demand.acceptance[product, day[row]])
        taken[row, leaf] = chance
        flat, weight = product.astype(np.int64) * days + day[row], share[row, leaf] * chance
        if len(flat) > len(self.loyal) // 8:
            self.loyal += np.bincount(flat, weights=weight, minlength=len(self.loyal))
        else:
            np.add.at(self.loyal, flat, weight)
        order = np.argsort(day, kind="stable")
        found, first = np.unique(day[order], return_index=True)
        self.mass[found] += np.add.reduceat((share * (1 - taken))[order], first, axis=0)
        return taken


def baskets_build(
    *,
    occasions: Occasions,
    buyers: Buyers,
    tastes: Tastes,
    shelves: Shelves,
    demand: Demand,
    recipe: Ints,
    repeat_days: Floats,
    span: Span,
    streams: Streams,
) -> Baskets:
    """What every occasion's order would hold if everything were in stock."""
    rng = streams.of("baskets")
    market = _Market(demand, shelves, tastes, buyers, repeat_days)
    picks = 1 + np.searchsorted(np.cumsum(_FIRST_PICKS), rng.random(len(occasions.buyer)) * 0.999999)
    by_number = np.argsort(occasions.number, kind="stable")
    edges = np.flatnonzero(np.diff(occasions.number[by_number], prepend=-1, append=-1))
    order_parts, product_parts = [], []
    for first, last in pairwise(edges):
        turn = by_number[first:last]
        for pick in range(len(_FIRST_PICKS)):
            turn = turn[picks[turn] > pick]
            if not len(turn):
                break
            day = occasions.day[turn]
            order_parts.append(turn)
            product_parts.append(market.pick(occasions.buyer[turn], day, day >= span.break_day, rng))
    order, product = np.concatenate(order_parts), np.concatenate(product_parts).astype(np.int64)
    mean = _expected(market, shelves, demand)
    days = demand.intensity.shape[1]
    extra_order, extra_product = [order], [product]
    weight = demand.intensity.mean(axis=1)
    for _ in range(COMPANION_TRIES):
        tried, companion, expected = _companions(
            order=order, product=product, day=occasions.day, recipe=recipe, weight=weight, demand=demand, rng=rng
        )
        extra_order.append(tried)
        extra_product.append(companion)
        mean += expected.reshape(-1, days)
    order, product = np.concatenate(extra_order), np.concatenate(extra_product)
    quantity = 1 + rng.poisson(demand.mean_quantity[product] - 1)
    mean *= demand.mean_quantity[:, None]
    return _merged(order, product, quantity, mean.astype(np.float32))


def _expected(market: _Market, shelves: Shelves, demand: Demand) -> Floats:
    """Expected lines by product and day from first picks."""
    products, days = demand.intensity.shape
    total = shelves.total.T[shelves.leaf]
    mass = market.mass.T[shelves.leaf]
    mean = demand.intensity * np.divide(mass, total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(mean + market.loyal.reshape(products, days))


def _companions(
    *, order: Ints, product: Ints, day: Ints, recipe: Ints, weight: Floats, demand: Demand, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Products of the same recipe that go along: their orders, themselves, and expected lines (products * days)."""
    products, days = demand.intensity.shape
    member = np.argsort(recipe, kind="stable")
    first = np.searchsorted(recipe[member], recipe, side="left")
    last = np.searchsorted(recipe[member], recipe, side="right")
    # In a recipe, a product of many units isn't much more likely a companion than one of few.
    running = np.concatenate([[0.0], np.cumsum(np.sqrt(weight[member]))])
    asks = (rng.random(len(order)) < COMPANION_CHANCE) & (recipe[product] >= 0) & (last - first > 1)[product]
    anchor, asked = product[asks], order[asks]
    low, high = running[first[anchor]], running[last[anchor]]
    target = low + (rng.random(len(anchor)) * 0.999999 + 5e-7) * (high - low)
    companion = member[np.clip(np.searchsorted(running, target, side="right") - 1, first[anchor], last[anchor] - 1)]
    accepted = rng.random(len(anchor)) < demand.acceptance[companion, day[asked]]
    # An ask that falls on the anchor itself is one more of it.
    per_recipe = np.zeros((products, days), dtype=np.float32)
    np.add.at(per_recipe, (first[anchor], day[asked]), 1.0)
    chance = np.sqrt(weight) / np.maximum(running[last] - running[first], 1e-300)
    expected = per_recipe[first] * chance[:, None] * demand.acceptance
    return asked[accepted], companion[accepted], expected.ravel()


def _merged(order: Ints, product: Ints, quantity: Ints, mean: Floats) -> Baskets:
    """The same product twice in an order is one line of more."""
    products = mean.shape[0]
    key = order * products + product
    unique, line = np.unique(key, return_inverse=True)
    units = np.bincount(line, weights=quantity).astype(np.int64)
    return Baskets(unique // products, unique % products, units, mean)


def lines_within(*, lines: Bools, order: Ints, most: int, rng: np.random.Generator) -> Bools:
    """All but so many of `lines` that `most` remain; never the last line of an order."""
    index = np.flatnonzero(lines)
    excess = len(index) - most
    stays = np.ones(len(lines), dtype=bool)
    if excess <= 0:
        return stays
    shuffled = rng.permutation(index)
    _, keeper = np.unique(order[shuffled], return_index=True)
    droppable = np.ones(len(shuffled), dtype=bool)
    droppable[keeper] = False
    stays[shuffled[droppable][:excess]] = False
    return stays


def baskets_thinned(baskets: Baskets, *, most: int, rng: np.random.Generator) -> Baskets:
    """At most `most` lines: so many are forgotten at random, of the expected demand the same part."""
    count = len(baskets.order)
    stays = lines_within(lines=np.ones(count, dtype=bool), order=baskets.order, most=most, rng=rng)
    mean = baskets.mean * np.float32(stays.mean())
    return Baskets(baskets.order[stays], baskets.product[stays], baskets.quantity[stays], mean)
