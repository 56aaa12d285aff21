"""How the consumers stand, asked of the broker and of the database: for `manage.py consume --status`."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from kafka import KafkaAdminClient
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError, UnknownTopicOrPartitionError
from kafka.structs import TopicPartition

from xlcfi.events.registry import Group

ASK_SECONDS = 5.0


class PartitionStatus(msgspec.Struct, frozen=True):
    """A partition of a group. committed: None where the group has committed nothing yet; then everything waits.

    committed_at, by: when, and on which host, the offset was last moved, where one of our consumers did it.
    """

    topic: str
    partition: int
    committed: int | None
    first: int
    end: int
    committed_at: datetime | None = None
    by: str = ""

    @property
    def lag(self) -> int:
        """Records that wait; those that the broker has already dropped do not count."""
        return max(self.end - max(self.committed if self.committed is not None else self.first, self.first), 0)


class GroupStatus(msgspec.Struct, frozen=True):
    """A group as the broker knows it. missing: topics that nobody has written to yet."""

    name: str
    state: str
    members: list[str]
    partitions: list[PartitionStatus]
    missing: list[str] = []

    @property
    def lag(self) -> int:
        """Records that wait in all partitions."""
        return sum(each.lag for each in self.partitions)

    @property
    def committed_at(self) -> datetime | None:
        """When it last moved an offset."""
        return max((each.committed_at for each in self.partitions if each.committed_at), default=None)

    @property
    def stopped(self) -> bool:
        """Whether something waits and nobody is there to take it."""
        return self.lag > 0 and not self.members


class DatabaseStatus(msgspec.Struct, frozen=True):
    """What waits in the database. Ages in seconds, None where nothing waits; dead_letters: new ones, by group."""

    dead_letters: dict[str, int]
    outbox_waiting: int
    outbox_age: float | None
    outbox_refused: int
    follow_ups_waiting: int
    follow_ups_age: float | None
    inbox_rows: int | None


class Status(msgspec.Struct, frozen=True):
    """All of it; what can't be reached is None, and `errors` says why."""

    groups: list[GroupStatus] | None
    database: DatabaseStatus | None
    errors: list[str]

    @property
    def healthy(self) -> bool:
        """Whether nobody has to look."""
        return not self.errors and not any(group.stopped for group in self.groups or ())


def consumers_status(chosen: Sequence[Group], *, servers: Sequence[str] | None = None) -> Status:
    """The state of the groups `chosen`. Within a few seconds, whatever is away."""
    errors: list[str] = []
    return Status(
        groups=_groups_or_none({group.name: group.kafka_topics for group in chosen}, servers, errors),
        database=_database_or_none(errors),
        errors=errors,
    )


def _groups_or_none(
    wanted: Mapping[str, Iterable[str]], servers: Sequence[str] | None, errors: list[str]
) -> list[GroupStatus] | None:
    addresses = list(servers if servers is not None else settings.KAFKA_BOOTSTRAP_SERVERS)
    if not addresses:
        errors.append("Kafka: KAFKA_BOOTSTRAP_SERVERS is not set.")
        return None
    try:
        return groups_status(wanted, servers=addresses)
    except KafkaError as error:
        errors.append(f"Kafka can't be reached at {', '.join(addresses)}: {error}")
        return None


def _database_or_none(errors: list[str]) -> DatabaseStatus | None:
    try:
        return database_status()
    except (DatabaseError, InterfaceError) as error:
        errors.append(f"PostgreSQL can't be asked: {str(error).strip().splitlines()[0]}")
        return None


def groups_status(wanted: Mapping[str, Iterable[str]], *, servers: Sequence[str]) -> list[GroupStatus]:
    """The groups named in `wanted`, each with the topics that it reads. Raises KafkaError."""
    milliseconds = int(ASK_SECONDS * 1000)
    client = KafkaAdminClient(
        bootstrap_servers=list(servers), bootstrap_timeout_ms=milliseconds, request_timeout_ms=milliseconds
    )
    with closing(client) as admin:
        topics = sorted({topic for names in wanted.values() for topic in names})
        partitions = _partitions(admin, topics)
        every = [each for found in partitions.values() for each in found]
        firsts, ends = (_offsets(admin, every, spec) for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
        about = admin.describe_groups(list(wanted)) if wanted else {}
        committed = admin.list_group_offsets(list(wanted)) if wanted else {}
    found = []
    for name, names in wanted.items():
        mine = [each for topic in sorted(names) for each in partitions.get(topic, ())]
        offsets = committed.get(name, {})
        rows = [_partition(each, offsets.get(each), firsts[each], ends[each]) for each in mine]
        missing = sorted(topic for topic in names if topic not in partitions)
        state, members = about[name].get("group_state") or "Dead", about[name].get("members") or []
        hosts = sorted(f"{each['client_id']}{each['client_host']}" for each in members)
        found.append(GroupStatus(name, state, hosts, rows, missing))
    return found


def _partitions(admin: Any, topics: Sequence[str]) -> dict[str, list[TopicPartition]]:
    # Asked for by name, a topic that is not there could be made by the asking.
    there = set(admin.list_topics()).intersection(topics)
    if not there:
        return {}
    return {
        topic["name"]: sorted(TopicPartition(topic["name"], each["partition_index"]) for each in topic["partitions"])
        for topic in admin.describe_topics(sorted(there))
        if topic["partitions"]
    }


def _offsets(admin: Any, partitions: Sequence[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
    if not partitions:
        return {}
    try:
        found = admin.list_partition_offsets(dict.fromkeys(partitions, spec))
    except UnknownTopicOrPartitionError as error:
        raise KafkaError(f"a topic has just been removed: {error}") from error
    return {each: offset.offset for each, offset in found.items()}


def _partition(place: TopicPartition, offset: Any, first: int, end: int) -> PartitionStatus:
    if offset is None or offset.offset < 0:
        return PartitionStatus(place.topic, place.partition, None, first, end)
    at, _, host = (offset.metadata or "").partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        # Somebody else has set it: a tool, an operator.
        return PartitionStatus(place.topic, place.partition, offset.offset, first, end)
    return PartitionStatus(place.topic, place.partition, offset.offset, first, end, moment, host)


_DEAD_LETTERS = "SELECT consumer_group, count(*) FROM events_deadletter WHERE state = 'new' GROUP BY 1 ORDER BY 1"
_OUTBOX = """
SELECT count(*), extract(epoch FROM statement_timestamp() - min(created_at)), count(*) FILTER (WHERE attempts > 0)
FROM events_outbox WHERE sent_at IS NULL
"""
_FOLLOW_UPS = "SELECT count(*), extract(epoch FROM statement_timestamp() - min(created_at)) FROM events_followup"
# Counting them would take minutes; the last ANALYZE has counted them nearly enough.
_INBOX = "SELECT nullif(reltuples, -1)::bigint FROM pg_class WHERE oid = 'events_inbox'::regclass"


def database_status() -> DatabaseStatus:
    """What waits in the database. Raises DatabaseError and InterfaceError."""
    with connection.cursor() as cursor:

        def rows(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        dead = dict(rows(_DEAD_LETTERS))
        [(unsent, unsent_age, refused)] = rows(_OUTBOX)
        [(jobs, jobs_age)] = rows(_FOLLOW_UPS)
        [(inbox,)] = rows(_INBOX)
    return DatabaseStatus(dead, unsent, _number(unsent_age), refused, jobs, _number(jobs_age), inbox)


def _number(age: Any) -> float | None:
    return None if age is None else round(float(age), 1)
