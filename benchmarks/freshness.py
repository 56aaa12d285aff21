"""How long after its arrival at the broker an event is in each figure, with the consumers in a process of their own."""

import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from kafka import KafkaProducer

from benchmarks.events import forget, settling_wait
from benchmarks.requests import requester
from benchmarks.streams import latest_payments, topic_of

ROUNDS = 10
PATIENCE = 30.0


def measure() -> str:
    """A sentence with median and longest seconds for each figure."""
    from django.conf import settings

    payments = latest_payments(ROUNDS)
    orders = [json.loads(value) for _, value in payments]
    forget([order for order, _ in payments])
    settling_wait()
    waited: dict[str, list[float]] = {}
    ask = requester()
    with topic_of([], partitions=1) as topic:
        group = f"bench-{uuid.uuid4().hex[:8]}"
        command = [sys.executable, "-m", "benchmarks.replica", topic, group]
        member = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        producer = KafkaProducer(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS)
        try:
            assert member.stdout is not None
            assert member.stdin is not None
            member.stdout.readline()
            member.stdin.write("go\n")
            member.stdin.flush()
            for (_, value), told in zip(payments, orders, strict=True):
                send = partial(_acknowledged, producer, topic, value)
                for name, seconds in _round(ask, told, send).items():
                    waited.setdefault(name, []).append(seconds)
        finally:
            producer.close()
            member.terminate()
            member.wait(timeout=30)
    forget([order for order, _ in payments])
    parts = [f"{name} {statistics.median(each):.2f} s ({max(each):.2f})" for name, each in waited.items()]
    return (
        f"From the broker's acknowledgement of a payment until an uncached answer tells of it, median of {ROUNDS} "
        f"(longest; to reach: 2 s): {', '.join(parts)}."
    )


def _acknowledged(producer: KafkaProducer, topic: str, value: bytes) -> None:
    producer.send(topic, value=value).get(30)


def _round(ask: Callable[[str], bytes], told: dict[str, Any], send: Callable[[], object]) -> dict[str, float]:
    """Seconds until each figure has changed after one payment."""
    looks = _looks(told)
    before = {name: look(ask) for name, look in looks.items()}
    send()
    begun = time.monotonic()
    waited: dict[str, float] = {}
    while len(waited) < len(looks):
        for name, look in looks.items():
            if name not in waited and look(ask) != before[name]:
                waited[name] = time.monotonic() - begun
        if time.monotonic() - begun > PATIENCE:
            raise RuntimeError(f"not told within {PATIENCE} s: {', '.join(set(looks) - set(waited))}")
        time.sleep(0.02)
    return waited


def _looks(told: dict[str, Any]) -> dict[str, Callable[[Callable[[str], bytes]], Any]]:
    day, currency, user = told["timestamp"][:10], told["currency"], told["userId"]
    product = told["items"][0]["productId"]
    days = f"from={day}&to={day}&currency={currency}"

    def look(path: str, *keys: str) -> Callable[[Callable[[str], bytes]], Any]:
        def value(ask: Callable[[str], bytes]) -> Any:
            found = json.loads(ask(f"/v1/analytics/{path}"))["data"]
            return [found[key] for key in keys]

        return value

    return {
        "sales": look(f"sales?{days}", "totals"),
        "sales by seller": look(f"sales?{days}&group_by=seller", "totals"),
        "one product": look(f"products/{product}?from={day}&to={day}", "sales"),
        "new and returning buyers": look(f"buyers?{days}", "totals"),
        "one user": look(f"users/{user}", "rfm"),
    }
