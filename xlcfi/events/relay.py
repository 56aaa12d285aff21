"""The relay: sends what the outbox holds, one process at a time, and notes what has arrived."""

import logging
import threading
import time
from collections import Counter

import msgspec
from django.conf import settings
from django.db import connection, transaction

from xlcfi.events.errors import RetryLater
from xlcfi.events.failures import failure_of, wait_before
from xlcfi.events.marks import Mark, reached
from xlcfi.events.outbox import BYTES_AT_ONCE, ROWS_AT_ONCE, Refused, Waiting, outbox_due, outbox_settle, outbox_waits
from xlcfi.events.publish_faults import topic_wait
from xlcfi.events.publishing import Published, Publisher
from xlcfi.observability.metrics import OUTBOX_MESSAGES

logger = logging.getLogger(__name__)

# How soon a new message is seen.
LOOK_SECONDS = 0.5
# A broker that is back should not wait much longer for us.
LONGEST_WAIT = 5.0
_LOCK = 0x0E7E_0B0C
# Held by the transaction, not by the connection: a pooler may give the next statement another connection. Should our
# machine vanish in the middle, the server ends the transaction, and with it the lock.
# Compiling the query for what is due takes a hundred times as long as running it.
_TAKE_LOCK = """
SELECT pg_try_advisory_xact_lock(%s), set_config('idle_in_transaction_session_timeout', '120s', true),
    set_config('jit', 'off', true)
"""


class Round(msgspec.Struct, frozen=True):
    """One look into the outbox. busy: another process is at it. more: there may be more that is due."""

    sent: int = 0
    busy: bool = False
    more: bool = False


class _Closed(msgspec.Struct):
    """A topic that refuses everything."""

    attempts: int
    until: float


class Relay:
    """Sends waiting messages until told to stop. For one thread, whose database connection it uses."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()
        self._publisher = Publisher(
            settings.KAFKA_BOOTSTRAP_SERVERS, stopping=self._stop.is_set, topic_name=self.topic_name
        )
        self._closed_topics: dict[str, _Closed] = {}
        self._last = Round()

    def topic_name(self, topic: str) -> str:
        """The topic of the broker to which the messages of `topic` go."""
        return topic

    def run(self) -> None:
        """Sends what comes, whatever goes away meanwhile, until `stop` is set."""
        failures = 0
        while not self._stop.is_set():
            error = failure_of(self._look)
            if error is None:
                failures = 0
                if not self._last.more:
                    self._stop.wait(LOOK_SECONDS)
                continue
            failures += 1
            if not isinstance(error, RetryLater):
                self._publisher.close()
            logger.warning("relay waits", extra={"error": f"{type(error).__name__}: {error}", "failures": failures})
            connection.close()
            self._stop.wait(max(LOOK_SECONDS, min(wait_before(failures), LONGEST_WAIT)))
        self.close()

    def _look(self) -> None:
        self._last = self.round()

    def close(self) -> None:
        """Lets go of the broker and the database."""
        self._publisher.close()
        connection.close()

    def round(self) -> Round:
        """Sends what is due now, up to 500 messages, and notes it. Raises RetryLater where the broker is away."""
        if not outbox_waits():
            return Round()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_TAKE_LOCK, [_LOCK])
                if not cursor.fetchone()[0]:
                    return Round(busy=True)
            due = outbox_due(without=self._refusing_topics(), limit=ROWS_AT_ONCE, size=BYTES_AT_ONCE)
            if not due:
                return Round()
            done = self._publisher.publish(due)
            if done.sent:
                reached(Mark.RELAY_SENT)
            refused = done.refused + self._topics_close(due, done)
            outbox_settle(sent=[message.id for message in done.sent], refused=refused)
        _measure(due, done)
        if done.outage:
            raise RetryLater(f"Kafka: {done.outage}")
        # Whatever was refused is not due for a while: what stands behind it comes next.
        return Round(sent=len(done.sent), more=bool(done.sent or refused))

    def _refusing_topics(self) -> list[str]:
        return [topic for topic, closed in self._closed_topics.items() if closed.until > time.monotonic()]

    def _topics_close(self, due: list[Waiting], done: Published) -> list[Refused]:
        """Leaves refusing topics alone for a while; notes why at the oldest message of each."""
        sent = {message.id for message in done.sent}
        for topic in {message.topic for message in done.sent} - done.topics.keys():
            self._closed_topics.pop(topic, None)
        noted = []
        for topic, error in done.topics.items():
            before = self._closed_topics.get(topic)
            attempts = 1 if before is None else before.attempts + 1
            wait = topic_wait(attempts)
            self._closed_topics[topic] = _Closed(attempts, time.monotonic() + wait)
            logger.error("topic refuses messages", extra={"topic": topic, "error": error, "wait": wait})
            oldest = next(message.id for message in due if message.topic == topic and message.id not in sent)
            noted.append(Refused(oldest, error, wait))
        return noted


def relay_thread(stop: threading.Event) -> threading.Thread:
    """Starts a relay beside a consumer, with a database connection of its own; it ends soon after `stop` is set.

    Without a broker in the settings it ends at once, and the messages wait.
    """

    def run() -> None:
        if settings.KAFKA_BOOTSTRAP_SERVERS:
            Relay(stop).run()

    thread = threading.Thread(target=run, name="relay", daemon=True)
    thread.start()
    return thread


def _measure(due: list[Waiting], done: Published) -> None:
    topics = {message.id: message.topic for message in due}
    counts = Counter((message.topic, "sent") for message in done.sent)
    counts.update((topics[each.id], "refused") for each in done.refused)
    counts.update((topic, "refused") for topic in done.topics)
    for (topic, outcome), count in counts.items():
        OUTBOX_MESSAGES.labels(topic=topic, outcome=outcome).inc(count)
