"""Databases of the tests' Redis, one for each part that wants it to itself, in each process of tests."""

import os
from urllib.parse import urlsplit, urlunsplit

A_PROCESS = 6
PROCESSES = 2
"""Redis has sixteen databases unless it is told otherwise: enough for this many processes."""


def worker_database() -> int:
    """The first database of this process of tests."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if number >= PROCESSES:
        raise RuntimeError(f"the tests' Redis has databases for {PROCESSES} processes of tests, not for more")
    return number * A_PROCESS


API, CACHE, UPSTREAM = (worker_database() + place for place in (3, 4, 5))


def redis_url(url: str, database: int) -> str:
    """`url` with another database number: wherever the tests' Redis is, by TCP, TLS or a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={database}"))
    return urlunsplit(parts._replace(path=f"/{database}"))
