"""`payment.completed` in every spelling that the contract knows, and what each means."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.factories import seoul
from tests.flow.figures import Paid

MOMENT = "2025-11-20 10:15:30.123456"


class Raw(str):
    """JSON text that stands as it is, where json.dumps would spell it otherwise."""


USER = object()
AMOUNT = object()


@dataclass
class Spelling:
    """How one event differs from the contract's example. changed: `...` takes a field away."""

    title: str
    changed: dict[str, Any] = field(default_factory=dict)
    moment: str = MOMENT
    amount: str = "35900"
    topic: str = "payment.completed"
    wrapped: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def _at(text, moment):
    return Spelling(f"timestamp {text}", {"timestamp": Raw(text)}, moment)


def _paid(text, amount):
    return Spelling(f"amount {text}", {"amount": Raw(text)}, amount=amount)


SPELLINGS = [
    Spelling("as the contract shows it"),
    _at('"2025-11-20T10:15:30"', "2025-11-20 10:15:30"),
    _at('"2025-11-20T10:15:30.1"', "2025-11-20 10:15:30.1"),
    _at('"2025-11-20T10:15:30.123456789"', MOMENT),
    _at('"2025-11-20T23:59:59.999999999"', "2025-11-20 23:59:59.999999"),
    _at('"2025-11-21T00:00:00"', "2025-11-21 00:00:00"),
    _at('"2025-11-20T15:00:00Z"', "2025-11-21 00:00:00"),
    _at('"2025-11-20T14:59:59.999999Z"', "2025-11-20 23:59:59.999999"),
    _at('"2025-11-20T10:15:30.5+09:00"', "2025-11-20 10:15:30.5"),
    _at('"2025-11-19T20:15:30-05:00"', "2025-11-20 10:15:30"),
    _at("[2025, 11, 20, 10, 15, 30, 123456789]", MOMENT),
    _at("[2025,11,20,10,15,30,5000]", "2025-11-20 10:15:30.000005"),
    _at("[2025,11,20,10,15,30]", "2025-11-20 10:15:30"),
    _at("[2025,11,20,10,15]", "2025-11-20 10:15"),
    _at("[2025,11,20,23,59,59,999999999]", "2025-11-20 23:59:59.999999"),
    _at("1763601330.123456", MOMENT),
    _at("1763601330", "2025-11-20 10:15:30"),
    _at("1763601330123", "2025-11-20 10:15:30.123"),
    _at("1763650799.999999999", "2025-11-20 23:59:59.999999"),
    _paid("35900.00", "35900"),
    _paid("1E+3", "1000"),
    _paid("3.59E+4", "35900"),
    _paid('"35900.00"', "35900"),
    _paid('"1E+3"', "1000"),
    _paid("12345.67", "12345.67"),
    *[Spelling(name, {"userId": ..., name: USER}) for name in ("memberId", "buyerId", "user_id")],
    *[Spelling(name, {"amount": ..., name: AMOUNT}) for name in ("total", "totalAmount")],
    *[
        Spelling(f"payment-events with {name}", {"eventType": name}, topic="payment-events")
        for name in ("PAYMENT_COMPLETED", "PaymentCompleted", "payment.completed")
    ],
    Spelling("its kind in `type`", {"eventType": ..., "type": "PAYMENT_COMPLETED"}, topic="payment-events"),
    Spelling("wrapped once more as text", wrapped=True),
    Spelling("wrapped, in the shared topic", {"eventType": "PaymentCompleted"}, topic="payment-events", wrapped=True),
    Spelling("fields that nobody knows", {"coupon": {"id": 3, "lines": [1, None]}, "v": 2}),
    Spelling("nulls for what is empty", {"sellerId": None, "paymentId": None, "currency": None}),
    Spelling("a Java class in its header", headers={"__TypeId__": "com.xlcfi.payment.event.PaymentCompletedEvent"}),
    Spelling("no eventId", {"eventId": ...}),
    Spelling("eventId null", {"eventId": None}),
    Spelling("no eventId, wrapped, in the shared topic",
             {"eventId": ..., "eventType": "PAYMENT_COMPLETED"}, topic="payment-events", wrapped=True),
]  # fmt: skip


def _json(fields):
    return "{" + ", ".join(f'"{k}": {v if isinstance(v, Raw) else json.dumps(v)}' for k, v in fields.items()) + "}"


def spelled(spelling, *, number, user_id, lines):
    """The event's (topic, key, value, headers), and what it means. number: of its order, and of its event."""
    fields = {
        "eventId": f"flow-{number}",
        "eventType": "payment.completed",
        "timestamp": MOMENT.replace(" ", "T"),
        "paymentId": number + 500_000,
        "orderId": number,
        "userId": user_id,
        "sellerId": 3,
        "amount": Raw(f"{spelling.amount}.00" if "." not in spelling.amount else spelling.amount),
        "currency": "KRW",
        "items": [{"productId": p, "quantity": quantity, "price": price} for p, quantity, price in lines],
    }
    amount = fields["amount"]
    for name, value in spelling.changed.items():
        fields[name] = user_id if value is USER else amount if value is AMOUNT else value
    value = _json({name: value for name, value in fields.items() if value is not ...})
    # Keys are often null in the field.
    key = number if number % 3 else None
    event = (spelling.topic, key, json.dumps(value) if spelling.wrapped else value, spelling.headers)
    return event, Paid(number, user_id, seoul(spelling.moment), Decimal(spelling.amount), tuple(lines))


def file_line(event):
    """The event as `manage.py replay` reads it."""
    topic, key, value, headers = event
    return json.dumps({"topic": topic, "key": None if key is None else str(key), "headers": headers, "value": value})
