"""What no producer should ever send, of all kinds, from a seed: the same seed, the same records."""

import json
import random
from collections.abc import Callable, Iterator, Sequence

from tests.events.kinds import SAMPLES, Sample
from tests.events.samples import record
from tests.events.spellings import Case, raw, spellings_of, written
from xlcfi.events.record import Record

Headers = tuple[tuple[str, bytes | None], ...]
_LONG = "가" * 100_000
# Each is the JSON text of one value.
NUMBERS = (
    "0", "-0", "-0.0", "-1", "1.5", "0.001", "1e-400", "1e18", "1e24", "1E+400", "1e999999", "-1e999999", "1e-999999",
    "1e99999999999999999999", "2147483647", "2147483648", "9007199254740993", str(2**63 - 1), str(2**63), str(2**64),
    str(2**200), "9" * 4_000, "9" * 5_000, "1." + "3" * 5_000, "999999999999999999999999.99", "NaN", "Infinity",
    "-Infinity", "01", "1.", ".5", "+5", "0x10", "1e", "1_000",
)  # fmt: skip
TEXTS = (
    '""', '" "', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\\ud83d\\ude00"', '"\\ufeff"', '"NULL"',
    '"\\\\N"', '"\\\\."', '"a\\tb\\r\\nc"', '"%s %(x)s {0}"', '"\'; DROP TABLE orders; --"', '"1e999999"', '"NaN"',
    '"٣"', '"true"', '"-1"', '"\\u202e\\u0007\\u001b[31m"', f'"{"x" * 64}"', f'"{"x" * 65}"', f'"{"x" * 256}"',
    f'"{"긴" * 1_000}"', '"aBcDeF' + "Gh" * 27 + '"',
)  # fmt: skip
LONG_TEXTS = (f'"{_LONG}"', f'"{_LONG}!"', '"' + "\\u0000" * 30_000 + '"')
SHAPES = (
    "null", "true", "false", "[]", "{}", "[[]]", "[null]", "[{}]", "[1,2,3,4,5,6]", '{"a":{"b":[1,{"c":null}]}}',
    "[" * 18 + "]" * 18, "[" * 60 + "]" * 60, '{"\\u0000":"\\u0000","":0}', '{"amount":1e999999,"n":' + "9" * 40 + "}",
    '[{"productId":1,"quantity":-1}]', '[{"productId":1,"quantity":1,"price":-1}]', '[{"productId":0,"quantity":1}]',
    '[{"productId":9223372036854775807,"quantity":2147483647,"price":"1e20"}]',
    "[" + ",".join('{"productId":7,"quantity":1,"price":1}' for _ in range(600)) + "]",
    "[" + ",".join(f'{{"productId":{n},"quantity":1,"price":0}}' for n in range(1, 400)) + "]",
)  # fmt: skip
MOMENTS = (
    '"50000-01-01T00:00:00"', "[50000,1,1,0,0]", "253402300800000", "1e300", '"2025-02-30T00:00:00"',
    '"2025-11-20T25:00:00"', '"1969-12-31T23:59:59Z"', '"2099-12-31T23:59:59Z"', '"1999-12-31T15:00:00Z"',
    "[2025,13,1,0,0]", "[2025,2,29,0,0]", "[2025,11,20,10,15,60]", "[2025,11,20,10,15,30,1000000000]", "[2025,11]",
    '"2025-11-20T10:15:30+99:99"', '"2025-W47-4T10:15:30"', "1763601330123456789", "0", "1", "true", '"now"', "{}",
)  # fmt: skip
WHOLE = (
    b"", b" ", b"\xef\xbb\xbf", b"\xef\xbb\xbf{}", b"null", b"true", b"0", b'""', b'"{}"', b"[]", b"{}", b"{", b"}",
    b"{}{}", b"{}\n{}", b"\x00", b"\x00" * 64, b"\xff\xfe{\x00}\x00", b"\x1f\x8b\x08\x00", b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}', b"\xc0\xaf", b"{'a':1}", b'{"a":1,}', b"<event/>", b"\xac\xed\x00\x05sr\x00\x10java",
    b"[" * 5_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000, b'"' + b'\\"' * 1_000 + b'"',
    json.dumps("[" * 5_000).encode(), json.dumps(json.dumps("{}")).encode(),
)  # fmt: skip
DEEP = (b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, json.dumps("[" * 100_000).encode())
KEYS = (None, b"", b"\x00", b"\xff\xfe\xfd", b"7", "키".encode(), b"k" * 10_000)
HEADERS: tuple[Headers, ...] = (
    (),
    (("", b""), ("", None)),
    (("__TypeId__", None), ("__TypeId__", b"\xff\x00")),
    (("a\x00b", b"\x00"), ("이름", "값".encode()), ("\U0001f600", None)),
    tuple((f"h{number}", b"v" * number) for number in range(100)),
    (("big", b"\xff" * 20_000),),
    (("kafka_dlt-original-offset", b"not eight bytes"), ("kafka_dlt-exception-message", None)),
)


