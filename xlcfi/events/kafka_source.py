"""Events from Kafka."""

import logging
import socket
import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from kafka import ConsumerRebalanceListener
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError
from kafka.structs import MemberState, OffsetAndMetadata, TopicPartition

from xlcfi.clock import now
from xlcfi.events.errors import RetryLater
from xlcfi.events.kafka_client import consumer_connected
from xlcfi.events.kafka_headers import any_header_name_is_read
from xlcfi.events.kafka_positions import Positions
from xlcfi.events.limits import limits
from xlcfi.events.pulse import Standing
from xlcfi.events.record import Record, record_identity
from xlcfi.observability.metrics import EVENT_REBALANCES

logger = logging.getLogger(__name__)

COMMIT_SECONDS = 3.0
# A commit that failed is tried again between polls, but must not hold them up.
COMMIT_AGAIN_SECONDS = 0.5
CLOSE_SECONDS = 2.0
CONNECT_SECONDS = 5.0
# How long the partitions of a consumer that was killed wait for the next one. Heartbeats have a thread of their own.
SESSION_SECONDS = 10.0
REQUEST_SECONDS = 15.0
# What one answer of a broker may hold, of all partitions and of each: memory stays flat however much waits. A single
# record that is larger comes all the same, alone.
FETCH_BYTES = 16 * 2**20
PARTITION_BYTES = 2 * 2**20
# Behind a backlog a batch takes several answers: this long, and up to so many bytes.
FILL_SECONDS = 0.05
BATCH_BYTES = 32 * 2**20
# How often a topic that is not there is looked for: 0.1 s, the client's own, is a storm where it never comes to be.
LOOK_FOR_TOPICS_SECONDS = 2.0
# The end of a partition that is not being read is asked for, not told.
ENDS_SECONDS = 10.0


