"""How long after its arrival at the broker an event is in each figure, with the consumers in processes of their own.

A buyer looks at a product and orders it; when all of that is told, the payment is made, and every figure is asked for,
uncached, until it tells of it.
"""

import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection, transaction
from kafka import KafkaProducer

from analytics.services.buyers.folding import buyers_fold
from analytics.services.ledger import sales_withdraw
from analytics.services.rollups import rollups_fold
from analytics.services.staging import staging_begin
from benchmarks.events import forget, settling_wait
from benchmarks.purchases import Purchase, purchases, rows_gone
from benchmarks.requests import requester
from benchmarks.streams import topic_of
from xlcfi import clock

ROUNDS = 10
PATIENCE = 30.0
CALM = 3.0
"""Seconds between rounds: what one left behind must not be taken for news of the next."""
KINDS = {"product.viewed": "analytics", "order.created": "analytics", "payment.completed": "analytics-payment"}
Ask = Callable[[str], bytes]
Look = Callable[[Ask], Any]


def measure() -> str:
    """A sentence with median and longest seconds for each figure."""
    settling_wait()
    bought = purchases(ROUNDS + 1)
    waited: dict[str, list[float]] = {}
    ask = requester()
    with _consumers() as send:
        for number, purchase in enumerate(bought):
            told = _round(ask, purchase, send)
            # The first one makes connections and fills caches.
            for name, seconds in told.items() if number else ():
                waited.setdefault(name, []).append(seconds)
            time.sleep(CALM)
    _unmade([purchase.order for purchase in bought])
    parts = [f"{name} {statistics.median(each):.2f} s ({max(each):.2f})" for name, each in waited.items()]
    return (
        f"From the broker's acknowledgement of an event until an uncached answer tells of it, median of {ROUNDS} "
        f"(longest; to reach: 2 s): {', '.join(parts)}. The figures are asked for in turn, so each waits for the "
        "answers of the others, too."
    )


def _unmade(orders: list[int]) -> None:
    """Bring all tables back, the sums included: what a run leaves behind would be no news to the next."""
    rows_gone(orders)
    with transaction.atomic(), connection.cursor() as cursor:
        staging_begin(cursor)
        sales_withdraw(order_ids=orders)
    rollups_fold()
    while buyers_fold():
        pass
    forget(orders)


@contextmanager
def _consumers() -> Iterator[Callable[[str, bytes], None]]:
    """A topic and a consumer for each kind of event; gives a function that sends one and waits for the broker."""
    from django.conf import settings

    with ExitStack() as stack:
        topics = {kind: stack.enter_context(topic_of([], partitions=1)) for kind in KINDS}
        members = []
        for kind, consumer in KINDS.items():
            command = [sys.executable, "-m", "benchmarks.replica", topics[kind], f"bench-{uuid.uuid4().hex[:8]}"]
            members.append(
                subprocess.Popen([*command, kind, consumer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            stack.callback(members[-1].wait, timeout=30)
            stack.callback(members[-1].terminate)
        for member in members:
            assert member.stdout is not None
            assert member.stdin is not None
            member.stdout.readline()
            member.stdin.write("go\n")
            member.stdin.flush()
        producer = KafkaProducer(bootstrap_servers=settings.KAFKA_BOOTSTRAP_SERVERS)
        stack.callback(producer.close)
        yield lambda kind, value: producer.send(topics[kind], value=value).get(30) and None


def _round(ask: Ask, purchase: Purchase, send: Callable[[str, bytes], None]) -> dict[str, float]:
    """Seconds until each figure has changed after the event that it tells of."""
    looks = _looks_before(purchase)
    before = {name: look(ask) for name, look in looks.items()}
    send("product.viewed", purchase.viewed())
    send("order.created", purchase.ordered())
    waited = _waited(ask, looks, before)
    time.sleep(CALM)
    looks = _looks(purchase)
    before = {name: look(ask) for name, look in looks.items()}
    send("payment.completed", purchase.paid())
    return waited | _waited(ask, looks, before)


def _waited(ask: Ask, looks: Mapping[str, Look], before: Mapping[str, Any]) -> dict[str, float]:
    begun = time.monotonic()
    waited: dict[str, float] = {}
    while len(waited) < len(looks):
        for name, look in looks.items():
            if name not in waited and look(ask) != before[name]:
                waited[name] = time.monotonic() - begun
        if time.monotonic() - begun > PATIENCE:
            raise RuntimeError(f"not told within {PATIENCE} s: {', '.join(set(looks) - set(waited))}")
        time.sleep(0.01)
    return waited


def _look(path: str, *keys: str) -> Look:
    """What is told under `keys`, one in another."""

    def value(ask: Ask) -> Any:
        found = json.loads(ask(f"/v1/analytics/{path}"))["data"]
        for key in keys:
            found = found[int(key)] if isinstance(found, list) else found[key]
        return found

    return value


def _today() -> str:
    day = clock.today().isoformat()
    return f"from={day}&to={day}"


def _looks_before(purchase: Purchase) -> dict[str, Look]:
    """What tells of the view and of the order."""
    return {
        "views of one product": _look(f"products/{purchase.product}?{_today()}", "conversion", "views"),
        "funnel: viewed": _look(f"funnel?{_today()}", "steps", "0", "count"),
        "operations: orders": _look(f"operations?{_today()}", "orders", "created"),
        "funnel: ordered": _look(f"funnel?{_today()}", "steps", "1", "count"),
    }


def _looks(purchase: Purchase) -> dict[str, Look]:
    """What tells of the payment."""
    days = _today()
    cohort = f"from={purchase.first_day}&to={purchase.first_day}"
    return {
        "sales by day": _look(f"sales?{days}", "totals"),
        "by hour": _look(f"sales?{days}&granularity=hour", "buckets"),
        "by seller": _look(f"sales?{days}&group_by=seller", "groups", "items"),
        "by product": _look(f"sales?{days}&group_by=product", "groups", "items"),
        "by category": _look(f"sales?{days}&group_by=category", "groups", "items"),
        "by country": _look(f"sales?{days}&group_by=country", "groups", "items"),
        "dashboard": _look("dashboard?period=day&currency=JPY", "orders"),
        "one product": _look(f"products/{purchase.product}?{days}", "totals"),
        "trending": _look("products/trending", "market"),
        "ABC classes": _look(f"products/abc?{days}", "classes"),
        "baskets": _look(f"baskets?{days}", "orders"),
        "new and returning buyers": _look(f"buyers?{days}", "total"),
        "one user": _look(f"users/{purchase.buyer}", "lifetime", "orders"),
        "segments": _look("segments", "total"),
        "cohorts": _look(f"cohorts?{cohort}&measure=revenue", "cohorts"),
        "funnel: paid": _look(f"funnel?{days}", "steps", "2", "count"),
        "operations: payments": _look(f"operations?{days}", "payments", "succeeded"),
    }
