"""Databases of the tests' Redis, one for each part that wants it to itself."""

from urllib.parse import urlsplit, urlunsplit

API, CACHE, UPSTREAM = 3, 4, 5


def redis_url(url: str, database: int) -> str:
    """`url` with another database number: wherever the tests' Redis is, by TCP, TLS or a Unix socket."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={database}"))
    return urlunsplit(parts._replace(path=f"/{database}"))
