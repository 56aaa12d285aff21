"""Sending messages to Kafka, in order per key, and telling whose fault it is where one does not arrive."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from kafka import KafkaProducer
from kafka import errors as kafka_errors
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.producer.future import FutureRecordMetadata

from xlcfi.events.outbox import Refused, Waiting, topic_is_legal
from xlcfi.events.publish_faults import Fate, fate_of, refusal_wait, told

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
DELIVERY_SECONDS = 15.0
REQUEST_SECONDS = 10.0
# How long the broker gets to make a topic that is not there.
TOPIC_SECONDS = 2.0
# A message on its way is given so long when we are to end.
LAST_SECONDS = 2.0
SLICE_SECONDS = 0.2
# What is not begun by then waits for the next round: what has arrived is to be noted.
ROUND_SECONDS = 5.0
# The broker knows what it takes; the client's own limit must not be the smaller one.
LARGEST_REQUEST = 16_000_000


class Published(msgspec.Struct):
    """What became of the messages; those that are in none of the lists were not tried.

    outage: why nothing more could be sent to anybody, "" if that was not so.
    """

    sent: list[Waiting]
    refused: list[Refused]
    # What is wrong with a topic (named as in the row).
    topics: dict[str, str]
    outage: str = ""


class Publisher:
    """One producer, made when it is needed and made anew when it broke. For one thread."""

    def __init__(
        self,
        servers: Sequence[str],
        *,
        stopping: Callable[[], bool] = lambda: False,
        topic_name: Callable[[str], str] = lambda topic: topic,
    ) -> None:
        self._servers = list(servers)
        self._stopping = stopping
        self._topic_name = topic_name
        self._producer: KafkaProducer | None = None
        self._known: set[str] = set()

    def publish(self, messages: Sequence[Waiting]) -> Published:
        """Sends `messages`: of one topic and key, the next only after the broker has acknowledged the one before."""
        done = Published([], [], {})
        lanes: dict[int | tuple[str, bytes], deque[Waiting]] = {}
        for message in messages:
            # Without a key there is no order to keep.
            lane = message.id if message.key is None else (message.topic, message.key)
            lanes.setdefault(lane, deque()).append(message)
        until = time.monotonic() + ROUND_SECONDS
        while lanes and not done.outage and not self._stopping() and time.monotonic() < until:
            heads = {lane: queue[0] for lane, queue in lanes.items()}
            arrived = self._wave(list(heads.values()), done, until)
            for lane, message in heads.items():
                if message.id in arrived:
                    lanes[lane].popleft()
                if message.id not in arrived or not lanes[lane]:
                    del lanes[lane]
        return done

    def close(self) -> None:
        """Lets go of the broker; what is not acknowledged by now counts as not sent."""
        self._known.clear()
        self._producer_drop()

    def _producer_drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # close() alone waits for messages that can't go anywhere, raises, and leaves the thread behind.
        producer._sender.force_close()
        producer._sender.join(LAST_SECONDS)
        try:
            producer.close(timeout=0)
        except KafkaError as error:
            logger.warning("producer not closed", extra={"error": str(error)})

    def _wave(self, messages: Sequence[Waiting], done: Published, until: float) -> set[int]:
        """Sends messages that have no order among them; the ids of those that arrived. `until`: begin no more then."""
        errors = self._attempt(messages, done)
        doubtful = [message for message in messages if fate_of(errors.get(message.id)) is Fate.MESSAGE]
        # The broker refuses a batch as a whole, and a refusal breaks the producer with all that it has under way: only
        # by itself does a message show that it is at fault.
        if doubtful:
            self._producer_drop()
        for message in doubtful if len(messages) > 1 else ():
            errors.pop(message.id)
            if done.outage or self._stopping() or time.monotonic() >= until:
                continue
            errors.update(self._attempt([message], done))
            if fate_of(errors.get(message.id)) is Fate.MESSAGE:
                self._producer_drop()
        arrived = [message for message in messages if message.id in errors and errors[message.id] is None]
        done.sent += arrived
        self._judge(messages, errors, done)
        return {message.id for message in arrived}

    def _judge(self, messages: Sequence[Waiting], errors: dict[int, Exception | None], done: Published) -> None:
        passing: list[tuple[Waiting, Exception]] = []
        known = len(done.topics)
        for message in messages:
            error = errors.get(message.id)
            if error is None:
                continue
            fate = fate_of(error)
            if fate is Fate.TOPIC:
                done.topics.setdefault(message.topic, told(error))
            elif fate is Fate.MESSAGE:
                done.refused.append(Refused(message.id, told(error), refusal_wait(message.attempts)))
            elif fate is Fate.PASSING:
                passing.append((message, error))
            else:
                done.outage = done.outage or told(error)
        if passing or done.outage or len(done.topics) > known:
            # What the client still knows of broken connections and missing topics goes with it.
            self.close()
        if not passing or done.outage or self._stopping():
            return
        if away := self._silence():
            done.outage = away
            return
        # The broker answers: it is these topics that are gone, or have partitions without a leader or with too few
        # replicas. To wait for each of their messages anew would hold up all the others.
        for message, error in passing:
            done.topics.setdefault(message.topic, told(error))

    def _attempt(self, messages: Sequence[Waiting], done: Published) -> dict[int, Exception | None]:
        """What each message met with; None: it arrived. Those missing were not tried, or not answered in time."""
        errors: dict[int, Exception | None] = {}
        futures: list[tuple[int, FutureRecordMetadata]] = []
        refused: dict[str, Exception] = {}
        try:
            self._connected()
        except KafkaError as error:
            done.outage = told(error)
            return errors
        for message in messages:
            topic = self._topic_name(message.topic)
            if message.topic in done.topics or self._stopping():
                continue
            if topic in refused:
                errors[message.id] = refused[topic]
                continue
            try:
                futures.append((message.id, self._send(topic, message)))
            except (KafkaError, ValueError, TypeError) as error:
                errors[message.id] = error
                fate = fate_of(error)
                if fate is Fate.TOPIC:
                    refused[topic] = error
                elif fate is not Fate.MESSAGE:
                    # The others would wait as long for the same answer.
                    break
        until = time.monotonic() + DELIVERY_SECONDS + REQUEST_SECONDS
        for message_id, future in futures:
            if self._answered(future, until):
                errors[message_id] = future.exception
            elif not self._stopping():
                errors[message_id] = kafka_errors.KafkaTimeoutError("no answer, not even a failure")
        return errors

    def _send(self, topic: str, message: Waiting) -> FutureRecordMetadata:
        producer = self._connected()
        if not topic_is_legal(topic):
            raise kafka_errors.InvalidTopicError(f"no broker takes {topic!r} as the name of a topic")
        if topic not in self._known:
            self._topic_ensure(topic)
            self._known.add(topic)
        partitions = producer.partitions_for(topic)
        return producer.send(
            topic,
            key=message.key,
            value=message.value,
            # The client can't send a header without a value.
            headers=[(name, b"" if value is None else value) for name, value in message.headers],
            partition=message.partition if message.partition in partitions else None,
        )

    def _answered(self, future: FutureRecordMetadata, until: float) -> bool:
        """Waits for the broker's answer, not much longer than until we are to end."""
        while not future.is_done and time.monotonic() < until:
            if self._stopping():
                until = min(until, time.monotonic() + LAST_SECONDS)
            try:
                future.get(timeout=SLICE_SECONDS)
            except KafkaError:
                continue
        return bool(future.is_done)

    def _connected(self) -> KafkaProducer:
        if self._producer is None:
            self._producer = _producer(
                bootstrap_servers=self._servers,
                client_id="xlcfi-relay",
                acks="all",
                enable_idempotence=True,
                max_block_ms=int(CONNECT_SECONDS * 1000),
                request_timeout_ms=int(REQUEST_SECONDS * 1000),
                delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
                bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
                reconnect_backoff_max_ms=2_000,
                metadata_max_age_ms=60_000,
                batch_size=131_072,
                max_request_size=LARGEST_REQUEST,
                metrics_enabled=False,
            )
        return self._producer

    def _topic_ensure(self, topic: str) -> None:
        """Asks for a topic, so that the broker makes it where it does that. Raises UnknownTopicOrPartitionError.

        With a client of its own: the one that sends would go on asking for a missing topic, ten times a second, for
        ever, and could not tell a missing topic from a broker that is away.
        """
        asking = self._asking()
        try:
            asking.partitions_for(topic)
        except kafka_errors.KafkaTimeoutError as error:
            raise kafka_errors.UnknownTopicOrPartitionError(
                f"the topic {topic} does not exist and the broker does not make it: create it"
            ) from error
        finally:
            asking.close(timeout=TOPIC_SECONDS)

    def _silence(self) -> str:
        """Why the broker does not answer; "" where it does."""
        try:
            self._asking().close(timeout=TOPIC_SECONDS)
        except KafkaError as error:
            return told(error)
        return ""

    def _asking(self) -> KafkaProducer:
        return _producer(
            bootstrap_servers=self._servers,
            client_id="xlcfi-relay-asking",
            enable_idempotence=False,
            max_block_ms=int(TOPIC_SECONDS * 1000),
            bootstrap_timeout_ms=int(CONNECT_SECONDS * 1000),
            metrics_enabled=False,
        )


def _producer(**configured: Any) -> KafkaProducer:
    """A producer that has reached a broker. Raises KafkaError."""
    clients: list[KafkaNetClient] = []

    def client(**config: Any) -> KafkaNetClient:
        clients.append(KafkaNetClient(**config))
        return clients[-1]

    try:
        return KafkaProducer(kafka_client=client, **configured)
    except KafkaError:
        # Its thread is running by now and would look for the broker for ever: one more with each try.
        for each in clients:
            each.close()
        raise