def hostile_records(count: int, *, seed: int, samples: Sequence[Sample] = SAMPLES) -> list[Record]:
    """`count` records in the topics of `samples`: about a third is valid, often at the very edge of what can be."""
    chance = random.Random(seed)
    cases = [case for sample in samples for case in spellings_of(sample) if case.value is not None]
    ways: Sequence[Callable[[], Iterator[tuple[str, bytes | None]]]] = (
        lambda: _with_a_field_replaced(chance, samples),
        lambda: _with_a_field_replaced(chance, samples),
        lambda: _with_bytes_changed(chance, cases),
        lambda: _with_bytes_changed(chance, cases),
        lambda: _with_items_replaced(chance, samples),
        lambda: _twisted(chance, samples),
        lambda: _whole(chance, samples),
        lambda: _valid(chance, samples, cases),
    )
    found = []
    while len(found) < count:
        for topic, value in chance.choice(ways)():
            found.append(
                record(
                    value,
                    topic=topic,
                    partition=chance.randrange(3),
                    offset=len(found),
                    key=chance.choice(KEYS),
                    headers=chance.choice(HEADERS) if chance.random() < 0.2 else (),
                    timestamp_ms=chance.choice((None, 0, 1, 1763601330123, 1763601330123, 2**63 - 1)),
                    from_kafka=True,
                )
            )
    return found[:count]


def _topic(chance: random.Random, sample: Sample) -> str:
    return sample.aggregate if sample.aggregate and chance.random() < 0.4 else str(sample.topic)


def _own(chance: random.Random, sample: Sample) -> dict[str, object]:
    """`sample` as an event of its own, of one of few orders and users, so that events meet each other's effects."""
    body = dict(sample.body)
    body["eventId"] = f"hostile-{chance.randrange(10**9)}"
    for name, most in (("orderId", 300), ("userId", 60), ("productId", 40), ("paymentId", 300), ("reviewId", 300)):
        if name in body:
            body[name] = chance.randint(1, most)
    return body


def _with_a_field_replaced(chance: random.Random, samples: Sequence[Sample]) -> Iterator[tuple[str, bytes | None]]:
    sample = chance.choice(samples)
    body = _own(chance, sample)
    for name in chance.sample(sorted(body), k=1 if chance.random() < 0.8 else 3):
        texts = MOMENTS if name == "timestamp" and chance.random() < 0.7 else chance.choice((NUMBERS, TEXTS, SHAPES))
        body[name] = raw(chance.choice(texts if chance.random() < 0.99 else LONG_TEXTS))
    yield _topic(chance, sample), written(body)


def _with_items_replaced(chance: random.Random, samples: Sequence[Sample]) -> Iterator[tuple[str, bytes | None]]:
    sample = chance.choice([each for each in samples if "items" in each.body])
    line: dict[str, object] = {"productId": chance.randint(1, 40), "quantity": 1, "price": 100}
    line[chance.choice(("productId", "quantity", "price"))] = raw(chance.choice((*NUMBERS, *TEXTS, *SHAPES)))
    yield _topic(chance, sample), written({**_own(chance, sample), "items": [line] * chance.choice((1, 1, 2, 50))})


