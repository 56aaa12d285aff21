"""Bodies without a length, as Java's streaming clients send them."""

import io
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ChunkedBodies:
    """Lets `application` read bodies that came with `Transfer-Encoding: chunked`.

    Django takes a request without Content-Length for one without a body, and Spring's RestTemplate from 6.1 sends none.
    At most `limit` bytes and one more are read, so that the application can tell that a body is too large.
    """

    def __init__(self, application: WSGIApplication, *, limit: int) -> None:
        self.application = application
        self.limit = limit

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # input_terminated: the server ends the stream where the body ends, so that reading can't hang.
        if not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated") and _is_chunked(environ):
            body = environ["wsgi.input"].read(self.limit + 1)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return self.application(environ, start_response)


def _is_chunked(environ: dict[str, Any]) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
