"""When something that was bought may be recommended again: by its category's repeat rate and the buyer's rhythm."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recommendations.ranker import Bought

LEAST_RATE: Final = 0.15
"""Categories below this are not bought again: who has a rice cooker needs no second one."""
REGULAR: Final = 3
"""Who bought something so many times buys it regularly, whatever others do."""
EARLIEST: Final = 0.75
"""The part of the usual time between two purchases after which the next is near."""
LATEST: Final = 4.0
"""After so many times the usual time they have let go of it; the chance has fallen to LATEST_CHANCE of what it was."""
LATEST_CHANCE: Final = 0.25
SHORTEST_DAYS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A category: the share of (buyer, product) pairs, old enough, that were bought again; the usual days between."""

    rate: float
    days: float


def chance_now(*, bought: Bought, rhythm: Rhythm | None, now: datetime) -> float:
    """The chance (0 to 1) that the product is bought again about now; 0 while it may not be recommended.

    The interval is the buyer's own mean where they bought it twice or more, else the category's median. The chance is
    the category's rate, and for who bought it `times` (2 or more) times 1 - (1 - rate) / times; it falls when the time
    has long passed. Nothing where no rhythm is known, and nothing of a category that is seldom bought again, unless
    this buyer has bought it three times.
    """
    if bought.last is None or rhythm is None:
        return 0.0
    regular = bought.times >= REGULAR
    if not regular and rhythm.rate < LEAST_RATE:
        return 0.0
    rate, days = rhythm.rate, rhythm.days
    if bought.times >= 2 and bought.first is not None:
        rate = 1 - (1 - rate) / bought.times
        days = (bought.last - bought.first).total_seconds() / 86_400 / (bought.times - 1)
    days = max(days, SHORTEST_DAYS)
    waited = (now - bought.last).total_seconds() / 86_400 / days
    if waited < EARLIEST:
        return 0.0
    late = min(max(waited - 1, 0.0) / (LATEST - 1), 1.0)
    return rate * (1 - (1 - LATEST_CHANCE) * late)
