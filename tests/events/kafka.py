"""The real broker, in tests."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic


@contextmanager
def topic_of_its_own(servers: str, *, partitions: int = 1, prefix: str = "test") -> Iterator[str]:
    """A topic that nobody else uses, gone afterwards."""
    admin = KafkaAdminClient(bootstrap_servers=servers)
    name = f"{prefix}-{uuid.uuid4().hex[:8]}"
    try:
        admin.create_topics([NewTopic(name, partitions, 1)])
        yield name
    finally:
        admin.delete_topics([name])
        admin.close()


def topics(servers: str) -> set[str]:
    """The topics that there are."""
    admin = KafkaAdminClient(bootstrap_servers=servers)
    try:
        return set(admin.list_topics())
    finally:
        admin.close()


def send(servers: str, topic: str, values: Sequence[bytes | None], *, partition: int | None = 0) -> None:
    """Sends `values` in their order; returns when the broker has them."""
    producer = KafkaProducer(bootstrap_servers=servers)
    try:
        for value in values:
            producer.send(topic, value=value, key=b"7", partition=partition)
        producer.flush()
    finally:
        producer.close()
