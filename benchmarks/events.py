"""Payments from Kafka to committed: our consumers against naive ones, and against their own SQL run bare."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from benchmarks import naive
from benchmarks.streams import BenchSource, latest_payments, plain_values, topic_of
from benchmarks.timing import Result, by_turns
from xlcfi.events import Batch, Event
from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.chores import ChoresBeside
from xlcfi.events.consuming import groups_named
from xlcfi.events.decode import decode
from xlcfi.events.loop import Loop
from xlcfi.events.record import Record
from xlcfi.events.registry import Group
from xlcfi.events.topics import Topic
from xlcfi.events.working import Beside

EVENTS, NAIVE_EVENTS, BARE_BATCH = 8_000, 400, 500
NAIVE = {"analytics-payment": naive.analytics_payment, "recommendation": naive.recommendation}
GOALS = {"analytics-payment": ("20", "15"), "recommendation": ("5", "")}

# What the events are about to tell is forgotten first: each round applies the same events to the same state.
_FORGET = """
DELETE FROM ledger_entries WHERE order_id = ANY(%(ids)s);
DELETE FROM order_facts WHERE order_id = ANY(%(ids)s);
DELETE FROM baskets WHERE order_id = ANY(%(ids)s);
DELETE FROM user_behaviors WHERE event_type = 'purchase' AND subject = ANY(%(subjects)s);
DELETE FROM events_inbox WHERE event_id LIKE 'bench-%%';
DELETE FROM events_followup;
DELETE FROM rollup_deltas; DELETE FROM active_deltas; DELETE FROM co_purchase_deltas;
"""


class Bench:
    """Our group `name` and its naive twin on one topic of payments."""

    def __init__(self, name: str, topic: str, payments: Sequence[tuple[int, bytes]]) -> None:
        (self.group,) = groups_named([name])
        self.name, self.topic = name, topic
        self.ids = [order for order, _ in payments]
        self._rounds = 0
        self._events = _decoded(self.group, payments)

    def ours(self) -> float:
        """Seconds an event takes from Kafka to committed."""
        self.forget()
        applied = [0]

        def note(applier: Applier, outcome: Outcome) -> None:
            applied[0] += outcome.total("applied")

        source, stop = BenchSource(self.topic, events=len(self.ids)), threading.Event()
        with ChoresBeside(stop) as helper:
            loop = Loop([Applier(self.group)], source, on_outcome=note, helper=helper, worker=Beside())
            begin = time.perf_counter()
            loop.run()
            seconds = time.perf_counter() - begin
        if applied[0] != len(self.ids):
            raise RuntimeError(f"{applied[0]} of {len(self.ids)} events were applied")
        return seconds / len(self.ids)

    def naively(self) -> float:
        """The same of the naive consumer, on fewer events."""
        # Each round other events: ours meets every page for the first time as well.
        values = plain_values(self.topic, events=NAIVE_EVENTS, skip=self._rounds * 2 * NAIVE_EVENTS)
        self._rounds += 1
        begin = time.perf_counter()
        NAIVE[self.name](values)
        return (time.perf_counter() - begin) / NAIVE_EVENTS

    def bare(self) -> float:
        """The same of our handlers alone: batches of 500 decoded events, no Kafka, no inbox, no validation."""
        self.forget()
        begin = time.perf_counter()
        for start in range(0, len(self._events), BARE_BATCH):
            with transaction.atomic():
                for handler in self.group.handlers:
                    if Topic.PAYMENT_COMPLETED in handler.kinds:
                        handler.handle(Batch(self._events[start : start + BARE_BATCH]))
        return (time.perf_counter() - begin) / len(self._events)

    def commits_an_event(self) -> float:
        """Transactions that PostgreSQL committed for one event, those of the chores included."""
        before = _committed()
        self.ours()
        return (_committed() - before) / len(self.ids)

    def forget(self) -> None:
        """Bring our tables back to before these orders."""
        forget(self.ids)


def forget(order_ids: Sequence[int]) -> None:
    """Bring our tables back to before these orders."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"ids": list(order_ids), "subjects": [f"order:{order}" for order in order_ids]})
        cursor.execute("VACUUM order_facts, ledger_entries, baskets, user_behaviors, events_inbox, events_followup")


def measure() -> tuple[list[Result], str]:
    """Both groups, each against its naive way and its bare SQL; and how many commits an event took."""
    payments = latest_payments(EVENTS)
    naive.tables_make()
    settling_wait()
    results, commits = [], []
    with topic_of(payments) as topic:
        for name, (goal, goal_off) in GOALS.items():
            bench = Bench(name, topic, payments)
            results.append(_compared(f"{name} / a transaction for each statement", bench, bench.naively, goal))
            with _commits_not_waited_for():
                off = "the same, both with synchronous_commit=off"
                results.append(_compared(f"{name}: {off}", bench, bench.naively, goal_off))
            results.append(_compared(f"{name} / its SQL bare, batches of 500", bench, bench.bare, "0.5"))
            commits.append(f"{name} {bench.commits_an_event():.4f}")
            bench.forget()
    naive.tables_drop()
    return results, f"Commits an event, those of the chores included (to reach: at most 0.01): {', '.join(commits)}."


def settling_wait() -> None:
    """Put the settling of the latest orders off. It looks once a minute whether an event was lost, and here, where the
    tables are complete before the first event, it would do the events' work in their place."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_periodicrun SET next_at = now() + interval '1 day' WHERE name LIKE '%settle'")


def _compared(name: str, bench: Bench, baseline: Callable[[], float], goal: str) -> Result:
    title = f"payment.completed from Kafka to committed, {name}"
    return by_turns(title, ours=bench.ours, baseline=baseline, goal=goal, unit="events/s")


def _decoded(group: Group, payments: Sequence[tuple[int, bytes]]) -> list[Event]:
    records = [
        Record(topic=str(Topic.PAYMENT_COMPLETED), partition=0, offset=at, identity=f"bench-{at}", value=value)
        for at, (_, value) in enumerate(payments)
    ]
    return [event for record in records if (event := decode(record, group.kinds)) is not None]


def _committed() -> float:
    """Transactions committed in this database so far. A connection tells its own when it ends."""
    connection.close()
    time.sleep(1.5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        return float(cursor.fetchone()[0])


@contextmanager
def _commits_not_waited_for() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    yield
    connection.close()
