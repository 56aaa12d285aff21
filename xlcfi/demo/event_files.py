"""The files of events: the last weeks in the order in which Kafka would have brought them, and all refunds ever."""

import gzip
import random
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import msgspec

from xlcfi.demo.arrays import DAY, HOUR, MINUTE, SECOND
from xlcfi.demo.browsing import Browsing
from xlcfi.demo.market import Market
from xlcfi.demo.news import News, NewsRoom
from xlcfi.demo.spellings import Spelled, spelled, spelling_draw

PARTITIONS = 3
_SEOUL_AHEAD_US = 9 * HOUR


class Line(msgspec.Struct, frozen=True):
    """A line of the file. value: the producer's text, None for a tombstone."""

    topic: str
    key: str | None
    partition: int
    timestamp_ms: int
    headers: dict[str, str]
    value: str | None


def line_of(sent: Spelled, *, key: str | None, arrived_us: int, draw: random.Random) -> Line:
    """The record as the broker keeps it. arrived_us: Seoul wall time."""
    partition = crc32(key.encode()) % PARTITIONS if key is not None else draw.randrange(PARTITIONS)
    return Line(sent.topic, key, partition, (arrived_us - _SEOUL_AHEAD_US) // 1000, sent.headers, sent.value)


def refund_ids(seed: int, news: News) -> str:
    """The event id of a piece of news that both files tell: it must be the same in both."""
    return str(UUID(int=random.Random(f"{seed} {news.kind} {news.body['refundId']}").getrandbits(128), version=4))


def events_write(market: Market, browsing: Browsing, *, path: Path, on_rows: Callable[[int], None]) -> int:
    """Write the events of the last weeks; returns how many lines."""
    rng, draw = market.streams.of("news"), random.Random(f"{market.streams.seed} events")
    room = NewsRoom(market, since_us=market.span.events_from_us)
    news: Iterable[News] = chain(
        room.orders(rng), room.payments(), room.refunds(), room.parcels(), room.reviews(), room.products(),
        room.browsing(browsing),
    )  # fmt: skip
    arrivals = sorted(_arrivals(market, news, draw), key=lambda arrival: (arrival[0], arrival[1]))
    return _written(path, (line for _, _, line in arrivals), on_rows)


def refunds_write(market: Market, *, path: Path, on_rows: Callable[[int], None]) -> int:
    """Write every payment.refunded of the whole history, in order; returns how many lines."""
    draw = random.Random(f"{market.streams.seed} refunds")
    room = NewsRoom(market, since_us=market.span.start_us)

    def lines() -> Iterator[Line]:
        for news in room.refunds():
            ways = tuple(way for way in spelling_draw(draw) if way != "no_event_id")
            sent = spelled(news, event_id=refund_ids(market.streams.seed, news), ways=ways, draw=draw)
            yield line_of(sent, key=str(news.key), arrived_us=news.moment_us + 300_000, draw=draw)

    return _written(path, lines(), on_rows)


def _arrivals(market: Market, news: Iterable[News], draw: random.Random) -> Iterator[tuple[int, int, Line]]:
    """(arrival, number, line) of every record: late, doubled, early, and some that concern nobody."""
    until, number = market.span.until_us, 0
    for number, item in enumerate(news):
        event_id = (
            refund_ids(market.streams.seed, item)
            if item.kind == "payment.refunded"
            else str(UUID(int=draw.getrandbits(128), version=4))
        )
        ways = spelling_draw(draw)
        sent = spelled(item, event_id=event_id, ways=ways, draw=draw)
        key = None if draw.random() < 0.2 else str(item.key)
        arrived = min(item.moment_us + _delay(item.kind, draw), until)
        yield arrived, number, line_of(sent, key=key, arrived_us=arrived, draw=draw)
        again = draw.random()
        if again < 0.012:
            later = min(arrived + draw.randrange(SECOND, 2 * HOUR), until)
            yield later, number, line_of(sent, key=key, arrived_us=later, draw=draw)
        elif again < 0.015 and item.kind == "payment.completed":
            # Sent once more by a producer that gives no ids: only the order tells that it is the same.
            resent = spelled(item, event_id="", ways=("no_event_id",), draw=draw)
            later = min(arrived + draw.randrange(MINUTE, HOUR), until)
            yield later, number, line_of(resent, key=key, arrived_us=later, draw=draw)
    yield from _strangers(market, number, draw)


def _delay(kind: str, draw: random.Random) -> int:
    """How long after its moment an event arrives, in microseconds; a few are there before their row is."""
    luck = draw.random()
    if luck < 0.01:
        return -draw.randrange(5_000, 800_000)
    if luck > 0.985:
        return draw.randrange(HOUR, 2 * DAY)
    if luck > 0.97 and kind == "order.created":
        return draw.randrange(2 * MINUTE, 20 * MINUTE)  # the payment is here first
    return int(draw.expovariate(1 / 250_000)) + 2_000


def _strangers(market: Market, number: int, draw: random.Random) -> Iterator[tuple[int, int, Line]]:
    """Tombstones, and kinds that we do not know: to be counted as ignored."""
    span = market.span
    for extra in range(6):
        arrived = span.events_from_us + draw.randrange(20 * DAY)
        body: dict[str, Any] = {"eventId": f"stranger-{extra}", "eventType": "ORDER_LABEL_PRINTED", "orderId": 1}
        value = None if extra % 2 else msgspec.json.encode(body).decode()
        key = str(extra + 1)
        record = Line(
            "order-events", key, crc32(key.encode()) % PARTITIONS, (arrived - _SEOUL_AHEAD_US) // 1000, {}, value
        )
        yield arrived, number + 1 + extra, record


def _written(path: Path, lines: Iterable[Line], on_rows: Callable[[int], None]) -> int:
    """Lines as gzip without name or time, so that the same lines are the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encoder, count, pending = msgspec.json.Encoder(), 0, bytearray()
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=raw, mtime=0) as file:
        for line in lines:
            pending += encoder.encode(line) + b"\n"
            count += 1
            if count % 5_000 == 0:
                file.write(pending)
                pending.clear()
                on_rows(5_000)
        file.write(pending)
    on_rows(count % 5_000)
    return count
