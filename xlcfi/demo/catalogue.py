"""The demo market's catalogue: categories, and products with their words, prices and what only the truth knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np

from xlcfi.demo.catalogue_words import RECIPES, Group, Leaf, Term, terms
from xlcfi.demo.catalogue_words_fermented import BANCHAN, JANG, KIMCHI
from xlcfi.demo.catalogue_words_health import GIFT, HEALTH
from xlcfi.demo.catalogue_words_kitchen import FROZEN_FOOD, SAUCE
from xlcfi.demo.catalogue_words_staples import NOODLE, RAMEN, RICE, SEAWEED
from xlcfi.demo.catalogue_words_sweets import DRINK, SNACK, TEA
from xlcfi.demo.names import brand_names, seller_names_of
from xlcfi.demo.particles import particle_fields

GROUPS: tuple[Group, ...] = (
    KIMCHI, JANG, RAMEN, SEAWEED, TEA, DRINK, SNACK, HEALTH, RICE, BANCHAN, FROZEN_FOOD, SAUCE, NOODLE, GIFT,
)  # fmt: skip
T = TypeVar("T")

LEAVES: tuple[tuple[Group, Leaf], ...] = tuple((group, leaf) for group in GROUPS for leaf in group.leaves)

#: Share of products that come without a description, as in real shops.
NO_DESCRIPTION = 0.08
#: How many times a name is drawn again before the catalogue is called full.
_TRIES = 200


@dataclass(frozen=True)
class CategoryRow:
    """A row of `categories`; `key` is the group's key ('kimchi') or the leaf's ('kimchi.cabbage')."""

    id: int
    name: str
    parent_id: int | None
    key: str


@dataclass(frozen=True)
class Catalogue:
    """The categories, and arrays of one value per product; a product's id is its index + 1."""

    categories: list[CategoryRow]
    name: np.ndarray  # object: str, all different
    description: np.ndarray  # object: str or None
    category_id: np.ndarray  # int64, of a leaf
    seller: np.ndarray  # int64, 0..sellers-1; each has a product if there are enough
    base_price_krw: np.ndarray  # int64
    weight: np.ndarray  # float64, popularity prior, mean 1, heavy-tailed
    recipe: np.ndarray  # int64, index into `recipes`, -1 none
    shelf_life_days: np.ndarray  # int64
    unit_cost: np.ndarray  # float64, KRW
    repeat_days: np.ndarray  # float64, nan if not bought again
    group_key: np.ndarray  # object: str, the top category's key
    leaf_key: np.ndarray  # object: str, the leaf category's key
    recipes: tuple[str, ...]
    seller_names: list[str]  # by seller index; the sellers' own brands begin their products' names


