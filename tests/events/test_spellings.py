"""Every spelling that the services use is read, and means the same."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.events.reading import read, refused, with_raw
from tests.events.samples import PAYMENT, payment
from tests.factories import seoul
from xlcfi.events import Item, PaymentCompleted


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
