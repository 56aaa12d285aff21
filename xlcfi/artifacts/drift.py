"""Noting how far a week's inputs and outcomes are from what a version was trained on."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from xlcfi.artifacts.models import ModelDrift
from xlcfi.artifacts.psi import ROWS_LEAST, level, psi
from xlcfi.artifacts.selectors import version_named


def drift_note(
    *, name: str, version: int, feature: str, week: date, expected_deciles: Sequence[float], sample: Sequence[float]
) -> ModelDrift | None:
    """Writes down the PSI of `feature` in the week of `week`; noting a week again replaces it.

    None, and nothing is written, where the sample has fewer than ROWS_LEAST values. The outcome is a feature too.
    Raises LookupError where there is no such version, ValueError as `psi` does.
    """
    row = version_named(name=name, version=version)
    if row is None:
        raise LookupError(f"there is no version {version} of {name}")
    # What is no number is no value.
    values = [float(value) for value in sample if value == value]
    if len(values) < ROWS_LEAST:
        return None
    found = psi(expected_deciles, values)
    monday = monday_of(week)
    noted, _new = ModelDrift.objects.update_or_create(
        model_version=row,
        feature=feature,
        week=monday,
        defaults={"psi": found, "rows": len(values), "level": level(found)},
    )
    return noted


def week_note(
    *,
    name: str,
    version: int,
    week: date,
    expected: Mapping[str, Sequence[float]],
    samples: Mapping[str, Sequence[float]],
) -> int:
    """`drift_note` for every feature that has both cut points and a sample; returns how many were noted."""
    noted = [
        drift_note(
            name=name, version=version, feature=feature, week=week, expected_deciles=cuts, sample=samples[feature]
        )
        for feature, cuts in expected.items()
        if feature in samples
    ]
    return sum(one is not None for one in noted)


def week_is_noted(*, name: str, version: int, week: date) -> bool:
    """Whether any feature of this version was noted in the week of `week`: a job that runs often does it once."""
    return ModelDrift.objects.filter(
        model_version__name=name, model_version__version=version, week=monday_of(week)
    ).exists()


def monday_of(day: date) -> date:
    """The day by which a week is called."""
    return day - timedelta(days=day.weekday())