class KafkaSource:
    """Records of `topics` for the consumer group `group`. Raises RetryLater while no broker answers.

    Correctness rests on the inbox, not on offsets: they are moved after the database's commit, and only for
    partitions that are still ours.
    """

    def __init__(self, *, group: str, topics: Iterable[str], servers: list[str] | None = None) -> None:
        any_header_name_is_read()
        bounds = limits()
        self._group = group
        self._limit = bounds.batch
        self._positions = Positions()
        # What the poll that is running has taken so far.
        self._taken: dict[TopicPartition, list[Record]] = {}
        # Done, and not committed because the broker did not answer.
        self._owed: dict[TopicPartition, int] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._ends_at = 0.0
        self._consumer = consumer_connected(
            bootstrap_servers=servers or settings.KAFKA_BOOTSTRAP_SERVERS,
            client_id=f"xlcfi-{group}",
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            # How soon a new topic is noticed.
            metadata_max_age_ms=30_000,
            max_poll_records=bounds.batch,
            max_poll_interval_ms=bounds.max_poll_seconds * 1000,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=PARTITION_BYTES,
            session_timeout_ms=int(SESSION_SECONDS * 1000),
            request_timeout_ms=int(REQUEST_SECONDS * 1000),
            partition_assignment_strategy=(CooperativeStickyAssignor,),
            bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
            reconnect_backoff_max_ms=5_000,
            metrics_enabled=False,
        )
        # A topic that nobody has written to must not come into being with the broker's default partitions. The option
        # of that name is lost on its way in 3.0.12: only what the metadata request itself reads has an effect.
        self._consumer._cluster.config["allow_auto_create_topics"] = False
        self._consumer.subscribe(topics=sorted(topics), listener=_Listener(self))
        self._look_at_topics()

    def _look_at_topics(self) -> None:
        """Before the group is joined: a member that leads it without knowing the topics shares nothing out, and then
        has to notice that by itself."""
        try:
            self._consumer.topics()
        except KafkaError as error:
            logger.info("topics not known yet", extra={"error": str(error)})

    @property
    def exhausted(self) -> bool:
        return False

    def limit(self, records: int) -> None:
        self._limit = records

    def poll(self, seconds: float) -> list[Record]:
        try:
            if self._owed:
                self._commit(COMMIT_AGAIN_SECONDS)
            self._calm_down()
            if self._consumer.paused():
                self._consumer.resume(*self._consumer.paused())
            taken = self._taken = {}
            if self._take(seconds):
                self._fill()
            else:
                self._pass_marks()
        except KafkaError as error:
            raise RetryLater(f"Kafka: {error}") from error
        return [record for records in taken.values() for record in records]

    def _calm_down(self) -> None:
        # Not before the group is joined: the first look at the topics would wait as well.
        about = self._consumer._cluster.config
        if about["retry_backoff_ms"] < LOOK_FOR_TOPICS_SECONDS * 1000 and self._stable():
            about["retry_backoff_ms"] = int(LOOK_FOR_TOPICS_SECONDS * 1000)

    def _stable(self) -> bool:
        return bool(self._consumer.group_metadata().state == MemberState.STABLE)

    def _take(self, seconds: float) -> bool:
        """Polls once; whether that gave anything. A partition that is taken away meanwhile is taken out again."""
        room = self._limit - sum(map(len, self._taken.values()))
        polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=room)
        for partition, found in polled.items():
            records = [_record(each) for each in found]
            self._taken.setdefault(partition, []).extend(records)
            self._positions.given(partition, records, self._consumer.highwater(partition))
        return bool(polled)

    def _fill(self) -> None:
        """Takes more while more is known to wait: a poll gives what one answer of the broker held, not a batch."""
        until = time.monotonic() + FILL_SECONDS
        while self._positions.more(self._taken) and (left := until - time.monotonic()) > 0:
            taken = [record for records in self._taken.values() for record in records]
            if len(taken) >= self._limit or sum(len(each.value or b"") for each in taken) >= BATCH_BYTES:
                return
            try:
                if not self._take(left):
                    return
            except KafkaError as error:
                # What is taken already will not be given again.
                logger.info("batch not filled", extra={"error": str(error)})
                return

    def _pass_marks(self) -> None:
        """Where transactions are used, marks that are no records follow the last record: the offset goes behind them,
        or they would look like something that waits."""
        for partition in self._positions.settled():
            position = self._position(partition)
            if position is not None and self._positions.passed(partition, position):
                self._owed[partition] = position

    def commit(self, held: Sequence[Record] = ()) -> None:
        self._owed = self._positions.undone()
        # The first that is held of each partition is where it begins again.
        self._owed.update({_partition_of(record): record.offset for record in reversed(held)})
        self._commit(COMMIT_SECONDS)

    def _commit(self, seconds: float) -> None:
        # What went to another consumer meanwhile is his to commit: ours could move his offset back.
        mine = {each for each in self._consumer.assignment() if self._positions.ours(each)}
        owed = self._owed = {each: offset for each, offset in self._owed.items() if each in mine}
        # Whoever asks for the group's state reads here when it last worked, and where.
        about = f"{now().isoformat(timespec='seconds')} {socket.gethostname()}"
        try:
            self._consumer.commit(
                {each: OffsetAndMetadata(offset, about, -1) for each, offset in owed.items()},
                timeout_ms=int(seconds * 1000),
            )
        except (CommitFailedError, RebalanceInProgressError):
            # The next poll tells which partitions stay ours; the rest come again, to whoever has them.
            logger.info("offsets not committed: the group is changing")
        except KafkaError as error:
            # They are tried again; should we end before that, the inbox knows these events.
            logger.warning("offsets not committed", extra={"error": str(error)})
        else:
            self._positions.done(owed)
            self._owed = {}

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

    def still_ours(self, records: Sequence[Record]) -> list[Record]:
        return [record for record in records if self._positions.ours(_partition_of(record))]

    def standing(self) -> Standing:
        """How it stands in the group, and what waits in its partitions."""
        assigned = self._consumer.assignment()
        state = "joining" if not self._stable() else "assigned" if assigned else "standby"
        self._ask_for_ends(assigned)
        return Standing(state, self._positions.waiting(assigned, end=self._end, position=self._position))

    def _ask_for_ends(self, assigned: set[TopicPartition]) -> None:
        """The end of a partition comes with what is read of it; a paused one has to be asked for, now and then."""
        unread = self._consumer.paused() | {each for each in assigned if self._consumer.highwater(each) is None}
        if not unread or time.monotonic() - self._ends_at < ENDS_SECONDS:
            return
        self._ends_at = time.monotonic()
        try:
            self._ends = self._consumer.end_offsets(sorted(unread), timeout_ms=1000)
        except KafkaError as error:
            self._ends = {}
            logger.info("ends of partitions not known", extra={"error": str(error)})

    def _end(self, partition: TopicPartition) -> int | None:
        known = [end for end in (self._consumer.highwater(partition), self._ends.get(partition)) if end is not None]
        return max(known, default=None)

    def _position(self, partition: TopicPartition) -> int | None:
        """The next offset that will be read, where that is known without asking the broker."""
        try:
            found: int | None = self._consumer.position(partition, timeout_ms=0)
        except KafkaError:
            return None
        return found

    def taken_away(self, partitions: Iterable[TopicPartition]) -> None:
        """`partitions` are another consumer's now: forget them, and what this poll has taken of them.

        Called by the listener: always while the thread that uses this source waits in a poll, or in `close`.
        """
        self._positions.gone(partitions)
        for partition in partitions:
            self._taken.pop(partition, None)
            self._ends.pop(partition, None)

    def count(self, kind: str, partitions: Iterable[TopicPartition]) -> None:
        """A rebalance has `assigned`, `revoked` or `lost` us `partitions`."""
        EVENT_REBALANCES.labels(group=self._group, kind=kind).inc()
        names = sorted(f"{each.topic}-{each.partition}" for each in partitions)
        logger.info("partitions %s", kind, extra={"group": self._group, "partitions": names})

    def close(self) -> None:
        try:
            self._consumer.close(autocommit=False, timeout_ms=int(CLOSE_SECONDS * 1000))
        except KafkaError as error:
            logger.warning("could not leave the group", extra={"error": str(error)})


class _Listener(ConsumerRebalanceListener):
    def __init__(self, source: KafkaSource) -> None:
        self._source = source

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._source.count("assigned", assigned)

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._source.taken_away(revoked)
        self._source.count("revoked", revoked)

    def on_partitions_lost(self, lost: set[TopicPartition]) -> None:
        self._source.taken_away(lost)
        self._source.count("lost", lost)


def _partition_of(record: Record) -> TopicPartition:
    # Not its topic: whoever passes the records on may call it something else.
    topic, partition, _ = record.identity.rsplit("-", 2)
    return TopicPartition(topic, int(partition))


def _record(found: Any) -> Record:
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        identity=record_identity(found.topic, found.partition, found.offset),
        key=found.key,
        value=found.value,
        headers=tuple(found.headers or ()),
        # A producer can write any number there, one that no column holds as well.
        timestamp_ms=found.timestamp if found.timestamp is not None and 0 <= found.timestamp < 2**63 else None,
        from_kafka=True,
    )
