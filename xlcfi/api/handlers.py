"""Django's own error pages, in the envelope everywhere but in the admin."""

import sys

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from xlcfi.api.problems import error_of, error_response
from xlcfi.errors import Forbidden, InvalidInput, NotFound

BROWSER_PATHS = ("/admin/", "/static/")
"""Where people look with a browser: errors there stay pages."""


def for_browser(request: HttpRequest) -> bool:
    """Whether `request` is one of a person's, who wants a page."""
    return request.path.startswith(BROWSER_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a body that is too large."""
    error = error_of(exception)
    return error_response(error if error.http_status < 500 else InvalidInput())


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    if for_browser(request):
        return defaults.permission_denied(request, exception)
    return error_response(Forbidden())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    if for_browser(request):
        return defaults.page_not_found(request, exception)
    return error_response(NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it was the database that did not answer."""
    error = error_of(sys.exc_info()[1])
    if for_browser(request) and error.http_status == 500:
        return defaults.server_error(request)
    return error_response(error)
