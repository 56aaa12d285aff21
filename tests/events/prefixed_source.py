"""Kafka's topics of a test's own, read as if they were the real ones."""

from collections.abc import Iterable

import msgspec

from xlcfi.events.kafka_source import KafkaSource
from xlcfi.events.record import Record


class PrefixedSource(KafkaSource):
    """Reads `PREFIX.topic` for a group of that prefix, and gives the records as if they came in `topic`."""

    def __init__(self, *, prefix: str, group: str, topics: Iterable[str]) -> None:
        self._prefix = f"{prefix}."
        super().__init__(group=self._prefix + group, topics=[self._prefix + topic for topic in topics])

    def poll(self, seconds: float) -> list[Record]:
        return [
            msgspec.structs.replace(each, topic=each.topic.removeprefix(self._prefix)) for each in super().poll(seconds)
        ]
