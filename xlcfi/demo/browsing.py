"""What people look at in the last weeks: searches with ranked results, clicks, views, baskets; and bots."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, MINUTE, SECOND, Bools, Floats, Ints, Micros, Texts, pick_rows
from xlcfi.demo.market import Market
from xlcfi.demo.rhythm import moments_of_day

LIST_LENGTH = 20
MOST_SEARCHES = 18_000
SEARCH, CLICK, VIEW, CART, WISH, SHARE = range(6)
ACTS = ("search", "click", "view", "add_to_cart", "wishlist", "share")


def examination(position: Ints) -> Floats:
    """Chance that the result at `position` (from 1) is looked at at all: the position bias."""
    return np.asarray(1.0 / position**0.75)


@dataclass(frozen=True)
class Browsing:
    """Acts by time, shape (acts,). user: id, 0 if not signed in. product: index, -1 for a search. position: 0 if none.

    search: index into `shown` (searches, LIST_LENGTH; product indexes in rank order, -1 past the end) or -1.
    bot: whether a machine did it. relevance: shape (products,), chance of a click once looked at.
    """

    moment_us: Micros
    act: Ints
    user: Ints
    session: Ints
    product: Ints
    position: Ints
    search: Ints
    bot: Bools
    session_name: Texts
    shown: Ints
    searched_leaf: Texts
    relevance: Floats


@dataclass(frozen=True)
class _Acts:
    moment_us: Micros
    act: Ints
    user: Ints
    session: Ints
    product: Ints
    position: Ints
    search: Ints
    bot: Bools


def browsing_build(market: Market, *, rng: np.random.Generator) -> Browsing:
    """Everything people and machines did on the pages since `span.events_from_us`."""
    relevance = np.clip(rng.beta(2.2, 6.0, market.size.products), 0.02, 0.9)
    searches, shown, leaf = _searches(market, relevance, rng)
    parts = [*searches, *_before_orders(market, rng), _bots(market, rng)]
    joined = [np.concatenate(column) for column in zip(*(vars(part).values() for part in parts), strict=True)]
    inside = (joined[0] >= market.span.events_from_us) & (joined[0] <= market.span.until_us)
    order = np.flatnonzero(inside)[np.argsort(joined[0][inside], kind="stable")]
    columns = [column[order] for column in joined]
    moment, act, user, session, product, position, search, bot = columns
    names = _session_names(session, rng)
    return Browsing(moment, act, user, session, product, position, search, bot, names, shown, leaf, relevance)


def _session_names(session: Ints, rng: np.random.Generator) -> Texts:
    """A name for each session that tells nothing of what it is."""
    known, index = np.unique(session, return_inverse=True)
    digits = rng.bytes(8 * len(known)).hex()
    names = np.array([digits[16 * i : 16 * i + 16] for i in range(len(known))], dtype=object)
    return np.asarray(names[index])


def _same(count: int, value: int) -> Ints:
    return np.full(count, value, dtype=np.int64)


def _searches(market: Market, relevance: Floats, rng: np.random.Generator) -> tuple[list[_Acts], Ints, Texts]:
    """Searches for a category, what each showed in which order, and what was clicked there."""
    count = round(max(200, min(MOST_SEARCHES, MOST_SEARCHES * market.size.scale)))
    buyers, span = market.people.buyers, market.span
    active = np.flatnonzero(~market.occasions.lapsed & (buyers.joined_us < span.events_from_us))
    who = rng.choice(active, count)
    signed_in = rng.random(count) < 0.6
    day = rng.integers(span.days - 20, span.days, count)
    moment = moments_of_day(span=span, days=day, countries=buyers.country[who], rng=rng)
    leaves, leaf_of = np.unique(market.catalogue.category_id, return_inverse=True)
    strength = market.demand.intensity[:, -21:].mean(axis=1)
    total = np.bincount(leaf_of, weights=strength)
    leaf = pick_rows(market.tastes.at(who, np.ones(count, dtype=bool)) * total, rng.random(count))
    shown = _ranked(leaf=leaf, leaf_of=leaf_of, strength=strength, rng=rng)
    rank = np.arange(1, LIST_LENGTH + 1)
    liked = np.where(shown >= 0, relevance[shown], 0.0)
    clicked, column = np.nonzero(rng.random(shown.shape) < examination(rank) * liked)
    user = np.where(signed_in, buyers.user_id[who], 0)
    session = np.arange(1, count + 1)
    product, at = shown[clicked, column], moment[clicked] + rng.integers(4 * SECOND, 4 * MINUTE, len(clicked))
    acts = [
        _Acts(
            moment, _same(count, SEARCH), user, session, _same(count, -1), _same(count, 0), np.arange(count), moment < 0
        )
    ]
    for act, share, delay in ((CLICK, 1.0, 0), (VIEW, 0.97, 1), (CART, 0.12, 40), (WISH, 0.05, 50), (SHARE, 0.02, 60)):
        some = rng.random(len(clicked)) < share
        row, later = clicked[some], at[some] + delay * SECOND + rng.integers(0, SECOND, int(some.sum()))
        position = column[some] + 1 if act == CLICK else _same(len(row), 0)
        acts.append(
            _Acts(later, _same(len(row), act), user[row], session[row], product[some], position, row, later < 0)
        )
    keys = np.array([market.catalogue.leaf_key[np.argmax(leaf_of == one)] for one in range(len(leaves))], dtype=object)
    return acts, shown, keys[leaf]


def _ranked(*, leaf: Ints, leaf_of: Ints, strength: Floats, rng: np.random.Generator) -> Ints:
    """For each search the best LIST_LENGTH products of its category; the ranking varies a little each time."""
    shown = np.full((len(leaf), LIST_LENGTH), -1, dtype=np.int64)
    for one in np.unique(leaf):
        rows, members = np.flatnonzero(leaf == one), np.flatnonzero((leaf_of == one) & (strength > 0))
        score = np.log(strength[members]) + rng.gumbel(0, 0.8, (len(rows), len(members)))
        best = np.argsort(-score, axis=1)[:, :LIST_LENGTH]
        shown[rows, : best.shape[1]] = members[best]
    return shown


def _before_orders(market: Market, rng: np.random.Generator) -> list[_Acts]:
    """Most of what is ordered was looked at before, by the same user, minutes to days earlier."""
    sales, span = market.sales, market.span
    line = np.flatnonzero(sales.moment_us[sales.line_order] >= span.events_from_us)
    acts = []
    for act, share, longest in ((VIEW, 0.86, 2 * DAY), (CART, 0.5, 25 * MINUTE)):
        some = line[rng.random(len(line)) < share]
        order = sales.line_order[some]
        ago = 20 * SECOND + (rng.random(len(some)) ** 4 * longest).astype(np.int64)
        count = len(some)
        acts.append(
            _Acts(
                sales.moment_us[order] - ago, _same(count, act), market.user_id[order], 10_000_000 + order,
                sales.product[some], _same(count, 0), _same(count, -1), np.zeros(count, dtype=bool),
            )
        )  # fmt: skip
    return acts


def _bots(market: Market, rng: np.random.Generator) -> _Acts:
    """Machines that walk through the catalogue at an even pace, not signed in, and never buy."""
    span, products = market.span, market.size.products
    bots, pages = 3 + round(12 * market.size.scale**0.5), 60 + round(200 * market.size.scale**0.5)
    start = span.events_from_us + rng.integers(0, 20 * DAY, bots)
    pace = rng.integers(1 * SECOND, 3 * SECOND, bots)
    moment = (start[:, None] + pace[:, None] * np.arange(pages)).ravel()
    product = ((rng.integers(0, products, bots)[:, None] + np.arange(pages)) % products).ravel()
    count = bots * pages
    session = 90_000_000 + np.repeat(np.arange(bots), pages)
    return _Acts(
        moment, _same(count, VIEW), _same(count, 0), session, product, _same(count, 0), _same(count, -1),
        np.ones(count, dtype=bool),
    )  # fmt: skip
