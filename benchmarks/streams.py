"""A topic of payments in the real broker, and reading it from its beginning as often as wanted."""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
from django.conf import settings
from django.db import connection
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.record import Record
from xlcfi.events.topics import Topic

_ORDERS = """
SELECT o.id, o.buyer_id, o.seller_id, o.total, o.currency, o.created_at::text,
       (SELECT json_agg(json_build_object('productId', product_id, 'quantity', quantity, 'price', unit_price))
        FROM order_items WHERE order_id = o.id)
FROM orders o JOIN baskets b ON b.order_id = o.id ORDER BY o.id DESC LIMIT %s
"""


def latest_payments(count: int) -> list[tuple[int, bytes]]:
    """(order id, payment.completed as the payment service sends it) of the latest `count` paid orders, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [count])
        found = cursor.fetchall()
    payments = []
    for order, user, seller, total, currency, at, items in reversed(found):
        value = {
            "eventId": f"bench-{uuid.uuid4()}",
            "eventType": "payment.completed",
            "timestamp": str(at).replace(" ", "T"),
            "paymentId": order,
            "orderId": order,
            "userId": user,
            "sellerId": seller,
            "amount": float(total),
            "currency": currency,
            "items": items,
        }
        payments.append((order, json.dumps(value).encode()))
    return payments


@contextmanager
def topic_of(events: Iterable[tuple[int, bytes]], *, partitions: int = 3) -> Iterator[str]:
    """A topic that holds `events`, (key, value) each, by key over its partitions; gone afterwards."""
    servers = settings.KAFKA_BOOTSTRAP_SERVERS
    admin = KafkaAdminClient(bootstrap_servers=servers)
    name = f"bench-{uuid.uuid4().hex[:8]}"
    try:
        admin.create_topics([NewTopic(name, partitions, 1)])
        producer = KafkaProducer(bootstrap_servers=servers, linger_ms=20)
        for key, value in events:
            producer.send(name, key=str(key).encode(), value=value)
        producer.flush()
        producer.close()
        yield name
    finally:
        admin.delete_topics([name])
        admin.close()


class BenchSource(KafkaSource):
    """Our source on `topic`, joined, and about to read the first record; exhausted after `events` of them.

    group: of a name of its own unless one is given. kind: as which events the records are read.
    """

    def __init__(self, topic: str, *, events: int, group: str = "", kind: str = str(Topic.PAYMENT_COMPLETED)) -> None:
        super().__init__(group=group or f"bench-{uuid.uuid4().hex[:8]}", topics=[topic])
        self._left, self._kind = events, kind
        self.begin()

    def begin(self) -> None:
        """Join the group, and stand at the beginning of every partition that is ours."""
        _join(self._consumer)

    def poll(self, seconds: float) -> list[Record]:
        found = [msgspec.structs.replace(each, topic=self._kind) for each in super().poll(seconds)]
        self._left -= len(found)
        return found

    @property
    def exhausted(self) -> bool:
        return self._left <= 0


def plain_values(topic: str, *, events: int, skip: int = 0) -> Iterator[bytes]:
    """`events` values of `topic` one by one, after about `skip` others: a plain loop over a consumer.

    Offsets are committed in the background; it has joined before the first value is asked for.
    """
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS,
        group_id=f"bench-{uuid.uuid4().hex[:8]}",
        auto_offset_reset="earliest",
        metadata_max_age_ms=2_000,
    )
    _join(consumer)
    for partition in consumer.assignment():
        consumer.seek(partition, skip // len(consumer.assignment()))

    def values() -> Iterator[bytes]:
        left = events
        for message in consumer:
            yield message.value
            left -= 1
            if not left:
                break
        consumer.close(timeout_ms=1000)

    return values()


def _join(consumer: KafkaConsumer) -> None:
    """Join the group, and stand at the beginning of every partition."""
    while not consumer.assignment():
        consumer.poll(timeout_ms=50)
    consumer.seek_to_beginning(*consumer.assignment())
