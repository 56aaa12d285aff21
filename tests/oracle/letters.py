"""What the loop itself keeps and what we publish."""

from collections.abc import Iterable
from typing import Any

from tests.oracle.told import KINDS_OF_GROUP, Told, applied, refused


def inbox(events: Iterable[Told]) -> dict[tuple[str, str], int]:
    """(group, event id) of everything that was applied."""
    told = list(events)
    return {(group, each.identity): 1 for group in KINDS_OF_GROUP for each in applied(told, group)}


def dead_letters(events: Iterable[Told]) -> dict[tuple[str, str], tuple[str, bytes | None]]:
    """(group, record id) -> (whose fault, payload), one for every group that has to read the record."""
    told = list(events)
    return {
        (group, name): ("input" if each.unreadable else "handler", each.raw)
        for group in KINDS_OF_GROUP
        for name, each in refused(told, group).items()
    }


def dead_letter_topics(events: Iterable[Told]) -> dict[tuple[str, str, int, int], list[Any]]:
    """(group, topic, partition, offset) of every dead letter -> [(the same partition, its payload)], one message."""
    told = list(events)
    return {
        (group, each.in_topic, each.partition, each.offset): [(each.partition, each.raw)]
        for group in KINDS_OF_GROUP
        for each in refused(told, group).values()
    }


def analyses(events: Iterable[Told]) -> dict[int, int]:
    """review -> 1, for every review that was told of."""
    return {told.body["reviewId"]: 1 for told in applied(events, "ml-review-group") if "reviewId" in told.body}


def published(events: Iterable[Told]) -> dict[int, int]:
    """review -> how many different events of ours tell of its analysis: one, however often it was sent."""
    return analyses(events)