def catalogue_build(*, products: int, sellers: int, rng: np.random.Generator) -> Catalogue:
    """A catalogue of `products` products of `sellers` sellers, the same for the same state of `rng`.

    Raises ValueError if `products` or `sellers` is not positive.
    """
    if products < 1 or sellers < 1:
        raise ValueError(f"a catalogue needs products and sellers, got {products} and {sellers}")
    leaf_of = _leaves_draw(products, rng)
    group_of = np.array([GROUPS.index(group) for group, _ in LEAVES])[leaf_of]
    seller = _sellers_draw(group_of, sellers, rng)
    brands = brand_names(max(sellers, 40), rng)
    words = _words_draw(leaf_of, seller, brands, rng)
    leaves = [LEAVES[index][1] for index in leaf_of.tolist()]

    price = np.array([item.price for item in words]) * np.exp(rng.normal(0, 0.14, products))
    price = np.maximum(np.round(price / 100) * 100, 900)
    price -= np.where((price >= 1000) & (rng.random(products) < 0.7), 10, 0)
    cost_share = np.array([leaf.cost for leaf in leaves]) + rng.normal(0, 0.05, products)
    pack = np.array([item.pack for item in words])
    repeat = np.array([leaf.repeat for leaf in leaves]) * np.clip(pack, 0.5, 6) ** 0.45
    # Small packs sell more often than large ones.
    popular = np.array([leaf.popular for leaf in leaves]) / np.sqrt(np.maximum(pack, 1))
    popular *= rng.lognormal(0, 1.15, products)
    shelf = np.round(np.array([leaf.shelf for leaf in leaves]) * rng.uniform(0.85, 1.15, products))
    categories, leaf_ids = _categories()
    return Catalogue(
        categories=categories,
        name=_texts([item.name for item in words]),
        description=_texts([item.description for item in words]),
        category_id=leaf_ids[leaf_of],
        seller=seller,
        base_price_krw=price.astype(np.int64),
        weight=popular / popular.mean(),
        recipe=np.array([item.recipe for item in words], dtype=np.int64),
        shelf_life_days=np.maximum(shelf, 5).astype(np.int64),
        unit_cost=np.round(price * np.clip(cost_share, 0.3, 0.82), 2),
        repeat_days=np.round(repeat * rng.lognormal(0, 0.15, products), 1),
        group_key=_texts([GROUPS[index].key for index in group_of.tolist()]),
        leaf_key=_texts([leaf.key for leaf in leaves]),
        recipes=RECIPES,
        seller_names=seller_names_of(brands[:sellers], rng),
    )


@dataclass(frozen=True)
class _Words:
    """What was put together for one product; `price` before noise, `pack` its size against the leaf's unit."""

    name: str
    description: str | None
    price: float
    pack: float
    recipe: int


