"""Applying a story to the real handlers in a transaction that is rolled back, and what it left behind."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.analytics import ours
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold
from tests.chaos.wire import spelled
from tests.events.samples import record
from tests.oracle import Told, actual
from xlcfi.events.apply import Applier
from xlcfi.events.record import Record
from xlcfi.events.registry import discover, groups

# Says when or by which of several equal tellings a row was written.
WRITTEN = {*ours.WRITTEN, "churn_updated_at", "analysed_at", "marked_at", "look_at"}
TABLES = (*ours.TABLES, "delivery_facts", "retraining_orders", "review_analyses")


@contextmanager
def taken_back() -> Iterator[None]:
    """Nothing that happens inside stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def records_of(story: Sequence[Told], seed: int) -> list[Record]:
    """The records of `story`, each in one of the spellings."""
    chance = random.Random(seed)
    return [
        record(spelled(told, chance), topic=told.in_topic, partition=told.partition, offset=told.offset)
        for told in story
    ]


def applied(batches: Iterable[Sequence[Record]]) -> None:
    """Each batch to every group, by one of two replicas in turn."""
    discover()
    replicas = [[Applier(group) for group in groups().values()] for _ in range(2)]
    for number, batch in enumerate(batches):
        for applier in replicas[number % 2]:
            mine = [each for each in batch if each.topic in applier.group.kafka_topics]
            outcome = applier.apply(mine)
            assert not outcome.refusals, outcome.refusals
    fold()


def left_behind() -> dict[str, Any]:
    """table -> sorted rows, and what the oracle reads of them."""
    tables: dict[str, Any] = {}
    for table in TABLES:
        columns = [
            name
            for (name,) in rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
            if name not in WRITTEN
        ]
        tables[table] = sorted(rows(f"SELECT {', '.join(sorted(columns))} FROM {table}"), key=repr)
    return tables


def sections() -> dict[str, Any]:
    """What the oracle speaks of."""
    return actual(connection)
