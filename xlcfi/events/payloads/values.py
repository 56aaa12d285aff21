"""Readers of single values: from what a JSON decoder gives to a checked Python value.

Numbers arrive as int or Decimal, never as float. Every reader raises InvalidEvent, and nothing else.
"""

import re
from decimal import Context, Decimal
from typing import Any

from xlcfi.events.errors import InvalidEvent

BIGINT_MAX = 2**63 - 1
INTEGER_MAX = 2**31 - 1
# The platform keeps money in numeric(38,2), and so do our sums: twelve digits less, or two amounts of that size would
# be a day's total that no column can hold.
MONEY_DIGITS = 24
_CENTS = Decimal("0.01")
_EXACT = Context(prec=60)
_NUMBER_TEXT = re.compile(r"[+-]?\d{1,60}(\.\d{0,60})?([eE][+-]?\d{1,6})?", re.ASCII)
_INTEGER_TEXT = re.compile(r"[+-]?\d{1,25}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
NAME_MAX = 64
TEXT_MAX = 255
LONG_TEXT_MAX = 100_000
_SHOWN_MAX = 60


def _shown(value: object) -> str:
    """`value` short enough for a message. A very large int can't be turned into text at all."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return "a number of more than 77 digits"
    if isinstance(value, list | dict):
        # Not its text: that can be a megabyte, and nested deeper than repr() can go.
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, str):
        # Cut before it is quoted: it can be five megabytes long.
        value = value[: _SHOWN_MAX + 1]
    text = repr(value) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 3] + "..."


def impossible(value: object, why: str, field: str) -> InvalidEvent:
    """The error for a value that has the right type and can't be true."""
    return InvalidEvent(f"{_shown(value)} {why}", code="impossible", field=field)


def mistyped(value: object, wanted: str, field: str) -> InvalidEvent:
    """The error for a value of the wrong type."""
    return InvalidEvent(f"{_shown(value)} is not {wanted}", code="wrong_type", field=field)


def read_integer(value: Any, field: str) -> int:
    """An int written as 7, 7.0, 7E+0 or "7"."""
    if isinstance(value, bool):
        raise mistyped(value, "a whole number", field)
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _INTEGER_TEXT.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, Decimal) and value.is_finite():
        if value.adjusted() > 25:
            raise impossible(value, "is too large", field)
        if value == value.to_integral_value():
            return int(value)
    raise mistyped(value, "a whole number", field)


def read_id(value: Any, field: str) -> int:
    """A primary key of the platform: 1 to 2^63-1."""
    number = value if type(value) is int else read_integer(value, field)
    if not 1 <= number <= BIGINT_MAX:
        raise impossible(number, "can't be an id", field)
    return number


def read_quantity(value: Any, field: str) -> int:
    """Pieces of a line: 1 to 2^31-1, what the platform's column can hold."""
    number = value if type(value) is int else read_integer(value, field)
    if not 1 <= number <= INTEGER_MAX:
        raise impossible(number, "can't be a quantity", field)
    return number


def read_rating(value: Any, field: str) -> int:
    """Stars of a review, 1 to 5."""
    number = read_integer(value, field)
    if not 1 <= number <= 5:
        raise impossible(number, "is not between 1 and 5", field)
    return number


def read_money(value: Any, field: str) -> Decimal:
    """An amount, 0 or more, exact to the cent: 35900, 35900.00, 3.59E+4 or "35900.00".

    Returns it with two decimals. 10^24 and more, and a third decimal that is not 0, are refused, not rounded: whoever
    wrote it meant something that we do not know.
    """
    if isinstance(value, bool):
        raise mistyped(value, "an amount", field)
    if isinstance(value, int):
        if not 0 <= value < 10**MONEY_DIGITS:
            raise impossible(value, "can't be an amount", field)
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, str) and _NUMBER_TEXT.fullmatch(value.strip()):
        number = Decimal(value.strip())
    else:
        raise mistyped(value, "an amount", field)
    if not number.is_finite() or number < 0 or (number and number.adjusted() >= MONEY_DIGITS):
        raise impossible(value, "can't be an amount", field)
    if not number:
        return Decimal("0.00")
    if number.adjusted() < -2:
        raise impossible(value, "has more than two decimals", field)
    cents = number.quantize(_CENTS, context=_EXACT)
    if cents != number:
        raise impossible(value, "has more than two decimals", field)
    return cents


def read_currency(value: Any, field: str) -> str:
    """Three letters, in capitals."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value.strip()):
        raise mistyped(value, "a currency of three letters", field)
    return value.strip().upper()


def _read_text(value: Any, field: str, limit: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise mistyped(value, "a text", field)
    if isinstance(value, int):
        value = str(read_id(value, field))
    # PostgreSQL keeps no NUL in a text, and none was ever meant.
    text: str = value.replace("\x00", "").strip()
    if len(text) > limit:
        raise impossible(text, f"is longer than {limit} characters", field)
    return text


def read_name(value: Any, field: str) -> str:
    """A word that names a kind of thing, of 1 to 64 characters: what the column of such names can hold."""
    text = _read_text(value, field, NAME_MAX)
    if not text:
        raise InvalidEvent("is empty", code="missing", field=field)
    return text


def read_text(value: Any, field: str) -> str:
    """A short text (a name, a status, a key) of at most 255 characters, or an id written as a number."""
    return _read_text(value, field, TEXT_MAX)


def read_long_text(value: Any, field: str) -> str:
    """A text that people wrote, of at most 100,000 characters."""
    return _read_text(value, field, LONG_TEXT_MAX)
