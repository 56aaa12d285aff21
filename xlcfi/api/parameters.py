"""Reads a query string or a body strictly: what is not asked for is refused, not ignored."""

from collections.abc import Mapping
from functools import cache
from typing import Any

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
        return _validated(form(data=_body(request)))
    if not request.META.get("QUERY_STRING"):
        return dict(_defaults(form))
    return _validated(form(data=_query(request, form())))


@cache
def _defaults(form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    # Most requests ask for nothing special, and building a serializer costs more than all the rest of reading them.
    # Raises InvalidInput (which is not kept) where something is required.
    return _validated(form(data={}))


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


def _validated(form: serializers.Serializer[Any]) -> dict[str, Any]:
    unknown = sorted(str(name) for name in set(form.initial_data) - set(form.fields))
    wrong: dict[str, Any] = {} if form.is_valid() else dict(form.errors)
    wrong.update({name: ["Unknown field."] for name in unknown})
    if wrong:
        raise InvalidInput(f"Not valid: {', '.join(wrong)}.", details={"fields": wrong})
    return dict(form.validated_data)
