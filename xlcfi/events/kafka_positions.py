"""Where a consumer stands in its partitions: what is done, what is in hand, what is taken away, what still waits."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from kafka.structs import TopicPartition

from xlcfi.events.record import Record


class Waiting(msgspec.Struct, frozen=True):
    """What waits in a partition. lag: records that are not done. since: Unix time of the oldest of them, if known."""

    topic: str
    partition: int
    lag: int
    since: float | None = None


class _Place(msgspec.Struct):
    """A partition. The offsets are those of the next record: not done, not given, not written."""

    done: int
    given: int
    end: int
    since: float | None = None
    last: float | None = None


class Positions:
    """The partitions of which records were given since they were assigned.

    A partition that is taken away is forgotten whole: nothing of it is committed any more, and its records that are
    still in hand are no longer ours, even if it comes back: then they come again, from what was committed.
    """

    def __init__(self) -> None:
        self._places: dict[TopicPartition, _Place] = {}

    def given(self, partition: TopicPartition, records: Sequence[Record], end: int | None) -> None:
        """`records` of `partition` were handed out; the log ends at `end`, as far as is known."""
        behind = records[-1].offset + 1
        place = self._places.get(partition)
        if place is None:
            place = self._places[partition] = _Place(records[0].offset, behind, behind)
        place.given, place.end = behind, max(end or 0, behind)
        if place.since is None or place.done == records[0].offset:
            place.since = _moment(records[0])
        place.last = _moment(records[-1])

    def settled(self) -> list[TopicPartition]:
        """The partitions of which all that was given is committed."""
        return [each for each, place in self._places.items() if place.given == place.done]

    def passed(self, partition: TopicPartition, offset: int) -> bool:
        """Nothing is left to give before `offset`; whether that is news."""
        place = self._places[partition]
        news = offset > place.given
        place.given = max(place.given, offset)
        return news

    def more(self, partitions: Iterable[TopicPartition]) -> bool:
        """Whether one of `partitions` is known to hold records that were not given yet."""
        return any((place := self._places.get(each)) is not None and place.end > place.given for each in partitions)

    def ours(self, partition: TopicPartition) -> bool:
        """Whether what was given of `partition` is still ours."""
        return partition in self._places

    def gone(self, partitions: Iterable[TopicPartition]) -> None:
        """`partitions` are no longer ours."""
        for partition in partitions:
            self._places.pop(partition, None)

    def undone(self) -> dict[TopicPartition, int]:
        """By partition, the offset behind all that was given and is not committed."""
        return {each: place.given for each, place in self._places.items() if place.given > place.done}

    def done(self, offsets: Mapping[TopicPartition, int]) -> None:
        """`offsets` are committed."""
        for partition, offset in offsets.items():
            place = self._places.get(partition)
            if place is not None:
                place.done = max(place.done, offset)
                place.since = place.last if place.end > place.done else None

    def waiting(
        self,
        partitions: Iterable[TopicPartition],
        *,
        end: Callable[[TopicPartition], int | None],
        position: Callable[[TopicPartition], int | None],
    ) -> list[Waiting]:
        """What waits in each of `partitions` of which it is known. position: the next offset that will be read."""
        found = []
        for each in sorted(partitions):
            place = self._places.get(each)
            done = place.done if place is not None else position(each)
            written = end(each)
            if place is not None:
                written = place.end = max(place.end, written or 0)
            if done is not None and written is not None:
                lag = max(written - done, 0)
                found.append(Waiting(each.topic, each.partition, lag, place.since if place and lag else None))
        return found


def _moment(record: Record) -> float:
    return time.time() if record.timestamp_ms is None else record.timestamp_ms / 1000
