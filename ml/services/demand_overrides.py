"""What planners say instead of the forecast, and whether they were nearer."""

from dataclasses import dataclass
from datetime import timedelta

from ml.models import DemandOverride
from ml.selectors.demand import forecast_of, units_sold
from xlcfi import clock

SETTLED_AT_ONCE = 1_000


@dataclass(frozen=True)
class OverrideWorth:
    """Over all overrides whose days are over: WAPE of the forecast and of the planners; None before any."""

    overrides: int
    model_wape: float | None
    planner_wape: float | None


def override_save(*, override: DemandOverride, by: str) -> DemandOverride:
    """Keep it, with what the forecast says of its days at this moment: the two are compared once the days are over."""
    override.created_by = by[:150]
    override.model_units = model_units(override)
    override.save()
    return override


def model_units(override: DemandOverride) -> float | None:
    """What the forecast says of all days of `override`; None where it does not reach them all."""
    found = forecast_of(product_id=override.product_id)
    if found is None:
        return None
    first = (override.first_day - found.first_day).days
    last = (override.last_day - found.first_day).days + 1
    if first < 0 or last > len(found.mean):
        return None
    return round(float(sum(found.mean[first:last])), 4)


def overrides_settle() -> int:
    """Fill in what was sold in the days of overrides that are over; returns how many."""
    over = DemandOverride.objects.filter(sold_units=None, last_day__lt=clock.today() - timedelta(days=1))
    done = 0
    for row in over.order_by("pk")[:SETTLED_AT_ONCE]:
        row.sold_units = units_sold(product_id=row.product_id, first=row.first_day, last=row.last_day)
        row.save(update_fields=["sold_units"])
        done += 1
    return done


def overrides_worth() -> OverrideWorth:
    """What overrides added: both errors over the same products and days. Lower is nearer."""
    over = DemandOverride.objects.exclude(sold_units=None).exclude(model_units=None)
    rows = [
        (float(units), said, actual)
        for units, said, actual in over.values_list("units", "model_units", "sold_units")
        if said is not None and actual is not None
    ]
    sold = sum(actual for _, _, actual in rows)
    if sold <= 0:
        return OverrideWorth(len(rows), None, None)
    model = sum(abs(said - actual) for _, said, actual in rows) / sold
    planner = sum(abs(units - actual) for units, _, actual in rows) / sold
    return OverrideWorth(len(rows), round(model, 4), round(planner, 4))
