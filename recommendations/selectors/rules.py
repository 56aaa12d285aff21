"""The rules that hold today, kept in the process."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommendations.models import PlacementRule
from recommendations.placing.rules import Kind, Rule, Surface
from recommendations.remembered import Remembered
from xlcfi import clock

LOOK_SECONDS: Final = 1.5


@dataclass(frozen=True, slots=True)
class RulesOfToday:
    """rules: by id. version: another text for other rules, empty without any."""

    rules: Sequence[Rule]
    version: str


def rules_of_today() -> RulesOfToday:
    """The rules whose days hold today's, at most about LOOK_SECONDS behind. At worst one query."""
    return _kept.get()


def _read(before: RulesOfToday | None) -> RulesOfToday:
    today = clock.today()
    rows = list(PlacementRule.objects.filter(first__lte=today, last__gte=today).order_by("id"))
    text = ",".join(f"{row.id}:{row.changed_at.timestamp()}" for row in rows)
    version = hashlib.blake2b(text.encode(), digest_size=6).hexdigest() if rows else ""
    if before is not None and before.version == version:
        return before
    return RulesOfToday(
        [
            Rule(
                id=row.id,
                kind=Kind(row.kind),
                surface=Surface(row.surface),
                product_id=row.product_id,
                seller_id=row.seller_id,
                category_id=row.category_id,
                position=row.position,
                factor=float(row.factor),
                most=row.most,
            )
            for row in rows
        ],
        version,
    )


_kept: Remembered[RulesOfToday] = Remembered(_read, seconds=LOOK_SECONDS)
