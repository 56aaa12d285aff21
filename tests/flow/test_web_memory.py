"""A web worker stays small."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.flow.processes import web
from tests.flow.shop import shop

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 2**20
REQUESTS = 300
NUMERIC = ("/numpy/", "/pandas/", "/scipy/", "/sklearn/", "/matplotlib/", "/PIL/")


def resident(pid):
    """Bytes of memory that the process holds, what it shares with its parent included."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


def loaded(pid):
    """The files that the process has mapped: the libraries among them."""
    return {line.split(maxsplit=5)[5] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/" in line}


def test_a_worker_stays_under_200_megabytes_and_loads_no_numeric_library(market):
    here = shop(market, count=10)
    paths = [f"/v1/recommendations/products/{one}/related?limit=50" for one in here.firsts]
    paths += [f"/v1/analytics/dashboard?period={period}" for period in ("day", "week", "month", "quarter", "year")]
    paths += ["/v1/analytics/dashboard?currency=USD", "/health", "/health/ready", "/metrics", "/v1/schema"]
    paths += ["/v1/recommendations/products/1/related?limit=0", "/nothing", "/admin/login/", "/v1/docs"]
    with web(WEB_CONCURRENCY="1") as site:
        with ThreadPoolExecutor(8) as pool:
            statuses = [each.status for each in pool.map(site.get, [paths[n % len(paths)] for n in range(REQUESTS)])]
        (worker,) = site.workers()
        assert {200, 400, 404} == set(statuses), statuses
        assert resident(worker) < 200 * MEGABYTE, resident(worker) / MEGABYTE
        libraries = loaded(worker)
        assert any("psycopg2" in name for name in libraries)
        assert not [name for name in libraries if any(part in name for part in NUMERIC)]
