"""Memory of a consumer over a million events from Kafka to committed: it must not grow."""

import json
import os
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from benchmarks.streams import BenchSource, topic_of
from xlcfi.clock import SEOUL
from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.chores import ChoresBeside
from xlcfi.events.consuming import groups_named
from xlcfi.events.loop import Loop
from xlcfi.events.working import Beside

EVENTS, EVERY = 1_000_000, 100_000


def measure(events: int = EVENTS) -> str:
    """Applies `events` views and says what the process held after each tenth of them, in MB."""
    held: list[int] = []
    applied = [0]

    def note(applier: Applier, outcome: Outcome) -> None:
        applied[0] += outcome.total("applied")
        if applied[0] >= EVERY * (len(held) + 1):
            held.append(_resident_megabytes())
            print(f"  {applied[0]:,} events, {held[-1]} MB", flush=True)

    (group,) = groups_named(["analytics"])
    with topic_of(_views(events)) as topic, ChoresBeside(threading.Event()) as helper:
        source = BenchSource(topic, events=events, kind="product.viewed")
        Loop([Applier(group)], source, on_outcome=note, helper=helper, worker=Beside()).run()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_inbox WHERE event_id LIKE 'bench-%'")
        cursor.execute("DELETE FROM user_behaviors WHERE event_id LIKE 'bench-%'")
        cursor.execute("DELETE FROM active_deltas")
    figures = ", ".join(f"{megabytes}" for megabytes in held)
    return (
        f"Memory of a consumer while it applies {applied[0]:,} views from Kafka, resident, after each tenth: "
        f"{figures} MB (to reach: flat)."
    )


def _views(count: int) -> Iterator[tuple[int, bytes]]:
    start, run = datetime(2025, 11, 1, tzinfo=SEOUL), uuid.uuid4().hex[:8]
    for number in range(count):
        value = {
            "eventId": f"bench-{run}-{number}",
            "eventType": "product.viewed",
            "timestamp": (start + timedelta(seconds=number)).isoformat(),
            "productId": 1 + number % 4_999,
            "userId": 1 + number % 49_999,
            "sessionId": f"s{number // 7}",
        }
        yield number, json.dumps(value).encode()


def _resident_megabytes() -> int:
    with open(f"/proc/{os.getpid()}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
