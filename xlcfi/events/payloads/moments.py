"""Reading when something happened, in every spelling that the services use."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from xlcfi.clock import SEOUL
from xlcfi.events.errors import InvalidEvent
from xlcfi.events.payloads.values import impossible, mistyped

# Before it the platform did not exist; a date after it is a mistake of units.
EARLIEST_YEAR, LATEST_YEAR = 2000, 2099
# 10^11 seconds lie in the year 5138, 10^11 milliseconds in 1973: a number says by its size which of both it is.
_FIRST_MILLISECONDS = 10**11
# Cuts what lies beyond 30 digits: the default context would round there, at times up into the next microsecond.
_CUT = Context(prec=30, rounding=ROUND_DOWN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(\d{4,6})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r" ?(?:(Z|z|[+-]\d{2}(?::?\d{2})?)(?:\[[A-Za-z0-9_/+-]{1,60}\])?)?",
    re.ASCII,
)


# Without a zone, with no fraction, milliseconds or microseconds.
_COMMON_LENGTHS = frozenset({19, 23, 26})


def read_moment(value: Any, field: str) -> datetime:
    """An aware datetime in Seoul, from ISO text, an array of 5 to 7 numbers, or epoch seconds or milliseconds.

    Without a zone it is Seoul time. Digits beyond the microsecond are cut, not rounded.
    """
    if isinstance(value, str):
        moment = _from_text(value, field)
    elif isinstance(value, list):
        moment = _from_array(value, field)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        moment = _from_epoch(value, field)
    else:
        raise mistyped(value, "a time", field)
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise impossible(value, "is out of range", field)
    return moment


def _from_text(text: str, field: str) -> datetime:
    if len(text) in _COMMON_LENGTHS and text[10] == "T" and text[4] == text[7] == "-" and text[13] == text[16] == ":":
        # What nearly all of them look like, read by the standard library: ten times quicker.
        try:
            parsed: datetime | None = datetime.fromisoformat(text)
        except ValueError:
            parsed = None
        # With fewer digits and a zone it can be as long: 10:15:30.12Z.
        if parsed is not None and parsed.tzinfo is None:
            return parsed.replace(tzinfo=SEOUL)
    found = _ISO.fullmatch(text.strip()) if len(text) <= 100 else None
    if found is None:
        raise mistyped(text, "an ISO time", field)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    parts = (int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond)
    return _moment(parts, zone, text, field)


def _from_array(numbers: list[Any], field: str) -> datetime:
    """What Jackson makes of a LocalDateTime: zero seconds and nanoseconds are left out."""
    if not 5 <= len(numbers) <= 7 or not all(type(number) is int and 0 <= number < 10**9 for number in numbers):
        raise mistyped(numbers, "a time of 5 to 7 numbers", field)
    year, month, day, hour, minute, second, nanosecond = (*numbers, 0, 0)[:7]
    return _moment((year, month, day, hour, minute, second, nanosecond // 1000), None, numbers, field)


def _from_epoch(number: int | Decimal, field: str) -> datetime:
    if not 0 <= number < 10**14:
        raise impossible(number, "is out of range", field)
    power = 3 if number >= _FIRST_MILLISECONDS else 6
    return (_EPOCH + timedelta(microseconds=int(Decimal(number).scaleb(power, _CUT)))).astimezone(SEOUL)


def _moment(parts: tuple[int, ...], zone: str | None, written: object, field: str) -> datetime:
    year, month, day, hour, minute, second, microsecond = parts
    if not 1 < year <= 9998:
        raise impossible(written, "is out of range", field)
    try:
        if zone is None:
            return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=SEOUL)
        return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_zone(zone)).astimezone(SEOUL)
    except ValueError as error:
        raise InvalidEvent(f"{written!r} is no time: {error}", code="impossible", field=field) from error


def _zone(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
