"""Figures as people read them: in the language of the page, exact unless it says short."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language

Number = Decimal | int | float

NOTHING = "–"
SIGNS = {"KRW": "₩", "USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£"}
# Currencies without a smaller unit.
WHOLE = frozenset({"KRW", "JPY", "VND"})
_KOREAN_UNITS = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
_ENGLISH_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


def count(value: Number | None) -> str:
    """A number of things: `1,234`; a fraction keeps one digit."""
    if value is None:
        return NOTHING
    number = Decimal(str(value))
    return f"{_rounded(number, 0 if number == number.to_integral_value() else 1):,}"


def money(value: Number | None, currency: str = "KRW") -> str:
    """An amount, exact: `₩1,234,567`, `-₩500`, `$12.30`, `1,200.00 THB`."""
    if value is None:
        return NOTHING
    number = Decimal(str(value))
    digits = 0 if currency in WHOLE and number == number.to_integral_value() else 2
    text = f"{abs(_rounded(number, digits)):,}"
    minus = "-" if number < 0 else ""
    sign = SIGNS.get(currency)
    return f"{minus}{sign}{text}" if sign else f"{minus}{text} {currency}"


def whole_money(value: Number | None, currency: str = "KRW") -> str:
    """An amount in the currency's own unit: an average, or what is expected, has no use for a part of a won."""
    whole = value is not None and currency in WHOLE
    return money(_rounded(Decimal(str(value)), 0) if whole else value, currency)


def percent(ratio: Number | None, digits: int = 1) -> str:
    """A share: 0.1234 is `12.3%`."""
    return NOTHING if ratio is None else f"{_rounded(Decimal(str(ratio)) * 100, digits):,.{digits}f}%"


def change_ratio(now: Number | None, before: Number | None) -> Decimal | None:
    """(now - before) / |before|; None where there is nothing to compare with."""
    if now is None or before is None or not before:
        return None
    old = Decimal(str(before))
    return (Decimal(str(now)) - old) / abs(old)


def change(now: Number | None, before: Number | None) -> str:
    """How much more or less: `+12.3%`, `-4.0%`; a dash where there is nothing to compare with."""
    ratio = change_ratio(now, before)
    if ratio is None:
        return NOTHING
    return f"{_rounded(ratio * 100, 1):+,.1f}%"


def short(value: Number | None) -> str:
    """A number for an axis: `1.2억`, `3,400만` in Korean, `120M`, `34k` in English. At most three digits are told."""
    if value is None:
        return NOTHING
    number = Decimal(str(value))
    korean = (get_language() or "").startswith("ko")
    for size, word in _KOREAN_UNITS if korean else _ENGLISH_UNITS:
        if abs(number) >= size:
            return f"{_trimmed(number / size)}{word}"
    return _trimmed(number)


def short_money(value: Number | None, currency: str = "KRW") -> str:
    """An amount for an axis or a narrow column: `₩1.2억`."""
    if value is None:
        return NOTHING
    text = short(abs(Decimal(str(value))))
    sign = SIGNS.get(currency)
    return ("-" if value < 0 else "") + (f"{sign}{text}" if sign else f"{text} {currency}")


def _trimmed(number: Decimal) -> str:
    digits = 0 if abs(number) >= 100 or number == number.to_integral_value() else 1 if abs(number) >= 10 else 2
    text = f"{_rounded(number, digits):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def shown(value: Any) -> str:
    """Anything, for a cell: numbers as `count`, None as a dash."""
    if value is None:
        return NOTHING
    return count(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else str(value)
