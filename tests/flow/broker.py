"""The real broker, with topics and groups of each test's own: no one else's events or offsets are touched."""

import contextlib
import time
import uuid

from django.conf import settings
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import NewTopic, OffsetSpec
from kafka.errors import CoordinatorNotAvailableError

TOPICS = ("payment.completed", "payment-events")
GROUPS = ("analytics-payment-group", "recommendation-group")


class Broker:
    """Sends events and knows how far the consumers are. prefix: of the topics and groups instead of the real ones."""

    def __init__(self):
        self.prefix = f"flow-{uuid.uuid4().hex[:8]}"
        self._topics = [f"{self.prefix}.{name}" for name in TOPICS]
        self._groups = [f"{self.prefix}.{name}" for name in GROUPS]
        self._admin = KafkaAdminClient(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS)
        self._producer = KafkaProducer(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS, linger_ms=5)
        self._admin.create_topics([NewTopic(name, 3, 1) for name in self._topics])
        self._admin.wait_for_topics(self._topics)

    def close(self):
        self._producer.close()
        self._admin.delete_topics(self._topics)
        self._admin.close()

    def send(self, lines):
        """Sends (topic, key, value, headers) in that order; returns the moment at which the broker had them all."""
        sent = [
            self._producer.send(
                f"{self.prefix}.{topic}",
                value=value.encode(),
                key=None if key is None else str(key).encode(),
                headers=[(name, text.encode()) for name, text in headers.items()],
            )
            for topic, key, value, headers in lines
        ]
        for one in sent:
            one.get(timeout=20)
        return time.monotonic()

    def caught_up(self):
        """Whether both groups have committed everything that the topics hold."""
        firsts = self._offsets(OffsetSpec.EARLIEST)
        ends = {partition: end for partition, end in self._ends().items() if end > firsts[partition]}
        for group in self._groups:
            committed = self._committed(group)
            if any(committed.get(partition, 0) < end for partition, end in ends.items()):
                return False
        return True

    def has_members(self):
        """Whether each group has agreed who reads what."""
        found = self._admin.describe_groups(self._groups).values()
        return all(group["group_state"] == "Stable" and group["members"] for group in found)

    def _partitions(self):
        about = self._admin.describe_topics(self._topics)
        return [
            TopicPartition(topic["name"], each["partition_index"]) for topic in about for each in topic["partitions"]
        ]

    def _ends(self):
        return self._offsets(OffsetSpec.LATEST)

    def _offsets(self, spec):
        found = self._admin.list_partition_offsets(dict.fromkeys(self._partitions(), spec))
        return {partition: each.offset for partition, each in found.items()}

    def _committed(self, group):
        try:
            found = self._admin.list_group_offsets(group)[group]
        except CoordinatorNotAvailableError:
            return {}  # the first group of a broker that has just started
        return {partition: each.offset for partition, each in found.items()}


@contextlib.contextmanager
def broker():
    """The broker of the settings, its topics empty."""
    found = Broker()
    try:
        yield found
    finally:
        found.close()
