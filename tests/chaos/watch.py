"""Is anything stuck, and for how long did nothing move?"""

import time
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg2
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from tests.chaos.consumer import PERIOD
from tests.chaos.sender import TOPICS
from tests.chaos.servers import Servers
from tests.oracle.told import KINDS_OF_GROUP, SHARED_TOPICS

_WAITING = {
    "outbox": "SELECT count(*) FROM events_outbox WHERE sent_at IS NULL",
    "follow-ups": "SELECT count(*) FROM events_followup",
    "deltas": "SELECT (SELECT count(*) FROM rollup_deltas) + (SELECT count(*) FROM active_deltas) "
    "+ (SELECT count(*) FROM co_purchase_deltas)",
}
_APPLIED = "SELECT consumer_group, event_id, EXTRACT(EPOCH FROM received_at)::float FROM events_inbox"
# Reading all offsets means a new connection and half a dozen requests: not more often than this.
LOOK_SECONDS = 0.5
SETTLE_SECONDS = 60.0


class Stall(NamedTuple):
    """seconds: how long; at: its begin, seconds since 1970."""

    seconds: float
    group: str
    at: float


class Stuck(Exception):
    """Something does not move any more; the message says what and where."""


def topics_of(group: str) -> set[str]:
    """The topics that `group` reads."""
    kinds = KINDS_OF_GROUP[group]
    return {*kinds, *(name for name, carried in SHARED_TOPICS.items() if carried & kinds)}


class Watch:
    """Looks at the broker's offsets and at our queues."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._partitions: list[TopicPartition] = []

    def everybody_reads(self) -> bool:
        """Whether each group has agreed who reads what."""
        admin = KafkaAdminClient(bootstrap_servers=self._servers.kafka.bootstrap, request_timeout_ms=5_000)
        try:
            found = admin.describe_groups(list(KINDS_OF_GROUP)).values()
            return all(group["group_state"] == "Stable" and group["members"] for group in found)
        except KafkaError:
            return False
        finally:
            admin.close()

    def lags(self) -> dict[tuple[str, str, int], tuple[int, int]]:
        """(group, topic, partition) -> (committed, end), where the two differ. Raises KafkaError."""
        admin = KafkaAdminClient(bootstrap_servers=self._servers.kafka.bootstrap, request_timeout_ms=5_000)
        try:
            if not self._partitions:
                self._partitions = [
                    TopicPartition(topic["name"], each["partition_index"])
                    for topic in admin.describe_topics(TOPICS)
                    for each in topic["partitions"]
                ]
            ends = admin.list_partition_offsets(dict.fromkeys(self._partitions, OffsetSpec.LATEST))
            behind = {}
            for group in KINDS_OF_GROUP:
                read = topics_of(group)
                committed = admin.list_group_offsets(group)[group]
                for place, end in ends.items():
                    known = committed.get(place)
                    offset = 0 if known is None else max(known.offset, 0)
                    if place.topic in read and offset != end.offset:
                        behind[group, place.topic, place.partition] = (offset, end.offset)
            return behind
        finally:
            admin.close()

    def waiting(self) -> dict[str, int]:
        """What lies in our queues, where there is something."""
        connection = self._servers.connection()
        try:
            with connection.cursor() as cursor:
                found = {}
                for name, query in _WAITING.items():
                    cursor.execute(query)
                    found[name] = cursor.fetchone()[0]
            return {name: count for name, count in found.items() if count}
        finally:
            connection.close()

    def drained(self, *, seconds: float, meanwhile: Any) -> None:
        """Returns when nothing waits any more; `meanwhile` is called again and again. Raises Stuck.

        Each partition and queue has `seconds` from its last movement.
        """
        seen: dict[Any, tuple[Any, float]] = {}
        while True:
            meanwhile()
            try:
                there: dict[Any, Any] = {**self.lags(), **self.waiting()}
            except (KafkaError, psycopg2.OperationalError) as error:
                there = {"servers": str(error)}
            if not there:
                return
            now = time.monotonic()
            seen = {
                key: seen[key] if key in seen and seen[key][0] == state else (state, now)
                for key, state in there.items()
            }
            stuck = {key: state for key, (state, since) in seen.items() if now - since > seconds}
            if stuck:
                raise Stuck("; ".join(_sentence(key, state, seconds) for key, state in stuck.items()))
            time.sleep(LOOK_SECONDS)

    def settled(self, *, meanwhile: Any) -> None:
        """Returns when every periodic job has begun anew and ended since this call. Raises Stuck."""
        until = time.monotonic() + SETTLE_SECONDS
        begun = None
        while True:
            meanwhile()
            connection = self._servers.connection()
            with connection.cursor() as cursor:
                if begun is None:
                    cursor.execute("SELECT now()")
                    begun = cursor.fetchone()[0]
                cursor.execute(
                    "SELECT name, last_error FROM events_periodicrun WHERE next_at <= %s + %s * interval '1 second'",
                    [begun, PERIOD],
                )
                left = cursor.fetchall()
            connection.close()
            if not left:
                return
            if time.monotonic() > until:
                raise Stuck(f"stuck: periodic jobs {left}")
            time.sleep(LOOK_SECONDS)

    def stalls(self, told: Mapping[str, float]) -> list[Stall]:
        """The times in which a group committed nothing while something waited for it, the longest first.

        told: event id -> when the broker had it first, seconds since 1970.
        """
        connection = self._servers.connection()
        with connection.cursor() as cursor:
            cursor.execute(_APPLIED)
            applied = cursor.fetchall()
        connection.close()
        found = []
        for group in KINDS_OF_GROUP:
            mine = sorted((at, told.get(name, at)) for owner, name, at in applied if owner == group)
            oldest = float("inf")
            # From the end: what was applied from here on had been waiting since `oldest`.
            for (before, _), (at, since) in reversed(list(pairwise([(0.0, 0.0), *mine]))):
                oldest = min(oldest, since)
                start = max(before, oldest)
                found.append(Stall(at - start, group, start))
        return sorted(found, reverse=True)


def _sentence(key: Any, state: Any, seconds: float) -> str:
    if isinstance(key, tuple):
        group, topic, partition = key
        return (
            f"stuck: group {group} topic {topic} partition {partition} at offset {state[0]} of {state[1]} "
            f"for {seconds:.0f} s"
        )
    return f"stuck: {key}: {state} for {seconds:.0f} s"
