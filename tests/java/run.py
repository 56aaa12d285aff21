"""One run of real consumers on what Java sends; its tables stay until the tests that read them are through."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import redis
from django.core.management import call_command
from django.db import connection

from tests.analytics.plain_sql import rows
from tests.cache.private_redis import private_redis
from tests.factories import Market
from tests.flow.figures import folded
from tests.flow.processes import Running, wait_for
from tests.java import story
from tests.java.broker import Broker, broker
from tests.java.program import JavaProgram
from xlcfi.platform.schema import PLATFORM_TABLES


@dataclass
class Told:
    """sent: what Java sent, each with the place where it came to lie. lists: user id -> the cached recommendations."""

    people: story.People
    broker: Broker
    sent: list[tuple[story.Message, dict[str, Any]]]
    lists: dict[int, Any]

    def place_of(self, which: str | int) -> dict[str, Any]:
        """Where the first event with this event id, or of this order, came to lie."""
        return next(
            place
            for message, place in self.sent
            if which in (message.get("fields", {}).get("eventId"), message.get("fields", {}).get("orderId"))
        )

    def sent_to(self, topic: str, partition: int) -> dict[str, Any]:
        """Where the one message that a test sent to that very partition came to lie."""
        (found,) = [
            place for message, place in self.sent if (message["topic"], message.get("partition")) == (topic, partition)
        ]
        return found


@contextlib.contextmanager
def run_of_everything(spring: JavaProgram) -> Iterator[Told]:
    """Every kind of event, sent by Java, applied by all our consumers until nothing is left to do."""
    with broker() as kafka, private_redis() as cache, _database_emptied_afterwards():
        of = story.people(Market())
        sent = []
        # One service compresses like this, the next like that.
        for compression, messages in (
            ("snappy", story.payments(of)),
            ("zstd", story.orders(of)),
            ("lz4", story.browsing(of)),
            ("gzip", [*story.parcels(), *story.reviews(of)]),
            ("none", story.poison(of)),
        ):
            sent += send(spring, kafka, messages, compression=compression)
        consume(kafka, REDIS_URL=cache.url)
        yield Told(of, kafka, sent, _lists(cache.url, (of.ann, of.big)))


def send(spring, kafka, messages, *, compression="none"):
    """Has Java send `messages` to the run's own topics; pairs of (message, place)."""
    renamed = [message | {"topic": kafka.topic(message["topic"])} for message in messages]
    places = spring.ask("send", servers=kafka.servers, compression=compression, messages=renamed)
    return list(zip(messages, places, strict=True))


def consume(kafka, *names, **changed):
    """Runs the consumers `names`, all by default, until all is read, done, folded and published; then ends them."""
    running = Running(kafka.prefix, *names, module="tests.events.consume_with_prefix", **changed)
    try:
        wait_for(lambda: kafka.caught_up(*names), seconds=60, every=0.3)
        wait_for(lambda: folded() and not _waiting("events_followup", "TRUE"), seconds=60, every=0.2)
        wait_for(lambda: not _waiting("events_outbox", "sent_at IS NULL"), seconds=60, every=0.2)
        assert running.end() == 0, running.output
    except AssertionError as error:
        raise AssertionError(f"{error}\n{running.output[-5000:]}") from error
    finally:
        running.kill()


def _waiting(table, condition):
    return rows(f"SELECT COUNT(*) FROM {table} WHERE {condition}")[0][0]


def _lists(url, users):
    client = redis.Redis.from_url(url)
    try:
        found = {user: client.get(f"recommendations:user:{user}") for user in users}
    finally:
        client.close()
    return {user: None if text is None else json.loads(text) for user, text in found.items()}


@contextlib.contextmanager
def _database_emptied_afterwards():
    try:
        yield
    finally:
        call_command("flush", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(PLATFORM_TABLES)} CASCADE")
