"""Topics and groups of a run's own on the real broker, for consumers and Java programs."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import NewTopic, OffsetSpec

from tests.events.kafka import servers
from xlcfi.events.registry import discover, groups
from xlcfi.events.topics import AGGREGATE_TOPICS, Topic

REVIEW_ANALYZED = "review.analyzed"
# A dead-letter topic is made by the Java teams; one of them has fewer partitions than its topic.
DEAD_LETTER_TOPICS = {"payment.completed.DLT": 3, "product.viewed.DLT": 1}
PARTITIONS = dict.fromkeys([*map(str, Topic), *AGGREGATE_TOPICS, REVIEW_ANALYZED], 3) | DEAD_LETTER_TOPICS


class Broker:
    """prefix: of all topics and groups, which nobody else uses."""

    def __init__(self) -> None:
        self.servers = ",".join(servers())
        self.prefix = f"java-{uuid.uuid4().hex[:8]}"
        self._admin = KafkaAdminClient(bootstrap_servers=servers())
        wanted = [NewTopic(self.topic(name), count, 1) for name, count in PARTITIONS.items()]
        self._admin.create_topics(wanted)
        self._admin.wait_for_topics([self.topic(name) for name in PARTITIONS])
        discover()
        self._groups = groups()

    def topic(self, name: str) -> str:
        """The topic of this run that stands for `name`."""
        return f"{self.prefix}.{name}"

    def caught_up(self, *names: str) -> bool:
        """Whether the groups with these short names, all by default, have committed all that their topics hold."""
        places = [TopicPartition(self.topic(name), n) for name, count in PARTITIONS.items() for n in range(count)]
        firsts = self._offsets(places, OffsetSpec.EARLIEST)
        ends = {place: end for place, end in self._offsets(places, OffsetSpec.LATEST).items() if end > firsts[place]}
        for group in (self._groups[name] for name in names or self._groups):
            group_id = self.topic(group.name)
            found = self._admin.list_group_offsets(group_id)[group_id]
            done = {place: each.offset for place, each in found.items()}
            topics = {self.topic(name) for name in group.kafka_topics}
            if any(done.get(place, 0) < end for place, end in ends.items() if place.topic in topics):
                return False
        return True

    def value_at(self, place: dict[str, Any]) -> bytes | None:
        """The bytes at a place that the Java side told of."""
        partition = TopicPartition(place["topic"], place["partition"])
        consumer = KafkaConsumer(bootstrap_servers=servers(), group_id=None, enable_auto_commit=False)
        try:
            consumer.assign([partition])
            consumer.seek(partition, place["offset"])
            found = consumer.poll(timeout_ms=10_000, max_records=1)
        finally:
            consumer.close()
        value: bytes | None = found[partition][0].value
        return value

    def close(self) -> None:
        """Takes the topics away."""
        gone = [name for name in self._admin.list_topics() if name.startswith(self.prefix)]
        self._admin.delete_topics(gone)
        self._admin.close()

    def _offsets(self, places: list[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        found = self._admin.list_partition_offsets(dict.fromkeys(places, spec))
        return {place: each.offset for place, each in found.items()}


@contextlib.contextmanager
def broker() -> Iterator[Broker]:
    """The broker of the settings, its topics empty."""
    found = Broker()
    try:
        yield found
    finally:
        found.close()
