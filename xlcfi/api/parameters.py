"""Reads a query string or a body strictly: what is not asked for is refused, not ignored."""

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.request import Request

from xlcfi.errors import InvalidInput

BODY_METHODS = ("POST", "PUT", "PATCH")
MANY = (serializers.ListField, serializers.MultipleChoiceField)


def parse_parameters(request: Request, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The request's values as `form` validates them.

    Raises InvalidInput; `details["fields"]` maps each wrong field to its messages.
    """
    if request.method in BODY_METHODS:
        return _validated(_prepared(form), _body(request))
    if not request.META.get("QUERY_STRING"):
        return dict(_defaults(form))
    return _validated(_prepared(form), _query(request, _prepared(form)))


class _Prepared(threading.local):
    """This thread's serializers, each with its fields made, by language: some messages stay in their first one."""

    def __init__(self) -> None:
        self.forms: dict[tuple[type[serializers.Serializer[Any]], str | None], serializers.Serializer[Any]] = {}


_kept = _Prepared()


def _prepared(form: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    # DRF copies every field for every serializer that is made, which costs more than all the rest of reading a request.
    # Validating changes nothing in a serializer as long as nobody asks it for `is_valid`.
    key = (form, get_language())
    known = _kept.forms.get(key)
    if known is None:
        known = _kept.forms[key] = form()
    return known


@cache
def _defaults(form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    # Most requests ask for nothing special. Raises InvalidInput (which is not kept) where something is required.
    return _validated(_prepared(form), {})


def _body(request: Request) -> Any:
    body = request.data
    if hasattr(body, "lists"):  # a form or multipart body
        return {name: values[0] if len(values) == 1 else values for name, values in body.lists()}
    if not isinstance(body, Mapping):
        raise InvalidInput("The body should be a JSON object.")
    return body


def _query(request: Request, form: serializers.Serializer[Any]) -> dict[str, Any]:
    # A plain dict: DRF reads a QueryDict like an HTML form, where an absent boolean means False.
    query: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        if isinstance(form.fields.get(name), MANY):
            query[name] = values
        elif len(values) > 1:
            raise InvalidInput(details={"fields": {name: ["Given more than once."]}})
        else:
            query[name] = values[0]
    return query


def _validated(form: serializers.Serializer[Any], data: Any) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    values: dict[str, Any] = {}
    try:
        values = dict(form.run_validation(data))
    except serializers.ValidationError as error:
        wrong = dict(error.detail)  # type: ignore[arg-type]  # of a serializer it is a mapping
    wrong.update({name: ["Unknown field."] for name in sorted(str(name) for name in set(data) - set(form.fields))})
    if wrong:
        raise InvalidInput(f"Not valid: {', '.join(wrong)}.", details={"fields": wrong})
    return values
