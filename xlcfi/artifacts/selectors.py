"""What is known of versions, trainings and drift."""

from collections.abc import Mapping
from typing import Any

from xlcfi.artifacts.models import ModelDrift, ModelTraining, ModelVersion
from xlcfi.clock import now

FALLBACKS = 5
DRIFT_SHOWN = 200


def serving_id(*, name: str) -> int | None:
    """The key of the version that should serve; None where none should. One look into a small index."""
    found = ModelVersion.objects.filter(name=name, state=ModelVersion.State.SERVING).values_list("pk", flat=True)[:1]
    return next(iter(found), None)


def fallback_ids(*, name: str) -> list[int]:
    """Versions that served before and still have their file, the newest first."""
    found = ModelVersion.objects.filter(
        name=name, state=ModelVersion.State.RETIRED, served_at__isnull=False, file_removed_at=None
    )
    return list(found.order_by("-version").values_list("pk", flat=True)[:FALLBACKS])


def version_named(*, name: str, version: int) -> ModelVersion | None:
    """A version by its number."""
    return ModelVersion.objects.filter(name=name, version=version).first()


def serving_version(*, name: str) -> ModelVersion | None:
    """The version that should serve."""
    return ModelVersion.objects.filter(name=name, state=ModelVersion.State.SERVING).first()


def may_go_back_to(row: ModelVersion) -> bool:
    """Whether having this version serve is going back: it served before."""
    return row.state == ModelVersion.State.RETIRED and row.served_at is not None


def model_names() -> set[str]:
    """Every name that has a version or a training."""
    return {
        *ModelVersion.objects.values_list("name", flat=True).distinct(),
        *ModelTraining.objects.values_list("name", flat=True).distinct(),
    }


def recent_drift(*, version_id: int) -> list[ModelDrift]:
    """The latest weeks of a version, the worst features first."""
    return list(ModelDrift.objects.filter(model_version_id=version_id).order_by("-week", "-psi")[:DRIFT_SHOWN])


def worst_drifts() -> dict[str, ModelDrift]:
    """By name, the worst feature of the latest week of the version that serves."""
    rows = ModelDrift.objects.filter(model_version__state=ModelVersion.State.SERVING).select_related("model_version")
    latest = rows.order_by("model_version_id", "-week", "-psi").distinct("model_version_id")
    return {row.model_version.name: row for row in latest}


def model_drifts() -> Mapping[tuple[str, ...], float]:
    """The PSI of `worst_drifts`, by (name,)."""
    return {(name,): row.psi for name, row in worst_drifts().items()}


def serving_versions() -> dict[str, ModelVersion]:
    """By name, the version that should serve."""
    return {row.name: row for row in ModelVersion.objects.filter(state=ModelVersion.State.SERVING)}


def latest_trainings() -> dict[str, ModelTraining]:
    """By name, the training that was asked for last."""
    return {row.name: row for row in ModelTraining.objects.order_by("name", "-id").distinct("name")}


def model_ages() -> Mapping[tuple[str, ...], float]:
    """Seconds since the serving versions were trained, by (name,)."""
    return {(name,): (now() - row.trained_at).total_seconds() for name, row in serving_versions().items()}


def model_damages() -> Mapping[tuple[str, ...], float]:
    """Whether the serving versions are damaged, by (name,): 1 or 0."""
    return {(name,): float(bool(row.damage)) for name, row in serving_versions().items()}


def main_figure(metrics: Mapping[str, Any], metric: str) -> float | None:
    """A metric of the candidate, where it has one."""
    candidate = metrics.get("candidate")
    value = candidate.get(metric) if isinstance(candidate, Mapping) else None
    return float(value) if isinstance(value, int | float) else None
