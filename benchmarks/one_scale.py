"""All measurements on the market of one scale, in a process of its own."""

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from datetime import date

from benchmarks.timing import Result


def main() -> None:
    """Measure the database of DATABASE_URL; write the results to the file of the first argument as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "benchmarks.urls"
    from django.core.management import call_command
    from django.db import connection

    from benchmarks import dashboard, events, related

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT MAX(created_at)::date FROM orders")
        last: date = cursor.fetchone()[0]
    report: dict[str, object] = {"lines": []}
    for name, run in (("related", related.measure), ("dashboard", lambda: dashboard.measure(last))):
        print(f"measuring {name} …", flush=True)
        report["lines"] += _told(run())  # type: ignore[operator]
    report["web_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report["related_ms"] = min(_one_request() for _ in range(5)) * 1000
    print("measuring events …", flush=True)
    report["lines"] += _told(events.measure())  # type: ignore[operator]
    begin = time.perf_counter()
    call_command("rebuild", "--apply", verbosity=0)
    report["rebuild_seconds"] = time.perf_counter() - begin
    with open(sys.argv[1], "w") as target:
        json.dump(report, target)


def _told(results: list[Result]) -> list[dict[str, object]]:
    for result in results:
        print("  " + result.as_row(), flush=True)
    return [asdict(result) for result in results]


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
