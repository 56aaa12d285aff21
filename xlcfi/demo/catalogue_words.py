"""What a category is described by, and the notation its words are written in.

Lists are one string with `|` between the items; an item may end in `:factor`, its effect on the price (1 unless told), and
may begin with the heads it goes with, `(물냉면,동치미)`, or does not go with, `(-물냉면)`: any head that has the word in it.
Sentences hold the product's noun as `{n}` or with a particle (`{은}`, `{이}`, `{을}`, `{과}`, `{로}`).
"""

# ruff: noqa: E501 - a Korean letter counts as two columns, and the words are read as lists, not as code

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

NEVER = float("nan")

#: Latent groups of things that are bought for one occasion; a product's `recipe` is an index into this.
RECIPES = (
    "kimchi_stew", "tteokbokki", "gimbap", "ramen_night", "barbecue", "tea_time", "gift_set", "seaweed_soup",
    "cold_noodles", "rice_cake_soup", "bibimbap", "morning_health", "kids_snack", "kimjang", "late_drinks",
)  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One item of a list."""

    text: str
    factor: float
    heads: tuple[str, ...] = ()
    excludes: bool = False

    def goes_with(self, head: str) -> bool:
        """Whether this item may stand with the head noun `head`."""
        return not self.heads or any(word in head for word in self.heads) is not self.excludes


def terms(text: str) -> tuple[Term, ...]:
    """The items of a list in the notation above."""
    found = []
    for item in text.split("|"):
        heads: tuple[str, ...] = ()
        excludes = False
        if item.startswith("("):
            condition, item = item[1:].split(")", 1)
            excludes = condition.startswith("-")
            heads = tuple(condition.removeprefix("-").split(","))
        word, _, factor = item.partition(":")
        found.append(Term(word.strip(), float(factor) if factor else 1.0, heads, excludes))
    return tuple(found)


@dataclass(frozen=True)
class Leaf:
    """A leaf category and everything its products are made of."""

    key: str
    name: str
    price: int  # KRW of a product whose factors are all 1
    heads: str  # what it is; the factor is on the price
    mods: str  # what stands before it: region, way of making, ingredient
    sizes: str
    tastes: str
    uses: str
    shelf: int  # days
    repeat: float  # days until the same buyer buys again; NEVER if not
    recipes: str = ""  # names in RECIPES, the factor is the weight; the rest belongs to none
    popular: float = 1.0  # relative share of the catalogue and of the demand
    cost: float = 0.55  # share of the price that the product costs its seller
    noun: str = ""  # what a reviewer calls it; the category's name unless told
    store: str = ""  # storage sentences, where they differ from the group's
    origins: str = ""  # origin sentences, where they differ from the group's

    @cached_property
    def recipe_terms(self) -> tuple[tuple[int, float], ...]:
        """Indices into RECIPES with their weights."""
        return tuple((RECIPES.index(term.text), term.factor) for term in terms(self.recipes)) if self.recipes else ()


@dataclass(frozen=True)
class Group:
    """A top category: its leaves, and the sentences they share."""

    key: str
    name: str
    origins: str
    store: str
    leaves: tuple[Leaf, ...]


COLD = (
    "받으신 즉시 냉장 보관해 주세요.|0~10℃에서 냉장 보관하시고, 개봉 후에는 되도록 빨리 드세요.|아이스박스에 담아 보내 드리니 도착하면 바로 냉장고에 넣어 주세요."
    "|김치냉장고에 보관하시면 더 오래 맛있게 드실 수 있습니다."
)
CHILLED = (
    "받으신 즉시 냉장 보관해 주세요.|0~10℃에서 냉장 보관하시고, 개봉 후에는 일주일 안에 드시길 권합니다."
    "|드실 만큼 덜어 드시고 남은 것은 꼭 냉장고에 넣어 주세요."
)
FROZEN = "영하 18℃ 이하에서 냉동 보관하세요.|한 번 녹은 제품은 다시 얼리지 마세요.|드라이아이스와 함께 보내 드리며, 받으시면 바로 냉동실에 넣어 주세요."
DRY = (
    "직사광선을 피해 서늘하고 건조한 곳에 두세요.|개봉 후에는 밀봉해서 보관해 주세요.|습기에 약하니 개봉한 뒤에는 지퍼백에 담아 두시면 좋습니다."
    "|실온에서 보관하시고 소비기한을 확인해 주세요."
)
BOTTLE = "개봉 전에는 실온, 개봉 후에는 냉장 보관하세요.|뚜껑을 꼭 닫아 서늘한 곳에 두세요.|개봉 후에는 냉장고에 넣고 두 달 안에 드시길 권합니다."
