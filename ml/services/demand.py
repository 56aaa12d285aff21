"""What a product will sell: the forecast as it was made, with what planners say instead."""

from datetime import timedelta
from typing import Any

from ml.models import DemandForecast, DemandOverride
from ml.selectors.demand import forecast_of, overrides_of
from xlcfi import clock
from xlcfi.errors import Forbidden
from xlcfi.platform.models import Product

NO_FORECAST, UNKNOWN = "NOT_FORECAST_YET", "UNKNOWN_PRODUCT"
OVERRIDDEN = "planner"


def demand_answer(*, product_id: int, days: int, seller: int | None) -> dict[str, Any]:
    """The forecast of `days` days from today on; without one `forecast` is empty and `reason` says why.

    seller: who asks, if it is one. Raises Forbidden for a product of somebody else.
    """
    found = forecast_of(product_id=product_id)
    owner = found.seller_id if found is not None else _owner(product_id)
    if seller is not None and owner != seller:
        raise Forbidden
    answer: dict[str, Any] = {
        "product_id": product_id, "model": None, "model_version": None, "forecast": [], "totals": [],
        "as_of": None, "reason": None,
    }  # fmt: skip
    if found is None:
        return answer | {"reason": UNKNOWN if owner is None else NO_FORECAST}
    today = clock.today()
    # A forecast of yesterday says of today what its second day says.
    skipped = max((today - found.first_day).days, 0)
    rows = _rows(found)[skipped : skipped + days]
    if not rows:
        return answer | {"reason": NO_FORECAST}
    first = found.first_day + timedelta(days=skipped)
    told = overrides_of(product_id=product_id, first=first, last=first + timedelta(days=len(rows) - 1))
    for override in told:
        _apply(rows, override)
    answer |= {
        "model": found.model, "model_version": str(found.version), "as_of": found.made_at,
        "forecast": rows,
    }  # fmt: skip
    if not skipped and not told:
        answer["totals"] = [{"days": int(length), **total} for length, total in found.totals.items()]
    return answer


def _owner(product_id: int) -> int | None:
    return Product.objects.filter(pk=product_id).values_list("seller_id", flat=True).first()


def _rows(found: DemandForecast) -> list[dict[str, Any]]:
    return [
        {
            "date": found.first_day + timedelta(days=day),
            "mean": mean,
            "median": found.median[day],
            "intervals": {percent: [low[day], high[day]] for percent, (low, high) in found.intervals.items()},
            "overridden": False,
        }
        for day, mean in enumerate(found.mean)
    ]


def _apply(rows: list[dict[str, Any]], override: DemandOverride) -> None:
    """Share the planner's units out over the days as the forecast does; what lies outside of `rows` keeps its share."""
    inside = [row for row in rows if override.first_day <= row["date"] <= override.last_day]
    if not inside:
        return
    length = (override.last_day - override.first_day).days + 1
    units = float(override.units) * len(inside) / length
    total = sum(row["mean"] for row in inside)
    for row in inside:
        wanted = units * row["mean"] / total if total > 0 else units / len(inside)
        factor = wanted / row["mean"] if row["mean"] > 0 else 0.0
        row["intervals"] = {
            percent: [round(low * factor, 3), round(high * factor, 3)]
            for percent, (low, high) in row["intervals"].items()
        }
        row["median"], row["mean"] = round(row["median"] * factor, 3), round(wanted, 4)
        row["overridden"] = True
