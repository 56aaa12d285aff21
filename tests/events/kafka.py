"""The real broker, in tests: topics of their own, gone afterwards."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.conf import settings
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic


def servers() -> list[str]:
    """The broker's addresses; a test that can't find one fails, so that nobody takes silence for proof."""
    if not settings.KAFKA_BOOTSTRAP_SERVERS:
        pytest.fail(
            "This test needs a real Kafka: set KAFKA_BOOTSTRAP_SERVERS, start one with `make services`, "
            "or run `make test`, which does both.",
            pytrace=False,
        )
    return list(settings.KAFKA_BOOTSTRAP_SERVERS)


@contextmanager
def topic_of_its_own(*, partitions: int = 1) -> Iterator[str]:
    """A topic that nobody else uses."""
    with topics_of_its_own([""], partitions=partitions) as prefix:
        yield prefix


@contextmanager
def topics_of_its_own(names: Sequence[str], *, partitions: int = 1) -> Iterator[str]:
    """Topics `PREFIX.name`, or `PREFIX` alone for an empty name; gives the prefix, which nobody else uses."""
    admin = KafkaAdminClient(bootstrap_servers=servers())
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    topics = [f"{prefix}.{name}" if name else prefix for name in names]
    try:
        admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics])
        yield prefix
    finally:
        admin.delete_topics(topics)
        admin.close()


def topics() -> set[str]:
    """The topics that there are."""
    admin = KafkaAdminClient(bootstrap_servers=servers())
    try:
        return set(admin.list_topics())
    finally:
        admin.close()


def send(topic: str, values: Sequence[bytes | None], *, partition: int | None = 0) -> None:
    """Sends `values` in their order; returns when the broker has them."""
    producer = KafkaProducer(bootstrap_servers=servers())
    try:
        for value in values:
            producer.send(topic, value=value, key=b"7", partition=partition)
        producer.flush()
    finally:
        producer.close()
