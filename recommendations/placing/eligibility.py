"""Which products may be shown to whom: judged when a list is served, by how each product stands then."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommendations.placing.standings import Standings

ON_SALE = "ON_SALE"


class LeftOut(StrEnum):
    """Why a product that was ranked is not in the list."""

    GONE = "gone"
    NOT_ON_SALE = "not_on_sale"
    OUT_OF_STOCK = "out_of_stock"
    OWN = "own"
    SELLER_INACTIVE = "seller_inactive"
    BOUGHT = "bought"
    EXCLUDED = "excluded"
    OTHER_CATEGORY = "other_category"
    OTHER_PRICE = "other_price"
    CAPPED = "capped"


COUNTED = (
    *(LeftOut.GONE, LeftOut.NOT_ON_SALE, LeftOut.OUT_OF_STOCK, LeftOut.OWN),
    *(LeftOut.SELLER_INACTIVE, LeftOut.CAPPED),
)
"""What an answer counts: what it was asked to leave out it need not say."""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What may be shown. owner: who must not be shown their own; excluded: products asked to be left out; categories,
    price_min, price_max: only what lies within, price_min <= price <= price_max; bought: stays out."""

    standings: Standings
    owner: int | None = None
    excluded: Collection[int] = frozenset()
    bought: Collection[int] = frozenset()
    categories: frozenset[int] | None = None
    price_min: float | None = None
    price_max: float | None = None

    def allows(self, product_id: int) -> bool:
        """Whether nothing speaks against it: `objection` in one breath, for it is asked of every candidate."""
        standing = self.standings.by_id.get(product_id)
        if (
            standing is None
            or standing.stock <= 0
            or standing.status != ON_SALE
            or product_id in self.bought
            or product_id in self.excluded
            or standing.seller_id in self.standings.inactive
            or (self.owner is not None and standing.seller_id == self.owner)
        ):
            return False
        return not self._narrow or self.unwanted(product_id) is None

    @property
    def _narrow(self) -> bool:
        return self.categories is not None or self.price_min is not None or self.price_max is not None

    def wanted(self, product_id: int) -> bool:
        """Whether it is asked for at all: neither bought nor left out on purpose, and within category and price. Of
        what is not there nobody can say: yes."""
        return self.unwanted(product_id) is None

    def objection(self, product_id: int) -> LeftOut | None:
        """Why the product may not be shown; None where it may."""
        return self.unsold(product_id) or self.unwanted(product_id)

    def unsold(self, product_id: int) -> LeftOut | None:
        """Why this person can't buy it now."""
        standing = self.standings.by_id.get(product_id)
        if standing is None:
            return LeftOut.GONE
        if standing.status != ON_SALE:
            return LeftOut.NOT_ON_SALE
        if standing.stock <= 0:
            return LeftOut.OUT_OF_STOCK
        if self.owner is not None and standing.seller_id == self.owner:
            return LeftOut.OWN
        return LeftOut.SELLER_INACTIVE if standing.seller_id in self.standings.inactive else None

    def unwanted(self, product_id: int) -> LeftOut | None:
        """Why it is not what was asked for."""
        if product_id in self.bought:
            return LeftOut.BOUGHT
        if product_id in self.excluded:
            return LeftOut.EXCLUDED
        standing = self.standings.by_id.get(product_id)
        if standing is None:
            return None
        if self.categories is not None and standing.category_id not in self.categories:
            return LeftOut.OTHER_CATEGORY
        below = self.price_min is not None and standing.price < self.price_min
        if below or (self.price_max is not None and standing.price > self.price_max):
            return LeftOut.OTHER_PRICE
        return None


def detail_objection(detail: Mapping[str, object]) -> LeftOut | None:
    """What the details that the answer shows say against it: the product service can know better than our copy."""
    stock = detail["stock"]
    if detail["name"] is None:
        return LeftOut.GONE
    if detail["status"] not in (None, ON_SALE):
        return LeftOut.NOT_ON_SALE
    return LeftOut.OUT_OF_STOCK if isinstance(stock, int) and stock <= 0 else None


def told(left_out: Mapping[LeftOut, int]) -> dict[str, int]:
    """For an answer: how many by reason, only of reasons that say something about the product, not about the asking."""
    return {str(reason): left_out[reason] for reason in COUNTED if left_out.get(reason)}
