"""Events and records with valid defaults."""

import json
from typing import Any

from xlcfi.events.record import Record, record_identity

PAYMENT = {
    "eventId": "6f9c0000-0000-4000-8000-000000000001",
    "eventType": "payment.completed",
    "timestamp": "2025-11-20T10:15:30.123456",
    "paymentId": 9,
    "orderId": 7,
    "userId": 42,
    "sellerId": 3,
    "amount": 35900.00,
    "currency": "KRW",
    "items": [
        {"productId": 11, "quantity": 2, "price": 12900.00},
        {"productId": 15, "quantity": 1, "price": 10100.00},
    ],
}


def payment(**changed: Any) -> dict[str, Any]:
    """The contract's payment with some fields changed; `...` takes a field away."""
    return {name: value for name, value in {**PAYMENT, **changed}.items() if value is not ...}


def record(
    value: Any,
    *,
    topic: str = "payment.completed",
    partition: int = 0,
    offset: int = 0,
    headers: tuple[tuple[str, bytes | None], ...] = (),
    key: bytes | None = b"7",
    timestamp_ms: int | None = 1763601330123,
    from_kafka: bool = False,
) -> Record:
    """A record of Kafka. value: bytes as they are, None for a tombstone, all else as JSON."""
    return Record(
        topic=topic,
        partition=partition,
        offset=offset,
        identity=record_identity(topic, partition, offset),
        key=key,
        value=value if value is None or isinstance(value, bytes) else json.dumps(value).encode(),
        headers=headers,
        timestamp_ms=timestamp_ms,
        from_kafka=from_kafka,
    )


def payments(count: int, *, first: int = 1, offset: int = 0) -> list[Record]:
    """`count` payments of as many orders, numbered from `first`."""
    return [
        record(payment(orderId=first + step, eventId=f"payment-{first + step}"), offset=offset + step)
        for step in range(count)
    ]
