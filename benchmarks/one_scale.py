"""Measurements on the market of one scale, in a process of its own: `python -m benchmarks.one_scale REPORT PART…`."""

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from benchmarks.timing import Result

Report = dict[str, Any]


def main() -> None:
    """Measure the parts named in the arguments on the database of DATABASE_URL; write the results as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "benchmarks.urls"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    target, *parts = sys.argv[1:]
    reports = {}
    for part in parts:
        print(f"measuring {part} …", flush=True)
        reports[part] = MEASURES[part]()
    with open(target, "w") as file:
        json.dump(reports, file)


def _related() -> Report:
    from benchmarks import related

    lines = _told(related.measure())
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "lines": lines,
        "told": f"Memory of the process that answered these requests: {megabytes:.0f} MB.",
        "related_ms": min(_one_request() for _ in range(5)) * 1000,
    }


def _personal() -> Report:
    from benchmarks import personal

    results, told = personal.measure()
    return {"lines": _told(results), "told": told}


def _dashboard() -> Report:
    from benchmarks import dashboard

    return {"lines": _told(dashboard.measure(_last_day()))}


def _figures() -> Report:
    from benchmarks import figures

    results, times, rows = figures.measure(_last_day())
    return {"lines": _told(results), "times": times, "rows": rows}


def _freshness() -> Report:
    from benchmarks import freshness

    return {"lines": [], "told": freshness.measure()}


def _events() -> Report:
    from benchmarks import events

    results, told = events.measure()
    return {"lines": _told(results), "told": told}


def _hostile() -> Report:
    from benchmarks import hostile

    return {"lines": _told(hostile.measure_hostile())}


def _replicas() -> Report:
    from benchmarks import replicas

    return {"lines": _told(replicas.measure())}


def _memory() -> Report:
    from benchmarks import memory

    return {"lines": [], "told": memory.measure()}


def _rebuild() -> Report:
    from benchmarks import first_rebuild

    return {"lines": [], "told": first_rebuild.measure()}


MEASURES: dict[str, Callable[[], Report]] = {
    "related": _related,
    "personal": _personal,
    "dashboard": _dashboard,
    "figures": _figures,
    "freshness": _freshness,
    "events": _events,
    "hostile": _hostile,
    "replicas": _replicas,
    "memory": _memory,
    "rebuild": _rebuild,
}


def _told(results: list[Result]) -> list[Report]:
    for result in results:
        print("  " + result.as_row(), flush=True)
    return [asdict(result) for result in results]


def _last_day() -> date:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(created_at)::date FROM orders")
        last: date = cursor.fetchone()[0]
    return last


def _one_request() -> float:
    """Seconds of one uncached answer of the related products, over skewed traffic."""
    from benchmarks.related import popular_products
    from benchmarks.requests import requester, skewed
    from benchmarks.timing import seconds

    ask = requester()
    paths = iter([f"/v1/recommendations/products/{p}/related" for p in skewed(popular_products(), 2_000, 7)])
    return seconds(lambda: ask(next(paths)), times=2_000)


if __name__ == "__main__":
    main()
