"""Values as JSON."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

import msgspec
import numpy
import pytest
from django.utils.translation import gettext_lazy

from xlcfi.api.rendering import json_bytes


class Colour(StrEnum):
    RED = "red"


class Pair(msgspec.Struct):
    price: Decimal
    day: date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("35900.10"), b"35900.10"),
        (Decimal("9007199254740993.25"), b"9007199254740993.25"),
        (Decimal("1E+3"), b"1000"),
        (Decimal("1E-7"), b"0.0000001"),
        (Decimal("-0.05"), b"-0.05"),
        (Decimal(0), b"0"),
        (Decimal("NaN"), b"null"),
        (Decimal("Infinity"), b"null"),
        (float("nan"), b"null"),
        (float("-inf"), b"null"),
        (0.1, b"0.1"),
        (2**70, b"1180591620717411303424"),
        (9007199254740993, b"9007199254740993"),
        (True, b"true"),
        (None, b"null"),
        (Colour.RED, b'"red"'),
        ("김치 </script>\u2028", '"김치 </script>\u2028"'.encode()),
        (gettext_lazy("Korean"), b'"Korean"'),
        (date(2025, 11, 20), b'"2025-11-20"'),
        (datetime(2025, 11, 20, 1, 0, tzinfo=UTC), b'"2025-11-20T10:00:00+09:00"'),
        (timedelta(seconds=90), b"90.0"),
        ({5: (1, 2)}, b'{"5":[1,2]}'),
        (numpy.int64(7), b"7"),
        (numpy.float64(0.5), b"0.5"),
        (numpy.array([1.5, float("nan")]), b"[1.5,null]"),
        (Pair(Decimal("1.10"), date(2025, 1, 2)), b'{"price":1.10,"day":"2025-01-02"}'),
    ],
)
def test_a_value_has_one_exact_form(value, expected):
    assert json_bytes(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"rate": Decimal("0E-8"), "note": "x"}], b'[{"rate":0.00000000,"note":"x"}]'),
        ({"rows": [(Decimal("1E+3"), 5)]}, b'{"rows":[[1000,5]]}'),
        ([[Decimal("sNaN")], [float("nan")]], b"[[null],[null]]"),
        ({"a": {"b": Decimal("-Infinity")}}, b'{"a":{"b":null}}'),
        ([datetime(2025, 11, 20, 1, 0, tzinfo=UTC)], b'["2025-11-20T10:00:00+09:00"]'),
        ({"a": [timedelta(days=1)]}, b'{"a":[86400.0]}'),
        ({"a": {Colour.RED: {1: Decimal("1.10")}}}, b'{"a":{"red":{"1":1.10}}}'),
        (["1E+3 NaN", Decimal("1.10"), "Infinity"], b'["1E+3 NaN",1.10,"Infinity"]'),
        ({"kept": msgspec.Raw(b'{"rate":1E+3}'), "n": Decimal("2.50")}, b'{"kept":{"rate":1E+3},"n":2.50}'),
    ],
)
def test_a_value_has_the_same_form_however_deep_it_lies(value, expected):
    assert json_bytes(value) == expected


@dataclass
class Plain:
    amount: int


@pytest.mark.parametrize("value", [object(), b"bytes", Plain(5), 1j])
def test_what_has_no_json_form_is_an_error(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        json_bytes({"a": [value]})


@pytest.mark.urls("tests.api.example_urls")
def test_money_leaves_as_numbers_with_exactly_its_digits(http, service):
    content = http.get("/money", headers=service).content
    assert b'"amounts":[35900.10,9007199254740993.25,1000,-0.01,null],"rate":null' in content
