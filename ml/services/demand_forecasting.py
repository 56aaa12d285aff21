"""Making the forecasts of all products, once a day and after each training, by a process of its own."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection, transaction

from ml.models import CategoryDemand, DemandForecast
from ml.selectors.demand import Shelf, forecasts_state, shelf_until
from ml.services.demand_drift import NAME, demand_drift_note
from xlcfi import clock
from xlcfi.artifacts.selectors import serving_id
from xlcfi.artifacts.serving import serving, serving_as
from xlcfi.artifacts.subjects import Loaded

if TYPE_CHECKING:
    from ml.demand.model import DemandModel, Forecasts

logger = logging.getLogger(__name__)

LOCK: Final = 7_204_130_002
ROWS_A_STATEMENT = 500
_started: list[subprocess.Popen[bytes]] = []


def demand_model(loaded: Loaded) -> "DemandModel":
    """The model in a version's file. Raises ValueError or KeyError where it is none."""
    from ml.demand.model import DemandModel

    return DemandModel.of_arrays(loaded.arrays, loaded.parameters)


def forecasts_make() -> int:
    """Forecast every product from today on, with what serves now; returns how many. 0: no model, no sales, or somebody
    else is at it. All of them are swapped in one transaction; alerts of stock follow from them in the same one.
    """
    from ml.demand.learning import Setup
    from ml.services.inventory import alerts_make

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        model, loaded = serving_as(NAME, demand_model), serving(NAME)
        today = clock.today()
        shelf = shelf_until(until=today) if model is not None else None
        if model is None or loaded is None or shelf is None:
            return 0
        found = model.forecasts(shelf.series, setup=Setup(), price=shelf.price)
        with transaction.atomic():
            _store(shelf, found, version=loaded.version)
            _store_categories(shelf, found)
            alerts_make(shelf=shelf, forecasts=found, today=today)
        demand_drift_note(version=loaded.version, parameters=loaded.parameters, series=shelf.series)
        return len(shelf.product)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _store(shelf: Shelf, found: "Forecasts", *, version: int) -> None:
    today, moment = clock.today(), clock.now()
    mean, median = found.days.mean.round(4), found.days.median
    intervals = {str(percent): ends for percent, ends in found.days.intervals.items()}
    DemandForecast.objects.exclude(pk__in=shelf.product.tolist()).delete()
    batch: list[DemandForecast] = []
    for row, product in enumerate(shelf.product.tolist()):
        batch.append(
            DemandForecast(
                product_id=product, category_id=int(shelf.category[row]), seller_id=int(shelf.seller[row]),
                first_day=today, model=found.model[row], version=version, mean=mean[row].tolist(),
                median=median[row].tolist(),
                intervals={name: [low[row].tolist(), high[row].tolist()] for name, (low, high) in intervals.items()},
                totals={
                    str(length): {
                        "mean": round(float(one.mean[row]), 4),
                        "median": round(float(one.median[row]), 4),
                        "intervals": {
                            str(percent): [round(float(low[row]), 3), round(float(high[row]), 3)]
                            for percent, (low, high) in one.intervals.items()
                        },
                    }
                    for length, one in found.totals.items()
                },
                made_at=moment,
            )
        )  # fmt: skip
        if len(batch) == ROWS_A_STATEMENT:
            _put(batch)
            batch = []
    _put(batch)


def _put(batch: list[DemandForecast]) -> None:
    fields = [field.name for field in DemandForecast._meta.concrete_fields if not field.primary_key]
    DemandForecast.objects.bulk_create(batch, update_conflicts=True, unique_fields=["product_id"], update_fields=fields)


def _store_categories(shelf: Shelf, found: "Forecasts") -> None:
    """From below: the forecast of a category is the sum of its products', so that all levels agree."""
    today, moment = clock.today(), clock.now()
    above = _parents()
    sums: dict[int, Any] = {}
    counts: dict[int, int] = {}
    for row, category in enumerate(shelf.category.tolist()):
        for level in _with_above(category, above):
            counts[level] = counts.get(level, 0) + 1
            mean = found.days.mean[row].round(4)
            sums[level] = sums[level] + mean if level in sums else mean.copy()
    CategoryDemand.objects.all().delete()
    CategoryDemand.objects.bulk_create(
        [
            CategoryDemand(
                category_id=level,
                first_day=today,
                products=counts[level],
                mean=values.round(4).tolist(),
                made_at=moment,
            )
            for level, values in sorted(sums.items())
        ]
    )


def _parents() -> dict[int, int | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, parent_id FROM categories")
        return dict(cursor.fetchall())


def _with_above(category: int, above: dict[int, int | None]) -> Iterable[int]:
    """0 (all), the category, and those above it, each once, even where they stand in a circle."""
    seen = {0}
    level: int | None = category
    while level and level not in seen:
        seen.add(level)
        level = above.get(level)
    return seen


def forecasts_process_start() -> bool:
    """Start a process that makes them where they are of yesterday or of another version; whether it did."""
    _started[:] = [each for each in _started if each.poll() is None]
    version = serving_id(name=NAME)
    if _started or version is None:
        return False
    day, made_with = forecasts_state()
    if day == clock.today() and _serves(version, made_with):
        return False
    environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    _started.append(
        subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "forecast_demand"],
            cwd=settings.BASE_DIR, env=environment | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
    )  # fmt: skip
    return True


def _serves(row: int, version: int | None) -> bool:
    from xlcfi.artifacts.models import ModelVersion

    return version is not None and ModelVersion.objects.filter(pk=row, version=version).exists()
