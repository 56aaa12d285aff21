"""Events from Kafka."""

import logging
import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from kafka import KafkaConsumer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaError
from kafka.structs import OffsetAndMetadata, TopicPartition

from xlcfi.events.errors import RetryLater
from xlcfi.events.limits import limits
from xlcfi.events.record import Record, record_identity

logger = logging.getLogger(__name__)

COMMIT_SECONDS = 5.0
CLOSE_SECONDS = 3.0
CONNECT_SECONDS = 5.0
# How long the partitions of a consumer that was killed wait for the next one. Heartbeats have a thread of their own.
SESSION_SECONDS = 10.0


class KafkaSource:
    """Records of `topics` for the consumer group `group`. Raises RetryLater while no broker answers.

    Correctness rests on the inbox, not on offsets: they are moved after the database's commit, and only for
    partitions that are still ours.
    """

    def __init__(self, *, group: str, topics: Iterable[str], servers: list[str] | None = None) -> None:
        bounds = limits()
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=servers or settings.KAFKA_BOOTSTRAP_SERVERS,
                client_id=f"xlcfi-{group}",
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                # How soon a new topic is noticed.
                metadata_max_age_ms=30_000,
                max_poll_records=bounds.batch,
                max_poll_interval_ms=bounds.max_poll_seconds * 1000,
                session_timeout_ms=int(SESSION_SECONDS * 1000),
                partition_assignment_strategy=(CooperativeStickyAssignor,),
                bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
                reconnect_backoff_max_ms=5_000,
                metrics_enabled=False,
            )
        except KafkaError as error:
            raise RetryLater(f"Kafka: {error}") from error
        # A topic that nobody has written to must not come into being with the broker's default partitions. The option
        # of that name is lost on its way in 3.0.12: only what the metadata request itself reads has an effect.
        self._consumer._cluster.config["allow_auto_create_topics"] = False
        self._consumer.subscribe(topics=sorted(topics))
        self._done: dict[TopicPartition, int] = {}

    @property
    def exhausted(self) -> bool:
        return False

    def poll(self, seconds: float) -> list[Record]:
        try:
            if self._consumer.paused():
                self._consumer.resume(*self._consumer.paused())
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except KafkaError as error:
            raise RetryLater(f"Kafka: {error}") from error
        records = []
        for partition, found in polled.items():
            records += [_record(each) for each in found]
            self._done[partition] = found[-1].offset + 1
        return records

    def commit(self) -> None:
        # What went to another consumer meanwhile is his to commit: ours could move his offset back.
        mine = self._consumer.assignment()
        offsets = {each: OffsetAndMetadata(offset) for each, offset in self._done.items() if each in mine}
        try:
            self._consumer.commit(offsets, timeout_ms=int(COMMIT_SECONDS * 1000))
        except CommitFailedError:
            logger.info("offsets not committed: the group has changed, the records come again")
        except KafkaError as error:
            # The next commit covers this one; should we end before it, the inbox knows these events.
            logger.warning("offsets not committed", extra={"error": str(error)})
            return
        self._done.clear()

    def keep_alive(self, seconds: float) -> None:
        try:
            self._consumer.pause(*self._consumer.assignment())
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
            for partition, found in polled.items():
                # A partition that came to us during this very poll was not paused.
                self._consumer.seek(partition, found[0].offset)
        except KafkaError as error:
            logger.warning("broker does not answer", extra={"error": str(error)})
            time.sleep(seconds)

    def close(self) -> None:
        try:
            self._consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))
        except KafkaError as error:
            logger.warning("could not leave the group", extra={"error": str(error)})


def _record(found: Any) -> Record:
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        identity=record_identity(found.topic, found.partition, found.offset),
        key=found.key,
        value=found.value,
        headers=tuple(found.headers or ()),
        timestamp_ms=found.timestamp if found.timestamp is not None and found.timestamp >= 0 else None,
    )
