"""Turns whatever was raised into an error that the caller may see."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from xlcfi import errors
from xlcfi.api.envelope import failure_envelope, failure_headers
from xlcfi.api.rendering import json_bytes
from xlcfi.errors import DataError

logger = logging.getLogger("xlcfi.api")

BY_STATUS: dict[int, type[DataError]] = {
    400: errors.InvalidInput,
    401: errors.NotAuthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    406: errors.NotAcceptable,
    413: errors.PayloadTooLarge,
    415: errors.UnsupportedMediaType,
    429: errors.TooManyRequests,
    503: errors.Unavailable,
}
"""What a bare status means, for answers that Django or DRF made without an error of ours."""


def error_of(problem: BaseException | None) -> DataError:
    """The error that stands for `problem`; InternalError for what nobody foresaw."""
    if isinstance(problem, DataError):
        return problem
    if isinstance(problem, drf.APIException):
        return _error_of_drf(problem)
    if isinstance(problem, (OperationalError, InterfaceError)):
        # Refused, gone, restarting, overloaded, a statement past its limit: all of them pass. The broken connection is
        # dropped by Django when the request ends, the next request opens a new one.
        logger.warning("the database did not answer: %s", problem)
        return errors.Unavailable("The database does not answer.")
    if isinstance(problem, Http404):
        return errors.NotFound()
    if isinstance(problem, PermissionDenied):
        return errors.Forbidden()
    if isinstance(problem, RequestDataTooBig):
        return errors.PayloadTooLarge()
    if isinstance(problem, (SuspiciousOperation, MultiPartParserError, UnreadablePostError)):
        return errors.InvalidInput()
    return errors.InternalError()


def error_of_status(status: int) -> DataError:
    """The error that stands for an answer with `status` (400 or more) whose cause is not known any more."""
    if status in BY_STATUS:
        return BY_STATUS[status]()
    return errors.InvalidInput() if status < 500 else errors.InternalError()


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None for what nobody foresaw: Django logs it and answers by its handler500."""
    error = error_of(problem)
    if isinstance(error, errors.InternalError):
        return None
    set_rollback()
    headers = failure_headers(error)
    if isinstance(problem, drf.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response(failure_envelope(error), status=error.http_status, headers=headers)


def error_response(error: DataError) -> HttpResponse:
    """`error` in the envelope, for everything that DRF does not answer."""
    return HttpResponse(
        json_bytes(failure_envelope(error)),
        status=error.http_status,
        content_type="application/json",
        headers=failure_headers(error),
    )


def _error_of_drf(problem: drf.APIException) -> DataError:
    if isinstance(problem, drf.ValidationError):
        detail = problem.detail
        return errors.InvalidInput(details={"fields": detail if isinstance(detail, dict) else {"": detail}})
    if isinstance(problem, drf.Throttled):
        return errors.TooManyRequests(retry_after=int(getattr(problem, "wait", None) or 60))
    kind = BY_STATUS.get(problem.status_code)
    if kind is None:
        return errors.InvalidInput(str(problem.detail)) if problem.status_code < 500 else errors.InternalError()
    return kind(str(problem.detail))
