"""What we publish, as somebody else reads it."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from kafka import KafkaConsumer, TopicPartition

from tests.events.kafka import servers
from xlcfi.events.models import Outbox
from xlcfi.events.relay import Relay, relay_thread


def received(topic: str, count: int, *, addresses: Sequence[str] = (), quiet: float = 0.0) -> list[Any]:
    """The records of `topic`, by partition and offset, once there are `count`; and those of `quiet` seconds more."""
    consumer = KafkaConsumer(bootstrap_servers=addresses or servers(), group_id=None, auto_offset_reset="earliest")
    try:
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or {0})]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        found: list[Any] = []
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for records in consumer.poll(timeout_ms=200).values():
                found += records
            if len(found) >= count:
                until = min(until, time.monotonic() + quiet)
    finally:
        consumer.close()
    assert len(found) >= count, f"{len(found)} of {count} in {topic}"
    return sorted(found, key=lambda record: (record.partition, record.offset))


def relayed() -> Relay:
    """A relay that has sent what was due; already let go of."""
    relay = Relay()
    while relay.round().more:
        pass
    relay.close()
    return relay


@contextmanager
def relaying() -> Iterator[None]:
    """A relay at work beside the test."""
    stop = threading.Event()
    thread = relay_thread(stop)
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
        connection.close()


def unsent() -> list[str]:
    """The event ids of what waits, in their order."""
    return list(Outbox.objects.filter(sent_at=None).order_by("id").values_list("event_id", flat=True))


def due_now() -> None:
    """Whatever was put off may be tried at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_outbox SET next_try_at = statement_timestamp()")


def wait_until(condition: Any, seconds: float = 40) -> None:
    """Returns once `condition()` holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)
