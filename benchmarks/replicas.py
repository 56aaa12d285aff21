"""Two replicas of one consumer against one, each in a process of its own, on a topic of four partitions."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence

from django.db import connection

from benchmarks.events import forget
from benchmarks.streams import latest_payments, topic_of
from benchmarks.timing import Result, by_turns

EVENTS, PARTITIONS = 6_000, 4


def measure() -> list[Result]:
    """Events per second of two replicas over those of one."""
    payments = latest_payments(EVENTS)
    ids = [order for order, _ in payments]
    with topic_of(payments, partitions=PARTITIONS) as topic:
        result = by_turns(
            f"two replicas / one, on {os.cpu_count()} cores that PostgreSQL and the broker share",
            ours=lambda: _seconds(topic, ids, replicas=2),
            baseline=lambda: _seconds(topic, ids, replicas=1),
            goal="1.6 where there are cores",
            unit="events/s",
        )
    forget(ids)
    return [result]


def _seconds(topic: str, ids: Sequence[int], *, replicas: int) -> float:
    """Seconds an event takes until all are committed."""
    forget(ids)
    group = f"bench-{uuid.uuid4().hex[:8]}"
    command = [sys.executable, "-m", "benchmarks.replica", topic, group]
    members = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(replicas)
    ]
    try:
        for member in members:
            assert member.stdout is not None
            member.stdout.readline()
        time.sleep(5)  # The partitions are shared out again when the second one joins.
        begin = time.perf_counter()
        for member in members:
            assert member.stdin is not None
            member.stdin.write("go\n")
            member.stdin.flush()
        while _applied() < len(ids):
            time.sleep(0.05)
            if any(member.poll() is not None for member in members):
                raise RuntimeError("a replica has ended")
        return (time.perf_counter() - begin) / len(ids)
    finally:
        for member in members:
            member.terminate()
        for member in members:
            member.wait(timeout=30)


def _applied() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_inbox WHERE event_id LIKE 'bench-%'")
        return int(cursor.fetchone()[0])
