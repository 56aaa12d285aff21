"""The same news as different teams write it: every spelling that the contract says really occurs."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from xlcfi.demo.news import Hundredths, News

_WALL_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_SEOUL_AHEAD = timedelta(hours=9)
AGGREGATES = {
    "order.created": "order-events", "order.completed": "order-events", "order.cancelled": "order-events",
    "payment.completed": "payment-events", "payment.failed": "payment-events", "payment.refunded": "payment-events",
    "delivery.started": "delivery-events", "delivery.completed": "delivery-events",
    "product.viewed": "product-events", "product.changed": "product-events",
}  # fmt: skip
_MONEYLESS = frozenset({"product.viewed", "user.behavior", "product.changed", "review.created"})
USER_NAMES = ("memberId", "buyerId", "user_id")
AMOUNT_NAMES = ("amount", "total", "totalAmount")
TIMES = ("seconds", "nanoseconds", "zone", "utc", "array", "epoch_seconds", "epoch_milliseconds")
AMOUNTS = ("short", "scientific", "text")
SPELLINGS = (
    *(f"time:{name}" for name in TIMES), *(f"amount:{name}" for name in AMOUNTS),
    *(f"user:{name}" for name in USER_NAMES),
    "amount_name", "aggregate:UPPER_SNAKE", "aggregate:UpperCamel", "aggregate:dotted", "wrapped", "unknown_fields",
    "nulls", "type_header", "no_event_id",
)  # fmt: skip
CANONICAL_SHARE = 0.72


def spelling_draw(draw: random.Random) -> tuple[str, ...]:
    """Mostly none at all, else one to three spellings that differ from the canonical form."""
    if draw.random() < CANONICAL_SHARE:
        return ()
    # A tuple, no set: the order of a set of texts differs from one run to the next.
    return tuple(draw.choices(SPELLINGS, k=draw.choice((1, 1, 2, 3))))


class Spelled(msgspec.Struct, frozen=True):
    """topic, headers and value of a record, as its producer sent it."""

    topic: str
    headers: dict[str, str]
    value: str


def spelled(news: News, *, event_id: str, ways: tuple[str, ...], draw: random.Random) -> Spelled:
    """Write `news` in `ways` (of SPELLINGS; none: canonical). What does not fit the event is left aside."""
    amount_way = next((way[7:] for way in ways if way.startswith("amount:")), "")
    body = dict(news.body) if news.kind in _MONEYLESS else _with_money(news.body, amount_way)
    time_way = next((way[5:] for way in ways if way.startswith("time:")), "")
    _rename(body, ways, draw)
    topic, kind_field, kind = _envelope(news.kind, ways)
    payload: dict[str, Any] = {} if "no_event_id" in ways else {"eventId": event_id}
    payload |= {kind_field: kind, "timestamp": _moment(news.moment_us, time_way, draw)} | body
    if "unknown_fields" in ways:
        payload |= {"traceId": event_id[:16], "version": 3, "meta": {"source": "web", "tags": ["a", None]}}
    if "nulls" in ways:
        payload |= {"couponId": None, "memo": None}
    text = msgspec.json.encode(payload)
    if "wrapped" in ways:
        text = msgspec.json.encode(text.decode())
    headers = {"__TypeId__": _java_name(news.kind)} if "type_header" in ways else {}
    return Spelled(topic, headers, text.decode())


def _with_money(value: Any, way: str) -> Any:
    if isinstance(value, Hundredths):
        return _amount(value, way)
    if isinstance(value, dict):
        return {key: _with_money(inner, way) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_money(inner, way) for inner in value]
    return value


def _amount(hundredths: int, way: str) -> Any:
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    if way == "text":
        return text
    if way == "short":
        return msgspec.Raw((text.removesuffix(".00")).encode())
    if way == "scientific":
        return msgspec.Raw(f"{Decimal(text).normalize():E}".encode())
    return msgspec.Raw(text.encode())


def _rename(body: dict[str, Any], ways: tuple[str, ...], draw: random.Random) -> None:
    user_name = next((way[5:] for way in ways if way.startswith("user:")), "")
    if user_name and "userId" in body:
        body[user_name] = body.pop("userId")
    if "amount_name" in ways:
        for name in AMOUNT_NAMES:
            if name in body:
                body[draw.choice([other for other in AMOUNT_NAMES if other != name])] = body.pop(name)
                break


def _envelope(kind: str, ways: tuple[str, ...]) -> tuple[str, str, str]:
    """Topic, name of the field that tells the kind, and the kind."""
    way = next((way[10:] for way in ways if way.startswith("aggregate:")), "")
    if not way or kind not in AGGREGATES:
        return kind, "eventType", kind
    words = kind.split(".")
    spelled_kind = {
        "UPPER_SNAKE": "_".join(words).upper(), "UpperCamel": "".join(word.capitalize() for word in words),
        "dotted": kind,
    }[way]  # fmt: skip
    topic = AGGREGATES[kind]
    return topic, "type" if topic == "product-events" else "eventType", spelled_kind


def _java_name(kind: str) -> str:
    return "com.xlcfi.events." + "".join(word.capitalize() for word in kind.split(".")) + "Event"


def _moment(moment_us: int, way: str, draw: random.Random) -> Any:
    """A Seoul wall time in one of the ways of TIMES; canonical: ISO with six digits and no zone."""
    moment = _WALL_EPOCH + timedelta(microseconds=moment_us)
    iso = moment.isoformat(timespec="microseconds")
    if not way:
        return iso
    if way == "seconds":
        return moment.isoformat(timespec="seconds")
    if way == "nanoseconds":
        return f"{iso}{draw.randrange(1000):03d}"
    if way == "zone":
        return iso + "+09:00"
    if way == "utc":
        return (moment - _SEOUL_AHEAD).isoformat(timespec="microseconds") + "Z"
    if way == "array":
        return _array(moment, draw)
    micros = (moment - _SEOUL_AHEAD - _WALL_EPOCH) // timedelta(microseconds=1)
    if way == "epoch_seconds":
        return msgspec.Raw(f"{micros // 1_000_000}.{micros % 1_000_000:06d}".encode())
    if way == "epoch_milliseconds":
        return micros // 1000
    raise ValueError(f"no way to write a time: {way!r}")


def _array(moment: datetime, draw: random.Random) -> list[int]:
    """As Jackson does: zero seconds and nanoseconds are left out."""
    numbers = [moment.year, moment.month, moment.day, moment.hour, moment.minute]
    nanoseconds = moment.microsecond * 1000 + (draw.randrange(1000) if moment.microsecond else 0)
    if moment.second or nanoseconds:
        numbers.append(moment.second)
    if nanoseconds:
        numbers.append(nanoseconds)
    return numbers
