"""What a ranker is given and what it gives: the seam between ranking and serving."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from recommendations.placing.eligibility import Eligibility


class Bought(NamedTuple):
    """A user's purchases of one product. times: paid orders; first, last: when they were placed, None where unknown."""

    times: int
    first: datetime | None
    last: datetime | None


class Act(NamedTuple):
    """Something a user did with a product. rating: what it says, up to 5 for a purchase; at: when it last rose."""

    product_id: int
    rating: float
    at: datetime | None = None


@dataclass(slots=True)
class History:
    """What is known of somebody. acts: the best rated first, at most RATED_AT_MOST of them; bought: all of it, by
    product; orders: (day since 1970, its products) of each paid order; seen: the products of the session under way, the
    latest first."""

    acts: list[Act] = field(default_factory=list)
    bought: dict[int, Bought] = field(default_factory=dict)
    orders: list[tuple[float, Sequence[int]]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A product in a list. source: what put it there (see recommendations/reasons.py); evidence: the product that led
    to it, None where none did."""

    product_id: int
    score: float
    source: str
    evidence: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """For whom a ranker ranks. k: how many products; eligible: whether one may be ranked at all; again: bought products
    whose time has come, each with the chance that it is bought again. Other bought products are never ranked.

    asked, sold: what `eligible` goes by, for who judges many at once: `asked.wanted`, where `sold` `asked.allows`.
    """

    history: History
    now: datetime
    k: int
    eligible: Callable[[int], bool]
    again: Mapping[int, float] = field(default_factory=dict)
    asked: Eligibility | None = None
    sold: bool = False


class Ranker(Protocol):
    """Ranks products for people. It has been given what it needs: no statement is left to run."""

    @property
    def name(self) -> str:
        """What `algorithm` says where it answers, and the `source` of its products."""
        ...

    @property
    def version(self) -> str:
        """Which of its models answers; empty where there is only one."""
        ...

    def rank(self, asks: Sequence[Ask]) -> list[Sequence[Ranked]]:
        """For each ask its products, best first, in its order. Empty where a history says nothing."""
        ...