def _texts(values: Sequence[str | None]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _categories() -> tuple[list[CategoryRow], np.ndarray]:
    """All categories, tops before leaves, and the id of each leaf of LEAVES."""
    rows = [CategoryRow(index + 1, group.name, None, group.key) for index, group in enumerate(GROUPS)]
    for group, leaf in LEAVES:
        rows.append(CategoryRow(len(rows) + 1, leaf.name, GROUPS.index(group) + 1, leaf.key))
    return rows, np.arange(len(GROUPS) + 1, len(rows) + 1, dtype=np.int64)


def _leaves_draw(products: int, rng: np.random.Generator) -> np.ndarray:
    """Leaf index of each product: shares as the leaves' popularity, spread evenly even over few products."""
    shares = np.cumsum([leaf.popular**0.8 for _, leaf in LEAVES])
    positions = (np.arange(products) + rng.random()) / products * shares[-1]
    drawn = np.searchsorted(shares, positions, side="right")
    return rng.permutation(np.minimum(drawn, len(LEAVES) - 1))


def _sellers_draw(group_of: np.ndarray, sellers: int, rng: np.random.Generator) -> np.ndarray:
    """Seller of each product: few large and many small ones, each at home in one or two groups."""
    products = len(group_of)
    size = 1 + rng.pareto(1.3, sellers)
    affinity = np.full((len(GROUPS), sellers), 0.03)
    present = np.bincount(group_of, minlength=len(GROUPS)) / products
    for rank, chance in ((rng.permutation(sellers), 1.0), (rng.permutation(sellers), 0.35)):
        # Homes go round in proportion to the groups' products, so that no group is left without a specialist.
        home = np.searchsorted(np.cumsum(present), (rank + 0.5) / sellers, side="right").clip(max=len(GROUPS) - 1)
        affinity[home, np.arange(sellers)] = np.maximum(affinity[home, np.arange(sellers)], chance)
    chances = np.cumsum(affinity * size, axis=1)
    draws = rng.random(products)
    seller = np.empty(products, dtype=np.int64)
    for group in range(len(GROUPS)):
        mine = group_of == group
        seller[mine] = np.searchsorted(chances[group], draws[mine] * chances[group][-1], side="right").clip(
            max=sellers - 1
        )
    counts = np.bincount(seller, minlength=sellers)
    if products >= sellers:
        for idle in np.flatnonzero(counts == 0).tolist():
            gives = np.flatnonzero(seller == int(counts.argmax()))
            product = int(gives[int(rng.integers(len(gives)))])
            counts[seller[product]] -= 1
            seller[product] = idle
            counts[idle] = 1
    return seller


def _pick(items: Sequence[T], draw: float) -> T:
    """The item of `items` at the place `draw` (0 <= draw < 1)."""
    return items[int(draw * len(items))]


@lru_cache(maxsize=4096)
def _fitting(text: str, head: str) -> tuple[Term, ...]:
    """The items of a list that go with `head`."""
    return tuple(term for term in terms(text) if term.goes_with(head))


@cache
def _echoes(mod: str, head: str) -> bool:
    """Whether a modifier says again what the head says (국산 쌀 + 쌀떡볶이떡)."""
    tokens = mod.split()
    pairs = {token[i : i + 2] for token in tokens for i in range(len(token) - 1)}
    return any(token in head for token in tokens) or any(pair in head for pair in pairs)


def _words_draw(
    leaf_of: np.ndarray, seller: np.ndarray, brands: Sequence[str], rng: np.random.Generator
) -> list[_Words]:
    """Names (all different), descriptions, price factors and recipes of all products."""
    taken: set[str] = set()
    found = []
    for leaf_index, owner, draws in zip(
        leaf_of.tolist(), seller.tolist(), rng.random((len(leaf_of), 12)).tolist(), strict=True
    ):
        group, leaf = LEAVES[leaf_index]
        for _ in range(_TRIES):
            # Most sellers sell what they make; the rest is other makers' goods.
            brand = brands[owner] if draws[0] < 0.72 else _pick(brands, draws[1])
            head = _pick(_fitting(leaf.heads, ""), draws[2])
            size = _pick(_fitting(leaf.sizes, head.text), draws[3] ** 1.5)
            mods = _fitting(leaf.mods, head.text)
            mod = _pick(mods, draws[4])
            plain = draws[5] < 0.12 or _echoes(mod.text, head.text)
            name = " ".join([brand, *([] if plain else [mod.text]), head.text, size.text])
            if name not in taken:
                break
            draws = rng.random(12).tolist()
        else:
            raise ValueError(f"no more names for {leaf.name}")
        taken.add(name)
        factor = head.factor * size.factor * (1.0 if plain else mod.factor)
        found.append(
            _Words(
                name=name,
                description=_description(group, leaf, head.text, draws[6:11]),
                price=leaf.price * factor,
                pack=size.factor,
                recipe=_recipe(leaf, draws[11]),
            )
        )
    return found


def _recipe(leaf: Leaf, draw: float) -> int:
    """A recipe of the leaf's by weight; a fifth of the products belong to none."""
    place = draw * sum(weight for _, weight in leaf.recipe_terms) * 1.25
    for recipe, weight in leaf.recipe_terms:
        place -= weight
        if place < 0:
            return recipe
    return -1


def _description(group: Group, leaf: Leaf, head: str, draws: Sequence[float]) -> str | None:
    """One to four sentences (origin, taste, use, storage, in this order), or None."""
    if draws[0] < NO_DESCRIPTION:
        return None
    wanted = _pick(_SHAPES, (draws[0] - NO_DESCRIPTION) / (1 - NO_DESCRIPTION))
    parts = {"o": leaf.origins or group.origins, "t": leaf.tastes, "u": leaf.uses, "s": leaf.store or group.store}
    fitting = [
        (_fitting(parts[part], head), draw) for part, draw in zip("otus", draws[1:], strict=True) if part in wanted
    ]
    chosen = [_pick(choice, draw) for choice, draw in fitting if choice]
    if not chosen:
        return None
    return " ".join(term.text for term in chosen).format(**particle_fields(head.split()[-1]))


#: Which sentences a description has; those that come more often in shops come more often here.
_SHAPES = ("otus", "otus", "otu", "ots", "tus", "ot", "tu", "ou", "t", "otu")
