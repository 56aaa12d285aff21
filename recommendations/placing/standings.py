"""How products stand: what eligibility is judged by."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Standing(NamedTuple):
    """One product, as the platform's table has it. price: in its own currency."""

    status: str
    stock: int
    seller_id: int | None
    category_id: int | None
    price: float
    name: str
    created: date | None


@dataclass(slots=True)
class Standings:
    """All products, and the sellers among theirs whose account is not ACTIVE. version: grows with every change."""

    by_id: dict[int, Standing] = field(default_factory=dict)
    inactive: frozenset[int] = frozenset()
    version: int = 0
    mark: int = 0
    whole_at: float = float("-inf")

    def name_of(self, product_id: int | None) -> str | None:
        """What it is called; None where unknown."""
        known = None if product_id is None else self.by_id.get(product_id)
        return None if known is None else known.name

    def category_of(self, product_id: int) -> int | None:
        """Its category; None where unknown."""
        known = self.by_id.get(product_id)
        return None if known is None else known.category_id
