"""The state of the consumers, as a terminal and as a program read it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from xlcfi.clock import SEOUL, now
from xlcfi.events.status import DatabaseStatus, GroupStatus, PartitionStatus, Status


def status_json(status: Status) -> str:
    """`status` as one JSON object: its fields, and what follows from them."""
    groups = [
        {**msgspec.to_builtins(group), "lag": group.lag, "stopped": group.stopped,
         "partitions": [{**msgspec.to_builtins(each), "lag": each.lag} for each in group.partitions]}
        for group in status.groups or ()
    ]  # fmt: skip
    told = {**msgspec.to_builtins(status), "groups": None if status.groups is None else groups}
    return msgspec.json.format(msgspec.json.encode({"healthy": status.healthy, **told}), indent=2).decode()


def status_text(status: Status) -> str:
    """`status` as lines for people."""
    lines: list[str] = []
    for group in status.groups or ():
        lines += [*_group(group), ""]
    if status.database is not None:
        lines += [*_database(status.database), ""]
    lines += [f"WRONG: {error}" for error in status.errors]
    lines += [
        f"WRONG: {group.name} has no members, and {group.lag} records wait for it."
        for group in status.groups or ()
        if group.stopped
    ]
    return "\n".join([*lines, "healthy" if status.healthy else "not healthy"])


def _group(group: GroupStatus) -> list[str]:
    members = f"{len(group.members)} member{'' if len(group.members) == 1 else 's'}"
    lines = [f"{group.name}: {group.state}, {members}, lag {group.lag}, last commit {_when(group.committed_at)}"]
    lines += [f"  member {name}" for name in group.members]
    if group.partitions:
        head = ("topic", "partition", "first", "committed", "end", "lag", "last commit", "by")
        lines += _table([head, *(_row(each) for each in group.partitions)])
    if group.missing:
        lines.append(f"  not there yet: {', '.join(group.missing)}")
    return lines


def _row(place: PartitionStatus) -> tuple[str, ...]:
    committed = "none" if place.committed is None else str(place.committed)
    numbers = (str(place.partition), str(place.first), committed, str(place.end), str(place.lag))
    return place.topic, *numbers, _when(place.committed_at), place.by


def _database(database: DatabaseStatus) -> list[str]:
    dead = ", ".join(f"{group} {count}" for group, count in database.dead_letters.items()) or "none"
    refused = f", {database.outbox_refused} refused by the broker" if database.outbox_refused else ""
    inbox = "not counted yet" if database.inbox_rows is None else f"about {database.inbox_rows} rows"
    return [
        f"dead letters to look at: {dead}",
        f"outbox: {_waiting(database.outbox_waiting, database.outbox_age)}{refused}",
        f"follow-ups: {_waiting(database.follow_ups_waiting, database.follow_ups_age)}",
        f"inbox: {inbox}",
    ]


def _waiting(count: int, age: float | None) -> str:
    return "nothing waits" if not count or age is None else f"{count} waiting, the oldest for {age:.0f} s"


def _when(moment: datetime | None) -> str:
    if moment is None:
        return "unknown"
    return f"{moment.astimezone(SEOUL):%Y-%m-%d %H:%M:%S} ({max((now() - moment).total_seconds(), 0):.0f} s ago)"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    numbers = {1, 2, 3, 4, 5}
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
