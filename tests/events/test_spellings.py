"""Every spelling that the services use is read, and means the same."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.events.samples import PAYMENT, payment, record
from tests.factories import seoul
from xlcfi.events import Item, PaymentCompleted, PaymentRefunded, Topic
from xlcfi.events.decode import decode
from xlcfi.events.errors import InvalidEvent
from xlcfi.events.payloads import payload_type

ALL = frozenset(Topic)


def read(value, **about):
    return decode(record(value, **about), ALL)


def refused(value, **about):
    with pytest.raises(InvalidEvent) as caught:
        read(value, **about)
    return caught.value


def with_raw(field, text):
    """The payment with the JSON `text` as its `field`."""
    return json.dumps(payment(**{field: "@@"})).replace('"@@"', text).encode()


def test_the_contracts_payment_is_read_whole():
    assert read(PAYMENT) == PaymentCompleted(
        event_id="6f9c0000-0000-4000-8000-000000000001",
        occurred_at=seoul("2025-11-20 10:15:30.123456"),
        payment_id=9,
        order_id=7,
        user_id=42,
        seller_id=3,
        amount=Decimal("35900.00"),
        currency="KRW",
        items=(
            Item(product_id=11, quantity=2, price=Decimal("12900.00")),
            Item(product_id=15, quantity=1, price=Decimal("10100.00")),
        ),
    )


@pytest.mark.parametrize(
    ("spelling", "moment"),
    [
        ('"2025-11-20T10:15:30"', "2025-11-20 10:15:30"),
        ('"2025-11-20T10:15"', "2025-11-20 10:15:00"),
        ('"2025-11-20 10:15:30"', "2025-11-20 10:15:30"),
        ('"2025-11-20T10:15:30.1"', "2025-11-20 10:15:30.100000"),
        ('"2025-11-20T10:15:30.123456"', "2025-11-20 10:15:30.123456"),
        ('"2025-11-20T10:15:30.123456999"', "2025-11-20 10:15:30.123456"),
        ('"2025-11-20T23:59:59.999999999"', "2025-11-20 23:59:59.999999"),
        ('"2025-11-20T01:15:30Z"', "2025-11-20 10:15:30"),
        ('"2025-11-20T10:15:30.5+09:00"', "2025-11-20 10:15:30.500000"),
        ('"2025-11-20T10:15:30+0900"', "2025-11-20 10:15:30"),
        ('"2025-11-19T20:15:30-05:00"', "2025-11-20 10:15:30"),
        ('"2025-11-20T10:15:30+09:00[Asia/Seoul]"', "2025-11-20 10:15:30"),
        ("[2025,11,20,10,15]", "2025-11-20 10:15:00"),
        ("[2025,11,20,10,15,30]", "2025-11-20 10:15:30"),
        ("[2025,11,20,10,15,30,123456789]", "2025-11-20 10:15:30.123456"),
        ("[2025,11,20,23,59,59,999999999]", "2025-11-20 23:59:59.999999"),
        # The seventh number counts nanoseconds: 5000 of them are 5 microseconds.
        ("[2025,11,20,10,15,30,5000]", "2025-11-20 10:15:30.000005"),
        ("1763601330", "2025-11-20 10:15:30"),
        ("1763601330.123456", "2025-11-20 10:15:30.123456"),
        ("1763601330.123456789", "2025-11-20 10:15:30.123456"),
        ("1763601330.12345699999999999999999999999999999999", "2025-11-20 10:15:30.123456"),
        ("1.763601330123456E9", "2025-11-20 10:15:30.123456"),
        ("1763601330123", "2025-11-20 10:15:30.123000"),
        ("1763601330123.9", "2025-11-20 10:15:30.123900"),
        # 2025-11-20 24:00 in Seoul less a microsecond: a float would round it into the next day.
        ("1763650799.999999", "2025-11-20 23:59:59.999999"),
    ],
)
def test_a_timestamp_is_read_in_every_spelling(spelling, moment):
    occurred_at = read(with_raw("timestamp", spelling)).occurred_at
    assert occurred_at == seoul(moment)
    assert occurred_at.utcoffset().total_seconds() == 9 * 3600


def test_an_event_without_timestamp_happened_when_it_was_sent():
    sent = datetime(2025, 11, 20, 1, 15, 30, 123000, tzinfo=UTC)
    assert read(payment(timestamp=None)).occurred_at == sent
    assert read(payment(timestamp=...)).occurred_at == sent
    error = refused(payment(timestamp=None), timestamp_ms=None)
    assert (error.code, error.field) == ("missing", "timestamp")


@pytest.mark.parametrize(
    "spelling",
    [
        '"2025-13-01T00:00:00"',
        '"2025-02-29T00:00:00"',
        '"2025-11-20T24:00:00"',
        '"2025-11-20T10:15:60"',
        '"50000-11-20T10:15:30"',
        '"1999-12-31T23:59:59"',
        '"0000-01-01T00:00:00"',
        '"2025-11-20"',
        '"20251120T101530"',
        '"yesterday"',
        '""',
        '"２０２５-11-20T10:15:30"',
        '"2025-11-20T10:15:30+25:00"',
        "[2025,11,20]",
        "[2025,11,20,10,15,30,1,1]",
        "[2025,11,20,10,15,30,1000000000]",
        "[2025,11,20,10,-1]",
        "[50000,11,20,10,15]",
        "[2025,11,20,10,15.0]",
        "[2025,11,20,10,true]",
        "1515749356800000",
        "-1",
        "0",
        "1e300",
        "1e999999999",
        "1E-999999999",
        "99999999999999999999999999999999",
        "true",
        "{}",
    ],
)
def test_a_timestamp_that_can_not_be_is_refused_by_its_name(spelling):
    error = refused(with_raw("timestamp", spelling))
    assert error.field == "timestamp"
    assert error.code in {"impossible", "wrong_type"}


@pytest.mark.parametrize(
    ("spelling", "amount"),
    [
        ("35900", "35900"),
        ("35900.00", "35900"),
        ("35900.5", "35900.50"),
        ("3.59E+4", "35900"),
        ("1E+3", "1000"),
        ("1e3", "1000"),
        ('"35900.00"', "35900"),
        ('"1E+3"', "1000"),
        ('" 12.30 "', "12.30"),
        ("35900.0000000", "35900"),
        ("9007199254740993", "9007199254740993"),
        ("9007199254740993.01", "9007199254740993.01"),
        ("999999999999999999999999.99", "999999999999999999999999.99"),
        ("0", "0"),
        ("-0.0", "0"),
    ],
)
def test_an_amount_is_read_exactly_in_every_spelling(spelling, amount):
    found = read(with_raw("amount", spelling)).amount
    assert isinstance(found, Decimal)
    assert found == Decimal(amount)
    assert found.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "spelling",
    ["-1", "-0.01", "1e24", "1" + "0" * 24, "1e36", "1E+400", "1e999999999999", "0.001", "35900.005", "1e-400",
     '"NaN"', '"Infinity"', '"35,900"', '""', '"1_000"', '"१२३"', "true", "[]", "{}", "1" + "0" * 40],
)  # fmt: skip
def test_an_amount_that_no_sum_could_hold_is_refused(spelling):
    error = refused(with_raw("amount", spelling))
    assert error.field == "amount"
    assert error.code in {"impossible", "wrong_type"}


@pytest.mark.parametrize("name", ["userId", "memberId", "buyerId", "user_id", "member_id", "buyer_id"])
def test_the_user_is_read_under_every_name(name):
    assert read(payment(**{"userId": ..., name: 4242})).user_id == 4242


def test_a_name_that_is_null_gives_way_to_the_next():
    assert read(payment(userId=None, buyerId=8)).user_id == 8


@pytest.mark.parametrize("name", ["amount", "total", "totalAmount", "total_amount"])
def test_the_amount_is_read_under_every_name(name):
    assert read(payment(**{"amount": ..., name: 100})).amount == 100


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("7.0", 7), ("7E+0", 7), ('"7"', 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_an_id_is_read_in_every_spelling(text, number):
    assert read(with_raw("orderId", text)).order_id == number


@pytest.mark.parametrize("text", ["0", "-1", str(2**63), "1e30", "7.5", '"x"', '""', "true", "[7]", "1" * 400])
@pytest.mark.parametrize("field", ["userId", "orderId", "paymentId", "sellerId"])
def test_an_id_that_can_not_be_is_refused(field, text):
    assert refused(with_raw(field, text)).field == field


def test_ids_beyond_the_precision_of_a_double_are_exact():
    assert read(payment(orderId=9007199254740993)).order_id == 9007199254740993


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 2**31, 10**30, "many", None, True])
def test_a_quantity_that_can_not_be_is_refused_with_its_place(quantity):
    error = refused(payment(items=[{"productId": 1, "quantity": 1}, {"productId": 2, "quantity": quantity}]))
    assert error.field == "items[1].quantity"


@pytest.mark.parametrize("items", [None, [], ...])
def test_a_payment_without_items_is_a_payment(items):
    assert read(payment(items=items)).items == ()


def test_the_same_product_twice_stays_two_lines():
    line = {"productId": 11, "quantity": 1, "price": "5.00"}
    assert len(read(payment(items=[line, line])).items) == 2


def test_lines_are_read_in_their_other_spelling():
    items = [{"product_id": "11", "quantity": "2", "unitPrice": "1E+3", "name": "김치"}]
    assert read(payment(items=items)).items == (Item(product_id=11, quantity=2, price=Decimal(1000)),)


@pytest.mark.parametrize("items", [{}, "x", [1], [None], [[]]])
def test_items_of_another_shape_are_refused(items):
    assert refused(payment(items=items)).field.startswith("items")


@pytest.mark.parametrize(
    "kind", ["PAYMENT_COMPLETED", "PaymentCompleted", "payment.completed", "paymentCompleted", "PaymentCompletedEvent"]
)
@pytest.mark.parametrize("field", ["eventType", "type"])
def test_an_aggregates_topic_is_told_apart_by_the_kind(kind, field):
    value = payment(**{"eventType": ..., field: kind})
    assert isinstance(read(value, topic="payment-events"), PaymentCompleted)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("order-events", Topic.ORDER_CREATED),
        ("order-events", Topic.ORDER_CANCELLED),
        ("payment-events", Topic.PAYMENT_REFUNDED),
        ("delivery-events", Topic.DELIVERY_COMPLETED),
        ("product-events", Topic.PRODUCT_CHANGED),
        ("product-events", Topic.PRODUCT_VIEWED),
    ],
)
def test_every_aggregate_carries_its_kinds(topic, kind):
    body = payment(eventType=..., type=kind.name, productId=5, changeType="UPDATED")
    assert type(read(body, topic=topic)) is payload_type(kind)


def test_an_unknown_kind_is_ignored_and_a_missing_one_refused():
    assert read(payment(eventType="PAYMENT_AUTHORIZED"), topic="payment-events") is None
    assert refused(payment(eventType=...), topic="payment-events").field == "eventType"
    assert refused(payment(eventType=None), topic="payment-events").field == "eventType"


def test_an_unknown_topic_is_ignored():
    assert read(payment(), topic="payment.authorized") is None


def test_a_kind_that_nobody_wants_is_not_even_read():
    assert decode(record(b"not json"), frozenset({Topic.PAYMENT_REFUNDED})) is None


def test_in_a_topic_of_its_own_an_event_need_not_name_its_kind():
    assert read(payment(eventType=...)).order_id == 7
    assert read(payment(eventType="com.example.SomethingElse")).order_id == 7
    # There `type` is somebody else's word.
    assert read(payment(type="CARD")).order_id == 7


def test_an_event_of_another_kind_in_a_topic_is_refused():
    error = refused(payment(eventType="payment.failed"))
    assert (error.code, error.field) == ("kind_mismatch", "eventType")


def test_a_payload_wrapped_once_more_is_unwrapped():
    assert read(json.dumps(PAYMENT)) == read(PAYMENT)


def test_a_payload_wrapped_twice_is_refused():
    assert refused(json.dumps(json.dumps(PAYMENT))).code == "not_an_object"


def test_unknown_fields_nulls_and_javas_type_header_do_not_matter():
    extra = payment(sellerId=None, currency=None, paymentId=None, coupon=None, device={"os": ["a", None]})
    found = read(extra, headers=(("__TypeId__", b"com.xlcfi.payment.PaymentCompletedEvent"),))
    assert (found.seller_id, found.currency, found.payment_id) == (None, "KRW", None)


def test_a_tombstone_is_ignored():
    assert read(None) is None
    assert read(None, topic="payment-events") is None


@pytest.mark.parametrize("given", [None, "", "  ", ...])
def test_without_an_event_id_the_place_in_kafka_is_the_identity(given):
    assert read(payment(eventId=given), partition=3, offset=12).event_id == "payment.completed-3-12"


def test_an_event_id_can_be_a_number_and_of_any_length():
    assert read(payment(eventId=17)).event_id == "17"
    long = read(payment(eventId="x" * 5000)).event_id
    assert long.startswith("sha256:")
    assert len(long) <= 100
    assert read(payment(eventId="x" * 5001)).event_id != long
    assert "\x00" not in read(payment(eventId="a\x00b")).event_id


@pytest.mark.parametrize("given", [True, 1.5, [], {}])
def test_an_event_id_of_another_shape_is_refused(given):
    assert refused(payment(eventId=given)).field == "eventId"


@pytest.mark.parametrize("field", ["orderId", "userId", "amount"])
def test_what_a_payment_can_not_do_without_is_missed_by_its_name(field):
    for absent in (None, ...):
        error = refused(payment(**{field: absent}))
        assert (error.code, error.field) == ("missing", field)
        assert error.event_id == PAYMENT["eventId"]


def test_a_currency_is_three_letters():
    assert read(payment(currency="usd")).currency == "USD"
    for currency in ("", "KR", "WONS", "K1W", 410, []):
        assert refused(payment(currency=currency)).field == "currency"


def test_a_refund_may_know_little():
    found = read({"eventType": "PAYMENT_REFUNDED", "timestamp": [2025, 11, 20, 10, 15], "orderId": 7},
                 topic="payment-events", offset=5)  # fmt: skip
    assert found == PaymentRefunded(event_id="payment-events-0-5", occurred_at=seoul("2025-11-20 10:15"), order_id=7)
    whole = read(payment(eventType="payment.refunded", refundId=77, amount="1E+3"), topic="payment.refunded")
    assert (whole.refund_id, whole.amount, whole.user_id, len(whole.items)) == ("77", 1000, 42, 2)


OTHERS = [
    ("order.created", {"orderId": 1, "userId": 2, "total": 3, "status": "PENDING"}, {"total": Decimal(3)}),
    ("order.completed", {"orderId": 1, "memberId": 2, "total": "3.5"}, {"user_id": 2, "total": Decimal("3.5")}),
    ("order.cancelled", {"orderId": 1}, {"order_id": 1, "total": None}),
    ("payment.failed", {"orderId": 1, "reason": "한도 초과"}, {"reason": "한도 초과"}),
    ("product.viewed", {"productId": 1, "sessionId": "s"}, {"user_id": None, "session_id": "s"}),
    ("user.behavior", {"userId": 1, "behaviorType": "search", "keyword": "김\x00치", "data": {"a": [1, "b\x00"]}},
     {"behavior_type": "search", "keyword": "김치", "data": {"a": [1, "b"]}}),
    ("review.created", {"reviewId": 1, "productId": 2, "userId": 3, "rating": 5, "content": "맛있어요"},
     {"rating": 5, "content": "맛있어요"}),
    ("delivery.started", {"orderId": 1, "deliveryId": 2, "status": "IN_TRANSIT"}, {"delivery_id": 2}),
    ("delivery.completed", {"orderId": 1, "deliveryId": 2}, {"status": None}),
    ("product.changed", {"productId": 1, "changeType": "HIDDEN"}, {"change_type": "HIDDEN"}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "body", "expected"), OTHERS, ids=[topic for topic, *_ in OTHERS])
def test_the_other_kinds_are_read(topic, body, expected):
    found = read({"eventId": "e", "timestamp": "2025-11-20T10:15:30", **body}, topic=topic)
    assert type(found) is payload_type(Topic(topic))
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize("rating", [0, 6, 4.5, None])
def test_a_rating_is_one_to_five(rating):
    body = {"timestamp": 1763601330, "reviewId": 1, "productId": 2, "rating": rating}
    assert refused(body, topic="review.created").field == "rating"


def test_every_kind_has_a_payload_type():
    assert len({payload_type(kind) for kind in Topic}) == len(Topic)
