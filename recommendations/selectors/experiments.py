"""The experiments that may assign people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recommendations.models import Experiment
from xlcfi import clock


@dataclass(frozen=True)
class PlannedVariant:
    """A variant. share: its weight among the variants of the experiment."""

    name: str
    share: float
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class PlannedExperiment:
    """An experiment that has not ended. ends_at: its planned end, or when it was called off."""

    id: int
    surface: str
    starts_at: datetime
    ends_at: datetime
    variants: tuple[PlannedVariant, ...]


def planned_experiments() -> list[PlannedExperiment]:
    """Those that run or will, the oldest first; at most one runs on a surface at a time. Two queries."""
    found = Experiment.objects.filter(ends_at__gt=clock.now()).order_by("id").prefetch_related("variants")
    return [
        PlannedExperiment(
            id=each.id,
            surface=each.surface,
            starts_at=each.starts_at,
            ends_at=min(each.ends_at, each.stopped_at or each.ends_at),
            variants=tuple(
                PlannedVariant(variant.name, float(variant.share), variant.settings)
                for variant in sorted(each.variants.all(), key=lambda variant: variant.id)
            ),
        )
        for each in found
        if each.variants.all()
    ]
