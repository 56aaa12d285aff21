"""Recency, frequency and money of a buyer as classes, and the named segments they make. Pure, by fixed cut points.

The window is the 365 Seoul days that end today. Recency: days since the last paid order. Frequency: paid orders in the
window, whatever their currency, a refunded one too. Money: net revenue in the window, KRW: gross less what went back,
each on its own day. Whoever has the same figure is in the same class: classes are no quantiles, so one buyer's class
never moves because of what others buy. 5 is best; a buyer without a paid order in the window is in class 0 of all.
"""

from collections.abc import Sequence
from decimal import Decimal

WINDOW_DAYS = 365

RECENCY_MOST_DAYS = (30, 60, 120, 240)
"""The most days since the last paid order for R 5, 4, 3, 2; above it, within the window, 1."""
FREQUENCY_LEAST_ORDERS = (1, 2, 3, 5, 8)
"""The least paid orders for F 1, 2, 3, 4, 5."""
MONEY_LEAST = (50_000, 100_000, 200_000, 400_000)
"""The least net revenue in KRW for M 2, 3, 4, 5; below it 1."""

CHAMPIONS, LOYAL, POTENTIAL, NEW, PROMISING = "champions", "loyal", "potential_loyalists", "new", "promising"
ATTENTION, SLEEPY, AT_RISK, CANT_LOSE = "needs_attention", "about_to_sleep", "at_risk", "cant_lose"
HIBERNATING, LOST = "hibernating", "lost"
SEGMENTS = (
    CHAMPIONS,
    LOYAL,
    POTENTIAL,
    NEW,
    PROMISING,
    ATTENTION,
    SLEEPY,
    AT_RISK,
    CANT_LOSE,
    HIBERNATING,
    LOST,
)

GRID: dict[int, tuple[str, str, str, str, str]] = {
    #   F: 1            2            3            4          5
    5: (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
    4: (PROMISING, POTENTIAL, POTENTIAL, LOYAL, LOYAL),
    3: (SLEEPY, SLEEPY, ATTENTION, LOYAL, LOYAL),
    2: (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
    1: (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
}
"""R -> the segments of F 1 to 5. Money names no segment: it is told beside it."""


def recency_class(days: int | None) -> int:
    """The class of `days` since the last paid order: 5 (0 to 30 days) to 1; 0 for none within the window."""
    if days is None or days >= WINDOW_DAYS:
        return 0
    return 5 - sum(days > most for most in RECENCY_MOST_DAYS)


def frequency_class(orders: int) -> int:
    """The class of `orders` paid orders in the window: 0 to 5."""
    return sum(orders >= least for least in FREQUENCY_LEAST_ORDERS)


def money_class(net: Decimal | int, *, orders: int) -> int:
    """The class of `net` KRW in the window: 1 to 5; 0 where no paid order is in it."""
    return 1 + sum(net >= least for least in MONEY_LEAST) if orders else 0


def segment_of(recency: int, frequency: int) -> str:
    """The name of the segment of two classes; LOST for whoever bought nothing in the window."""
    return GRID[recency][frequency - 1] if recency and frequency else LOST


def classes_of(segment: str) -> list[tuple[int, int]]:
    """The pairs (R, F) that are called `segment`, best first; none for LOST: (0, 0) stands for it."""
    return [(r, f + 1) for r, names in GRID.items() for f, name in enumerate(names) if name == segment] or [(0, 0)]


def cut_points() -> dict[str, Sequence[int] | int]:
    """The cut points as answers tell them."""
    return {
        "window_days": WINDOW_DAYS,
        "recency_most_days": RECENCY_MOST_DAYS,
        "frequency_least_orders": FREQUENCY_LEAST_ORDERS,
        "money_least_net_krw": MONEY_LEAST,
    }
