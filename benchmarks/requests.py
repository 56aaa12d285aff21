"""Requests through the whole WSGI application, in this process: no network and no server to hide behind."""

import io
import random
from collections.abc import Callable
from typing import Any

from xlcfi.api.tokens import internal_token_mint
from xlcfi.wsgi import application


def requester() -> Callable[[str], bytes]:
    """A function that asks for a path as a Java service would. Raises where the answer is not 200."""
    token = internal_token_mint()

    def ask(path: str) -> bytes:
        plain, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": plain,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_X_INTERNAL_TOKEN": token,
            "HTTP_ACCEPT": "application/json",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        answered: list[str] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Callable[[bytes], object]:
            answered.append(status)
            return lambda data: None

        response = application(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not answered[0].startswith("200"):
            raise RuntimeError(f"{path}: {answered[0]} {body[:300]!r}")
        return body

    return ask


def skewed(product_ids: list[int], count: int, seed: int) -> list[int]:
    """`count` products asked for as people do: a few of them most of the time (Zipf, exponent 1.1)."""
    weights = [1 / (rank + 1) ** 1.1 for rank in range(len(product_ids))]
    return random.Random(seed).choices(product_ids, weights=weights, k=count)
