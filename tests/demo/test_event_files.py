"""The event files say what the tables say, in every spelling."""

import gzip
import json
import random
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from xlcfi.demo.arrays import NEVER
from xlcfi.demo.event_files import PARTITIONS
from xlcfi.demo.news import Hundredths, News
from xlcfi.demo.spellings import SPELLINGS, TIMES, spelled
from xlcfi.events.decode import decode
from xlcfi.events.file_lines import record_in
from xlcfi.events.topics import Topic


@pytest.fixture(scope="module")
def lines(folder):
    with gzip.open(folder / "events.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def payloads(lines):
    found = []
    for line in lines:
        payload = json.loads(line["value"], parse_float=Decimal) if line["value"] else None
        found.append((line, json.loads(payload, parse_float=Decimal) if isinstance(payload, str) else payload))
    return found


def test_events_come_in_the_order_of_their_arrival(lines):
    arrivals = [line["timestamp_ms"] for line in lines]
    assert arrivals == sorted(arrivals)
    assert {line["partition"] for line in lines} == set(range(PARTITIONS))
    by_key = {}
    for line in lines:
        if line["key"] is not None:
            assert by_key.setdefault((line["topic"], line["key"]), line["partition"]) == line["partition"]


def test_every_kind_of_event_occurs(payloads):
    kinds = Counter(payload["eventType"] for _, payload in payloads if payload and "eventType" in payload)
    assert {
        "order.created", "order.completed", "order.cancelled", "payment.completed", "payment.failed",
        "payment.refunded", "delivery.started", "delivery.completed", "product.viewed", "user.behavior",
        "review.created", "product.changed",
    } <= set(kinds)  # fmt: skip


def test_every_spelling_occurs(lines, payloads):
    topics = {line["topic"] for line in lines}
    assert {"order-events", "payment-events", "delivery-events", "product-events"} <= topics
    times = [payload["timestamp"] for _, payload in payloads if payload and "timestamp" in payload]
    assert any(isinstance(time, list) for time in times)
    assert any(isinstance(time, Decimal) for time in times)  # epoch seconds
    assert any(isinstance(time, int) for time in times)  # epoch milliseconds
    text = [time for time in times if isinstance(time, str)]
    assert {len(time.partition(".")[2]) for time in text} >= {0, 6, 9}
    assert any(time.endswith("Z") for time in text)
    assert any(time.endswith("+09:00") for time in text)
    keys = Counter(key for _, payload in payloads if payload for key in payload)
    assert {"userId", "memberId", "buyerId", "user_id", "amount", "total", "totalAmount", "type", "traceId"} <= set(
        keys
    )
    assert any("eventId" not in payload for _, payload in payloads if payload)
    assert any(line["value"] and line["value"].startswith('"') for line in lines)  # wrapped once more
    assert any("__TypeId__" in line["headers"] for line in lines)
    assert any("E+" in (line["value"] or "") for line in lines)
    assert any(isinstance(payload.get("amount"), str) for _, payload in payloads if payload)
    assert any(line["value"] is None for line in lines)  # a tombstone
    assert any(line["key"] is None for line in lines)
    seen = Counter(payload["eventId"] for _, payload in payloads if payload and "eventId" in payload)
    assert seen.most_common(1)[0][1] > 1


@pytest.mark.parametrize("way", SPELLINGS)
def test_our_own_reader_understands_the_spelling(way):
    moment = datetime.fromisoformat("2026-02-14T23:59:59.999999")
    micros = (moment - datetime.fromisoformat("1970-01-01")) // timedelta(microseconds=1)
    body = {"paymentId": 9, "orderId": 7, "userId": 42, "amount": Hundredths(35_900_00), "currency": "KRW", "items": []}
    sent = spelled(News("payment.completed", micros, 7, body), event_id="e-1", ways=(way,), draw=random.Random(1))
    line = json.dumps({"topic": sent.topic, "key": "7", "headers": sent.headers, "value": sent.value}).encode()
    event = decode(record_in(line, line=1, identity=lambda: "file:1"), frozenset(Topic))
    assert (event.order_id, event.user_id, event.amount) == (7, 42, Decimal("35900.00"))
    cut = {"time:seconds": 0, "time:epoch_milliseconds": 999_000}.get(way, 999_999)
    assert event.occurred_at.replace(tzinfo=None) == moment.replace(microsecond=cut)
    assert {f"time:{name}" for name in TIMES} <= set(SPELLINGS)


def test_every_line_of_the_file_can_be_read(folder):
    with gzip.open(folder / "events.jsonl.gz") as file:
        for number, line in enumerate(file, start=1):
            record = record_in(line, line=number, identity=lambda number=number: f"file:{number}")
            decode(record, frozenset(Topic))


def test_payments_in_the_file_agree_with_the_tables(made, payloads):
    told = {}
    for line, payload in payloads:
        kind = payload and payload.get("eventType")
        if kind and kind.replace("_", ".").lower() in {"payment.completed", "paymentcompleted"}:
            told[payload["paymentId"]] = (line, payload)
    payments = made.payments
    recent = [
        index
        for index, paid in enumerate(payments.paid_us.tolist())
        if paid != NEVER and paid >= made.span.events_from_us
    ]
    assert set(told) == {index + 1 for index in recent}
    for index in recent:
        _, payload = told[index + 1]
        order = int(payments.order[index])
        amount = next(payload[name] for name in ("amount", "total", "totalAmount") if name in payload)
        assert Decimal(str(amount)) == Decimal(int(made.bills.total[order])) / 100
        assert payload["orderId"] == order + 1
        user = next(payload[name] for name in ("userId", "memberId", "buyerId", "user_id") if name in payload)
        assert user == made.user_id[order]
        assert len(payload["items"]) == (made.sales.line_order == order).sum()


def test_every_partial_refund_is_told_by_an_event(folder, made, truth):
    with gzip.open(folder / "refunds.jsonl.gz", "rt", encoding="utf-8") as file:
        values = [json.loads(json.loads(line)["value"], parse_float=Decimal) for line in file]
    payloads = [json.loads(value, parse_float=Decimal) if isinstance(value, str) else value for value in values]
    told = {
        payload["refundId"]: Decimal(next(payload[n] for n in ("amount", "total", "totalAmount") if n in payload))
        for payload in payloads
    }
    for row in truth.refunds:
        if row["told_by_event"] == "1":
            assert told[f"R{row['refund']}"] == Decimal(row["amount"])
        assert row["whole"] == "1" or row["told_by_event"] == "1"


def test_most_views_end_in_no_purchase_and_some_are_nobodys(payloads):
    views = [payload for _, payload in payloads if payload and payload.get("eventType") == "product.viewed"]
    assert any("userId" not in view and "sessionId" in view for view in views)
    sessions = Counter(view["sessionId"] for view in views)
    assert sessions.most_common(1)[0][1] > 30  # a bot
