"""The envelope for everything that is not answered by a DataView."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from xlcfi.api.envelope import failure_envelope, failure_headers
from xlcfi.api.handlers import for_browser
from xlcfi.api.problems import error_of, error_of_status, error_response
from xlcfi.api.rendering import json_bytes
from xlcfi.errors import InternalError


class EnvelopeMiddleware:
    """Puts errors of plain Django views and of other middleware into the envelope, with DEBUG on too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or for_browser(request):
            return response
        if not isinstance(response, HttpResponse) or _is_json(response):
            return response
        # Changed in place: its other headers (Allow) stay, and what hangs on its closing happens once.
        error = error_of_status(response.status_code)
        response.content = json_bytes(failure_envelope(error))
        response.headers["Content-Type"] = "application/json"
        response.headers["Content-Length"] = str(len(response.content))
        for name, value in failure_headers(error).items():
            response.headers.setdefault(name, value)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view that is not a DataView raised. None leaves it to Django, which logs it and answers 500."""
        error = error_of(exception)
        if isinstance(error, InternalError):
            return None
        if for_browser(request) and error.http_status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        return error_response(error)


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")
