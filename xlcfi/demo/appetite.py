"""How a category of food behaves: on feasts, over the year, and with its price."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import Floats
from xlcfi.demo.feasts import feast_lift
from xlcfi.demo.span import Span


@dataclass(frozen=True)
class Appetite:
    """seollal, chuseok: log demand at the peak. summer: log demand in July against January. elasticity: usual one."""

    seollal: float = 0.15
    chuseok: float = 0.15
    summer: float = 0.0
    elasticity: float = -1.6


# By a part of the category's key; the first that fits counts.
_BY_KEY: tuple[tuple[tuple[str, ...], Appetite], ...] = (
    (("gift", "set"), Appetite(1.9, 2.1, 0.0, -1.1)),
    (("ginseng", "health", "vitamin", "honey"), Appetite(1.2, 1.3, -0.15, -1.3)),
    (("hangwa", "sweet", "yakgwa", "dessert"), Appetite(1.1, 1.3, -0.1, -1.8)),
    (("tteok", "rice_cake", "ricecake"), Appetite(1.4, 1.0, -0.1, -1.5)),
    (("rice", "grain"), Appetite(0.3, 0.5, 0.0, -0.8)),
    (("meat", "beef", "fish", "seafood", "jerky"), Appetite(0.9, 1.0, -0.1, -1.7)),
    (("fruit", "dried"), Appetite(0.8, 1.2, 0.1, -1.6)),
    (("noodle_cold", "naengmyeon", "drink", "beverage", "juice"), Appetite(0.0, 0.1, 0.6, -2.0)),
    (("ramen", "ramyeon", "noodle"), Appetite(-0.15, -0.15, -0.25, -2.2)),
    (("tea", "coffee"), Appetite(0.35, 0.4, -0.35, -1.4)),
    (("kimchi",), Appetite(0.3, 0.3, -0.1, -1.2)),
    (("snack", "chip", "cookie"), Appetite(0.05, 0.0, 0.1, -2.4)),
    (("gim", "seaweed", "laver"), Appetite(0.7, 0.8, -0.05, -1.5)),
    (("sauce", "jang", "paste", "oil", "season"), Appetite(0.35, 0.45, 0.0, -1.1)),
)
_OTHER = Appetite()


def appetite_of(key: str) -> Appetite:
    """The behaviour of the category whose key is `key`."""
    return next((appetite for parts, appetite in _BY_KEY if any(part in key for part in parts)), _OTHER)


def season_effects(*, appetites: Sequence[Appetite], span: Span) -> Floats:
    """Log effect of feasts and of the year on every one of `appetites`, shape (appetites, days)."""
    days = span.dates()
    year = 2 * np.pi * (days - days.astype("datetime64[Y]")).astype(np.int64) / 365.25
    # Only the rise belongs to the goods; that nobody orders on the feast itself is in the market's pace.
    seollal = np.clip(feast_lift(span=span, feasts=["seollal"]), 0, None)
    chuseok = np.clip(feast_lift(span=span, feasts=["chuseok"]), 0, None)
    summer = (1 - np.cos(year - 0.3)) / 2
    return np.stack([a.seollal * seollal + a.chuseok * chuseok + a.summer * summer for a in appetites])
