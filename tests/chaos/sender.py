"""The platform's services: they send on, whatever becomes of us, and again what the broker did not acknowledge."""

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.producer.future import FutureRecordMetadata

from tests.chaos.wire import JAVA_TYPE, spelled
from tests.oracle.broker import Published
from tests.oracle.told import KINDS, SHARED_TOPICS, Told

NUMBER = "chaos"
TOPICS = sorted(KINDS | SHARED_TOPICS.keys())
AT_ONCE = 20
PILED_UP_SECONDS = 20.0
ANSWER_SECONDS = 5.0


class Sender:
    """Sends `told` in a thread, `rate` a second. done: all of it is acknowledged."""

    def __init__(self, servers: str, told: Sequence[Told], *, seed: int, rate: float, first_number: int) -> None:
        self._servers = servers
        self._chance = random.Random(seed)
        self._rate = rate
        self._first = first_number
        self._told = told
        self.stop = threading.Event()
        # number -> seconds since 1970
        self.troubles: Counter[str] = Counter()
        self.acknowledged_at: dict[int, float] = {}
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    @property
    def done(self) -> bool:
        """Whether the broker has everything, or the sender was told to stop."""
        return not self._thread.is_alive()

    def _note(self, error: KafkaError) -> None:
        self.troubles[type(error).__name__ + ": " + str(error)[:100]] += 1

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def join(self, seconds: float) -> None:
        """Waits for the end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        # Spelled before it is sent: what is sent again is the same to the byte, as it is with real producers.
        ready = [(self._first + i, told, spelled(told, self._chance)) for i, told in enumerate(self._told)]
        producer = None
        due = time.monotonic()
        while ready and not self.stop.is_set():
            some = ready[:AT_ONCE]
            try:
                producer = producer or self._producer()
                failed = self._send(producer, some)
            except KafkaError as error:
                self._note(error)
                failed = {number for number, _, _ in some}
            if failed:
                let_go(producer)
                producer = None
                self.stop.wait(0.3)
            ready = [each for each in some if each[0] in failed] + ready[AT_ONCE:]
            # After an outage what has piled up comes faster, as it does from services that have an outbox.
            due = max(due + AT_ONCE / self._rate, time.monotonic() - PILED_UP_SECONDS)
            self.stop.wait(max(0.0, due - time.monotonic()))
        let_go(producer)

    def _producer(self) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            linger_ms=2,
            max_block_ms=2_000,
            request_timeout_ms=4_000,
            delivery_timeout_ms=int(ANSWER_SECONDS * 1000),
            bootstrap_timeout_ms=2_000,
            reconnect_backoff_max_ms=500,
            metrics_enabled=False,
        )

    def _send(self, producer: KafkaProducer, some: Sequence[tuple[int, Told, bytes | None]]) -> set[int]:
        """Sends these; the numbers of those that were not acknowledged (the broker can have them all the same)."""
        sent: list[tuple[int, FutureRecordMetadata]] = []
        failed: set[int] = set()
        for number, told, value in some:
            if failed:
                # The others would wait as long for nothing.
                failed.add(number)
                continue
            headers = [(NUMBER, str(number).encode())]
            if self._chance.random() < 0.3:
                headers.append(JAVA_TYPE)
            named = told.body.get("orderId") or told.body.get("userId")
            key = str(named).encode() if named and self._chance.random() < 0.5 else None
            if value is None:
                key = key or b"gone"
            try:
                sent.append((number, producer.send(told.in_topic, value=value, key=key, headers=headers)))
            except KafkaError as error:
                self._note(error)
                failed.add(number)
        # One limit for all of them: a client whose broker was killed may never say what became of any.
        until = time.monotonic() + ANSWER_SECONDS
        for number, future in sent:
            try:
                future.get(timeout=max(0.0, until - time.monotonic()))
                self.acknowledged_at[number] = time.time()
            except KafkaError as error:
                self._note(error)
                failed.add(number)
        return failed


def let_go(producer: KafkaProducer | None) -> None:
    """The end of a producer, whatever it still has to send: its own close() waits for a broker that is away."""
    if producer is None:
        return
    producer._sender.force_close()
    producer._sender.join(2)
    with contextlib.suppress(KafkaError):
        producer.close(timeout=0)


def records_of(servers: str, topics: Sequence[str]) -> list[tuple[Published, int]]:
    """Everything that `topics` hold, with its offset."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest",
        max_poll_records=5_000, metrics_enabled=False,
    )  # fmt: skip
    try:
        there = sorted(set(topics) & set(consumer.topics()))
        places = [TopicPartition(topic, p) for topic in there for p in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        found = []
        while any(consumer.position(place) < ends[place] for place in places):
            for place, records in consumer.poll(timeout_ms=500).items():
                found += [
                    (Published(place.topic, place.partition, r.key, r.value, tuple(r.headers or ())), r.offset)
                    for r in records
                ]
        return found
    finally:
        consumer.close()


def held(servers: str, told: Sequence[Told]) -> list[tuple[int, Told]]:
    """What the broker really holds of `told`: (number, the event with its place and its bytes).

    A record that was sent again because its acknowledgement was lost is there twice. Raises LookupError for one that
    is not there at all.
    """
    found = []
    for record, offset in records_of(servers, TOPICS):
        number = int(dict(record.headers)[NUMBER] or b"")
        placed = replace(told[number], topic=record.topic, partition=record.partition, offset=offset, raw=record.value)
        found.append((number, placed))
    if missing := set(range(len(told))) - {number for number, _ in found}:
        first = min(missing)
        raise LookupError(f"the broker does not hold {len(missing)} events, as number {first}: {told[first]}")
    return found
