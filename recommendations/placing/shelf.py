"""Eligibility of all products of a model at once: columns of how they stand, asked by comparing arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommendations.placing.eligibility import ON_SALE, Eligibility
from recommendations.placing.standings import Standings
from recommendations.ranking.interactions import Bools, Floats, Ints

NOBODY: Final = -1


@dataclass(frozen=True)
class Shelf:
    """How the products of a model stood at a version of the standings; each of shape (items,), by item number.

    sold: on sale, in stock, and the seller active. there: the product exists. seller, category: NOBODY where none.
    """

    version: int
    sold: Bools
    there: Bools
    seller: Ints
    category: Ints
    price: Floats
    number: Mapping[int, int]

    @classmethod
    def of(cls, standings: Standings, items: Ints, number: Mapping[int, int]) -> "Shelf":
        """items: product of each number; number: the reverse."""
        by_id, inactive = standings.by_id, standings.inactive
        found = [by_id.get(each) for each in items.tolist()]
        there = np.array([each is not None for each in found], dtype=bool)
        sold = [
            each is not None and each.status == ON_SALE and each.stock > 0 and each.seller_id not in inactive
            for each in found
        ]
        return cls(
            standings.version,
            np.array(sold, dtype=bool),
            there,
            np.array([NOBODY if each is None or each.seller_id is None else each.seller_id for each in found]),
            np.array([NOBODY if each is None or each.category_id is None else each.category_id for each in found]),
            np.array([np.nan if each is None else each.price for each in found]),
            number,
        )

    def mask(self, asked: Eligibility, *, sold: bool) -> Bools:
        """Which may be ranked: what `asked.wanted` allows; sold: what `asked.allows` allows. shape (items,)."""
        if sold:
            found = self.sold.copy() if asked.owner is None else self.sold & (self.seller != asked.owner)
        else:
            found = np.ones(len(self.sold), dtype=bool)
        if asked.categories is not None:
            # Of what is not there nobody can say.
            found &= np.isin(self.category, list(asked.categories)) | ~self.there
        with np.errstate(invalid="ignore"):
            if asked.price_min is not None:
                found &= ~(self.price < asked.price_min)
            if asked.price_max is not None:
                found &= ~(self.price > asked.price_max)
        for ids in (asked.bought, asked.excluded):
            if ids:
                found[self.numbers(ids)] = False
        return found

    def numbers(self, ids: Iterable[int]) -> list[int]:
        """The item numbers of those of `ids` that are known."""
        number = self.number
        return [number[each] for each in ids if each in number]
