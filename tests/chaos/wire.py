"""How an event looks on the wire: in one of the spellings of events.md, chosen at random."""

import json
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.told import SEOUL, SHARED_TOPICS, Told

AMOUNT_NAME = {"order.created": "total", "order.completed": "total", "order.cancelled": "total"}
USER_NAMES = ("userId", "memberId", "buyerId", "user_id")
AMOUNT_NAMES = ("amount", "total", "totalAmount")
JAVA_TYPE = ("__TypeId__", b"com.xlcfi.platform.events.SomeEvent")


class _Raw(str):
    """JSON text that stands as it is."""


def spelled(told: Told, chance: random.Random) -> bytes | None:
    """The value of the record."""
    if told.raw is None or told.raw:
        return told.raw
    body: dict[str, Any] = {} if told.event_id is None else {"eventId": told.event_id}
    if told.event_id is None and chance.random() < 0.3:
        body["eventId"] = None
    kind = chance.choice((told.kind, told.kind.replace(".", "_").upper(), _pascal(told.kind)))
    if told.in_topic in SHARED_TOPICS:
        body["type" if chance.random() < 0.3 else "eventType"] = kind
    elif chance.random() < 0.8:
        body["eventType"] = kind
    body["timestamp"] = _moment(told.at, chance)
    for name, value in told.body.items():
        _field(body, told.kind, name, value, chance)
    if chance.random() < 0.2:
        body["coupon"] = {"lines": [1, None, {"x": 1.5}]}
    text = _json(body)
    return (json.dumps(text) if chance.random() < 0.1 else text).encode()


def _field(body: dict[str, Any], kind: str, name: str, value: Any, chance: random.Random) -> None:
    if value is None:
        if chance.random() < 0.5:
            body[name] = None
    elif name == "userId":
        body[chance.choice(USER_NAMES) if chance.random() < 0.4 else name] = value
    elif name == "amount":
        usual = AMOUNT_NAME.get(kind, "amount")
        body[chance.choice(AMOUNT_NAMES) if chance.random() < 0.4 else usual] = _amount(value, chance)
    elif name == "items":
        lines = [dict(line) for line in value]
        for line in lines:
            if "price" in line:
                line["price"] = _amount(line["price"], chance)
        body[name] = lines
    else:
        body[name] = value


def _pascal(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("."))


def _moment(at: datetime, chance: random.Random) -> Any:
    local = at.astimezone(SEOUL).replace(tzinfo=None)
    utc = at.astimezone(UTC).replace(tzinfo=None)
    whole = int(at.timestamp() // 1)
    return chance.choice(
        (
            local.isoformat(),
            local.isoformat(timespec="microseconds") + "789",
            local.isoformat() + "+09:00",
            utc.isoformat() + "Z",
            [local.year, local.month, local.day, local.hour, local.minute, local.second, local.microsecond * 1000],
            _Raw(f"{whole}.{at.microsecond:06d}"),
        )
    )


def _amount(value: Decimal, chance: random.Random) -> Any:
    plain = format(value, "f")
    return chance.choice((_Raw(plain), _Raw(plain), _Raw(f"{value:E}"), plain, f"{value:.2f}"))


def _json(value: Any) -> str:
    if isinstance(value, _Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_json(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
