"""Which kind an event is, who it is, and what each kind must hold."""

import json
from decimal import Decimal

import pytest

from tests.events.reading import read, refused
from tests.events.samples import PAYMENT, payment, record
from tests.factories import seoul
from xlcfi.events import PaymentCompleted, PaymentRefunded, Topic
from xlcfi.events.decode import decode
from xlcfi.events.payloads import payload_type


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
