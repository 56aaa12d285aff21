"""How quick the loop stays where half of what arrives can't be read, or nothing can."""

import itertools
import time
from collections import Counter
from functools import partial

import msgspec
from django.db import connection

from benchmarks.events import Bench
from benchmarks.streams import BenchSource, latest_payments, topic_of
from benchmarks.timing import Result, by_turns
from tests.events.hostile import hostile_records
from tests.events.kinds import SAMPLE_OF
from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.decode import decode
from xlcfi.events.errors import InvalidEvent
from xlcfi.events.loop import Loop
from xlcfi.events.record import Record
from xlcfi.events.topics import Topic
from xlcfi.events.working import Beside

EVENTS = 3_000
GROUPS = ("analytics-payment", "recommendation")
# Hostile payloads are a few hundred bytes long, as the events are; the megabytes are for the tests.
LONGEST = 4_000

_FORGET = """
DELETE FROM events_deadletter WHERE record_id LIKE 'bench-%';
DELETE FROM events_outbox WHERE event_id LIKE 'dlt:%:bench-%';
"""


def measure_hostile() -> list[Result]:
    """Records a second of each group: valid payments alone, against as many unreadable records between them."""
    payments = latest_payments(EVENTS)
    unreadable = [(number, value) for number, value in enumerate(_unreadable(EVENTS))]
    mixed = list(itertools.chain.from_iterable(zip(payments, unreadable, strict=True)))
    results = []
    with topic_of(payments) as valid, topic_of(mixed) as half, topic_of(unreadable) as none:
        for name in GROUPS:
            bench = Bench(name, valid, payments)
            for title, topic, applied, dead in (
                ("every other record unreadable", half, EVENTS, EVENTS),
                ("nothing but unreadable records", none, 0, EVENTS),
            ):
                results.append(
                    by_turns(
                        f"{name}: {title} / valid payments alone, by the record",
                        ours=partial(_run, bench, topic, applied, dead),
                        baseline=partial(_run, bench, valid, EVENTS, 0),
                        goal="0.5",
                        unit="records/s",
                    )
                )
            _forget(bench)
    return results


def _unreadable(count: int) -> list[bytes]:
    """The first `count` payloads of the hostile ones that no payment can be read from."""
    sample = SAMPLE_OF[Topic.PAYMENT_COMPLETED]
    found: list[bytes] = []
    for seed in itertools.count(1):
        records = hostile_records(2_000, seed=seed, samples=[sample])
        found += [each.value for each in records if _is_refused(each) and each.value and len(each.value) <= LONGEST]
        if len(found) >= count:
            break
    return found[:count]


def _is_refused(record: Record) -> bool:
    if record.topic != Topic.PAYMENT_COMPLETED or record.value is None:
        return False
    try:
        # The broker gives it a time, which serves where the payload has none.
        decode(msgspec.structs.replace(record, timestamp_ms=1_763_601_330_123), frozenset({Topic.PAYMENT_COMPLETED}))
    except InvalidEvent:
        return True
    return False


def _run(bench: Bench, topic: str, applied: int, dead: int) -> float:
    """Seconds a record of `topic` takes from Kafka to committed."""
    _forget(bench)
    ends: Counter[str] = Counter()

    def note(applier: Applier, outcome: Outcome) -> None:
        ends.update({end: outcome.total(end) for end in ("applied", "dead")})

    source = BenchSource(topic, events=applied + dead)
    loop = Loop([Applier(bench.group)], source, on_outcome=note, worker=Beside())
    begin = time.perf_counter()
    loop.run()
    seconds = time.perf_counter() - begin
    if (ends["applied"], ends["dead"]) != (applied, dead):
        raise RuntimeError(f"not what was sent: {ends}")
    return seconds / (applied + dead)


def _forget(bench: Bench) -> None:
    bench.forget()
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
