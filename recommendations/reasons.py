"""Why a product is in a list, in a sentence for people, in Korean and English."""

from functools import lru_cache
from typing import Final, TypedDict

from recommendations.particles import OBJECT, with_particle

LONGEST_NAME: Final = 60

CO_PURCHASE, AGAIN, SESSION, CONTENT, CATEGORY, POPULAR, NEW, PINNED = (
    *("co-purchase", "again", "session", "content"),
    *("category", "popular", "new", "pinned"),
)
SOURCES: Final = (CO_PURCHASE, AGAIN, SESSION, CONTENT, CATEGORY, POPULAR, NEW, PINNED)
"""What can put a product into a list. A ranker can have names of its own: their reason is that of CO_PURCHASE."""
PERSONAL: Final = frozenset({POPULAR, NEW, PINNED})
"""Those that say nothing about whom the list is for."""


class Reason(TypedDict):
    """The same sentence in two languages."""

    ko: str
    en: str


_PLAIN: Final[dict[str, Reason]] = {
    CO_PURCHASE: {"ko": "함께 많이 구매한 상품이에요", "en": "Often bought together with what you like"},
    AGAIN: {"ko": "다시 구매하실 때가 되었어요", "en": "Time to buy it again"},
    SESSION: {"ko": "지금 보고 계신 상품과 함께 많이 구매해요", "en": "Goes with what you are looking at"},
    CONTENT: {"ko": "관심 있게 보신 상품과 비슷해요", "en": "Similar to what you looked at"},
    CATEGORY: {"ko": "관심 있으신 분류에서 인기 있는 상품이에요", "en": "Popular in a category you like"},
    POPULAR: {"ko": "많은 분들이 구매한 인기 상품이에요", "en": "Popular: bought by many"},
    NEW: {"ko": "새로 나온 상품이에요", "en": "New in the shop"},
    PINNED: {"ko": "추천 상품이에요", "en": "Selected for you by our team"},
}


@lru_cache(maxsize=20_000)
def reason_of(source: str, evidence: str | None, *, bought: bool = True) -> Reason:
    """Why, with the name of the product that led there. bought: the user bought
    that one; else it was only looked at.

    Shared by all who ask for the same: not to be changed.
    """
    if source not in _PLAIN:
        source = CO_PURCHASE
    if not evidence or source in (AGAIN, POPULAR, NEW, PINNED):
        return _PLAIN[source]
    name = evidence if len(evidence) <= LONGEST_NAME else evidence[: LONGEST_NAME - 1].rstrip() + "…"
    if source in (CONTENT, CATEGORY):
        ko, en = ("구매하신", "bought") if bought else ("보신", "viewed")
        if source == CONTENT:
            return {"ko": f"{ko} ‘{name}’ 상품과 비슷해요", "en": f"Similar to {name}, which you {en}"}
        return {
            "ko": f"{ko} ‘{name}’ 상품과 같은 분류의 인기 상품이에요",
            "en": f"Popular in the category of {name}, which you {en}",
        }
    return {
        "ko": f"{with_particle(name, OBJECT)} 산 분들이 함께 구매했어요",
        "en": f"People who bought {name} bought this too",
    }
