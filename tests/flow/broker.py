"""The real broker, with the real topics: emptied before a test, filled by it."""

import contextlib
import time

from django.conf import settings
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import NewTopic, OffsetSpec

TOPICS = ("payment.completed", "payment-events")
GROUPS = ("analytics-payment-group", "recommendation-group")


class Broker:
    """Sends events and knows how far the consumers are."""

    def __init__(self):
        self._admin = KafkaAdminClient(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS)
        self._producer = KafkaProducer(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS, linger_ms=5)

    def close(self):
        self._producer.close()
        self._admin.close()

    def empty(self):
        """Makes the topics if they are missing, and forgets every record of earlier tests."""
        missing = [name for name in TOPICS if name not in self._admin.list_topics()]
        if missing:
            self._admin.create_topics([NewTopic(name, 3, 1) for name in missing])
            self._admin.wait_for_topics(missing)
        self._admin.delete_records(self._ends())

    def send(self, lines):
        """Sends (topic, key, value, headers) in that order; returns the moment at which the broker had them all."""
        sent = [
            self._producer.send(
                topic,
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
        for group in GROUPS:
            committed = self._committed(group)
            if any(committed.get(partition, 0) < end for partition, end in ends.items()):
                return False
        return True

    def members(self):
        """How many consumers each group has; a group that is still agreeing has none."""
        found = self._admin.describe_groups(list(GROUPS))
        return {
            name: len(group["members"]) if group["group_state"] == "Stable" else 0 for name, group in found.items()
        }

    def _partitions(self):
        about = self._admin.describe_topics(list(TOPICS))
        return [TopicPartition(topic["name"], each["partition_index"]) for topic in about for each in topic["partitions"]]

    def _ends(self):
        return self._offsets(OffsetSpec.LATEST)

    def _offsets(self, spec):
        found = self._admin.list_partition_offsets({partition: spec for partition in self._partitions()})
        return {partition: each.offset for partition, each in found.items()}

    def _committed(self, group):
        return {partition: each.offset for partition, each in self._admin.list_group_offsets(group)[group].items()}


@contextlib.contextmanager
def broker():
    """The broker of the settings, its topics empty."""
    found = Broker()
    try:
        found.empty()
        yield found
    finally:
        found.close()