def _with_bytes_changed(chance: random.Random, cases: Sequence[Case]) -> Iterator[tuple[str, bytes | None]]:
    case = chance.choice(cases)
    value = bytearray(case.value or b"")
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(value) + 1)
        end = min(at + chance.choice((1, 1, 3, 20)), len(value))
        way = chance.randrange(5)
        if way == 0:
            value[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
        elif way == 1:
            del value[at:end]
        elif way == 2:
            value[at:at] = value[at:end]
        elif way == 3:
            value[at:at] = chance.choice((b"\x00", b"\xff", b'"', b"{", b"]", b"\\", b",", b"-", b"9", b"e9"))
        else:
            del value[at:]
    yield case.topic, bytes(value)


def _twisted(chance: random.Random, samples: Sequence[Sample]) -> Iterator[tuple[str, bytes | None]]:
    """Names twice, kinds that disagree, wrapping twice, the same id again, everything deep in another object."""
    sample = chance.choice(samples)
    body = _own(chance, sample)
    text = written(body)
    way = chance.randrange(7)
    if way == 0:
        text = text[:-1] + b',"orderId":-1,"userId":null,"eventId":"again"}'
    elif way == 1:
        text = json.dumps(json.dumps(text.decode())).encode()
    elif way == 2:
        text = written({**body, "eventType": chance.choice([str(each.topic) for each in SAMPLES])})
    elif way == 3:
        text = written({"payload": body})
    elif way == 4:
        text = written({name.upper(): value for name, value in body.items()})
    elif way == 5:
        text = text.decode().encode("utf-16")
    topic = _topic(chance, sample)
    yield topic, text
    if way == 6:
        # The same id, the second time with another content.
        yield topic, written({**body, "timestamp": "2025-11-21T00:00:00", "amount": 1, "total": 1})


def _whole(chance: random.Random, samples: Sequence[Sample]) -> Iterator[tuple[str, bytes | None]]:
    sample = chance.choice(samples)
    value = None if chance.random() < 0.1 else chance.choice(WHOLE if chance.random() < 0.97 else DEEP)
    yield _topic(chance, sample), value


def _valid(
    chance: random.Random, samples: Sequence[Sample], cases: Sequence[Case]
) -> Iterator[tuple[str, bytes | None]]:
    if chance.random() < 0.3:
        case = chance.choice(cases)
        yield case.topic, case.value
    sample = chance.choice(samples)
    yield _topic(chance, sample), written(_own(chance, sample))


MEGABYTES = 5_000_000


def largest_records(*, size: int = MEGABYTES) -> list[Record]:
    """A dozen records of about `size` bytes, each large in its own way."""
    start = b'{"timestamp":1763601330,"orderId":77,"userId":42,"amount":5,"productId":7,"behaviorType":"x",'
    start += b'"reviewId":3,"rating":5,'
    deep = b"[" * 900 + b"]" * 900 + b","
    lines = b",".join(b'{"productId":%d,"quantity":1,"price":1}' % (1 + number) for number in range(size // 42))
    wrapped = json.dumps((start + b'"unknown":"' + b"y" * size + b'"}').decode()).encode()
    pay, order, act, review = "payment.completed", "order.created", "user.behavior", "review.created"
    values = (
        (pay, b"\xff" * size),
        (act, b"[" * size),
        (review, b'"' + b"a" * size + b'"'),
        (pay, start + b'"eventId":"' + b"x" * size + b'"}'),
        (order, start + b'"sellerId":' + b"9" * size + b"}"),
        (pay, start + b'"sellerId":1.' + b"3" * size + b"}"),
        (order, start + b'"status":"' + b"s" * size + b'"}'),
        (review, start + b'"content":"' + b"c" * size + b'"}'),
        (act, start + b'"data":{"a":[' + b'"zz",' * (size // 5) + b"1]}}"),
        (act, start + b'"keyword":"' + b"\\u0000" * (size // 6) + b'"}'),
        (pay, start + b'"unknown":[' + deep * (size // len(deep)) + b"1]}"),
        (pay, start + b'"items":[' + lines + b"]}"),
        (order, start + b'"items":[' + lines + b"]}"),
        (pay, wrapped),
    )
    return [record(value, topic=topic, offset=number, from_kafka=True) for number, (topic, value) in enumerate(values)]
