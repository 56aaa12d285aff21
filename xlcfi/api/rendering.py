"""JSON in and out: exact decimals, Seoul time, never NaN, never more than the limit."""

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer

from xlcfi.clock import SEOUL
from xlcfi.errors import PayloadTooLarge


def json_bytes(value: Any) -> bytes:
    """`value` as JSON in UTF-8.

    A Decimal becomes a number with exactly its digits and no exponent, an aware moment is given in Seoul with its
    offset, NaN and infinities become null (JSON has none). Raises TypeError for what has no JSON form.
    """
    text = _encode(_usual(value))
    # Of what is usual only a Decimal can come out in another form, and then it has one of these in it. Found in a text
    # they are a false alarm, which costs nothing but time.
    if any(mark in text for mark in _MARKS) and _PERHAPS_ODD.search(text) is not None:
        return msgspec.json.encode(_plain(value))
    return text


# Kinds that msgspec writes just as we do: those without anything inside, and Decimals but for the odd ones.
_USUAL = frozenset({type(None), str, int, bool, float, Decimal, date, msgspec.Raw})
_TEXT = frozenset({str})
# 1E+3, 0E-8, NaN, sNaN, Infinity
_MARKS = (b"E+", b"E-", b"NaN", b"Infinity")
_PERHAPS_ODD = re.compile(rb"\dE[+-]\d|NaN|Infinity")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def _usual(value: Any) -> Any:
    """`value` with nothing in it but what is usual, however deep; itself where that is so already.

    Looks at the kinds of a whole row at once: at each value by itself it would take longer than all the rest.
    """
    kind = type(value)
    if kind in _USUAL:
        return value
    if kind is dict:
        if _USUAL.issuperset(map(type, value.values())) and _TEXT.issuperset(map(type, value)):
            return value
        return {key if type(key) is str else _key(key): _usual(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return value if _USUAL.issuperset(map(type, value)) else [_usual(item) for item in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    # Ordered by how often each kind comes.
    kind = type(value)
    if value is None or kind is str or kind is int or kind is bool:
        return value
    if kind is msgspec.Raw:
        return value  # made by json_bytes before
    if kind is dict:
        return {key if type(key) is str else _key(key): _plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [_plain(item) for item in value]
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return msgspec.Raw(format(value, "f").encode()) if value.is_finite() else None
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(SEOUL)).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _plain_rare(value)


def _plain_rare(value: Any) -> Any:
    if isinstance(value, (str, Promise, UUID)):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, (list, tuple, set, frozenset, QuerySet)):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _plain(float(value))
    if isinstance(value, timedelta):
        return value.total_seconds()
    if hasattr(value, "tolist"):  # numpy scalars and arrays, without importing numpy in the web process
        return _plain(value.tolist())
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _key(key: Any) -> str:
    return str(_plain(key))


class EnvelopeRenderer(JSONRenderer):
    """application/json, always UTF-8 and compact."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else json_bytes(data)


class LimitedJSONParser(JSONParser):
    """application/json up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes; fractions are read as Decimal.

    DRF's own parser reads a body of any size into memory.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge(details={"limit_bytes": limit})
        try:
            return json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not valid JSON.") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
