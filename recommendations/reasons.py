"""Why a product is in a list, in a sentence for people, in Korean and English."""

from functools import lru_cache
from typing import Final, TypedDict

from recommendations.particles import OBJECT, with_particle

LONGEST_NAME: Final = 60

CO_PURCHASE, AGAIN, SESSION, CONTENT, CATEGORY, POPULAR, NEW, PINNED = (
    *("co-purchase", "again", "session", "content"),
    *("category", "popular", "new", "pinned"),
)
BLEND: Final = "blend"
"""What `algorithm` says where the trained model ranks. What it goes by is named by its components."""
EASE, COSINE, FACTORS, SPECTRAL, NEXT, TREND, LOOKED, CATEGORY_TASTE, SELLER_TASTE, PRICE_TASTE = (
    *("ease", "cosine", "factors", "spectral", "next", "trend"),
    *("looked-at", "category-taste", "seller-taste", "price-taste"),
)
SOURCES: Final = (
    *(CO_PURCHASE, AGAIN, SESSION, CONTENT, CATEGORY, POPULAR, NEW, PINNED),
    *(EASE, COSINE, FACTORS, SPECTRAL, NEXT, TREND, LOOKED, CATEGORY_TASTE, SELLER_TASTE, PRICE_TASTE),
)
"""What can put a product into a list. Names that are not among them have the reason of CO_PURCHASE."""
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
    FACTORS: {"ko": "취향이 비슷한 분들이 많이 찾는 상품이에요", "en": "Liked by people with tastes like yours"},
    NEXT: {"ko": "지난번 구매에 이어서 많이 사는 상품이에요", "en": "Often bought next, after what you bought last"},
    TREND: {"ko": "요즘 많이 찾는 상품이에요", "en": "Much bought these days"},
    LOOKED: {"ko": "최근에 관심 있게 보신 상품이에요", "en": "You looked at it lately"},
    CATEGORY_TASTE: {"ko": "요즘 이 카테고리에서 인기 있는 상품이에요", "en": "Popular in its category now"},
    SELLER_TASTE: {"ko": "이 판매자의 요즘 인기 상품이에요", "en": "Popular from its seller now"},
    PRICE_TASTE: {"ko": "자주 찾으시는 가격대의 인기 상품이에요", "en": "Popular at the prices you usually pay"},
    PINNED: {"ko": "추천 상품이에요", "en": "Selected for you by our team"},
}

_NAMELESS: Final = frozenset({AGAIN, POPULAR, NEW, PINNED, TREND, LOOKED, PRICE_TASTE})
"""Sentences that say all without another product's name."""
_GROUPS: Final = {CATEGORY_TASTE: ("카테고리의", "category"), SELLER_TASTE: ("판매자의", "seller")}


@lru_cache(maxsize=20_000)
def reason_of(source: str, evidence: str | None, *, bought: bool = True) -> Reason:
    """Why, with the name of the product that led there. bought: the user bought
    that one; else it was only looked at.

    Shared by all who ask for the same: not to be changed.
    """
    source = FACTORS if source == SPECTRAL else source if source in _PLAIN else CO_PURCHASE
    if not evidence or source in _NAMELESS:
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
    if source == NEXT:
        return {
            "ko": f"{with_particle(name, OBJECT)} 산 다음에 많이 사는 상품이에요",
            "en": f"Often bought next, after {name}",
        }
    if source == FACTORS:
        did = with_particle(name, OBJECT) + (" 구매하신 고객님과" if bought else " 보신 고객님과")
        en = "bought" if bought else "viewed"
        return {
            "ko": f"{did} 취향이 비슷한 분들이 많이 찾아요",
            "en": f"Liked by people with tastes like yours: you {en} {name}",
        }
    if source in _GROUPS:
        ko, en = _GROUPS[source]
        return {
            "ko": f"{'구매하신' if bought else '보신'} ‘{name}’ 상품과 같은 {ko} 요즘 인기 상품이에요",
            "en": f"Popular now, of the same {en} as {name}, which you {'bought' if bought else 'viewed'}",
        }
    return {
        "ko": f"{with_particle(name, OBJECT)} 산 분들이 함께 구매했어요",
        "en": f"People who bought {name} bought this too",
    }
