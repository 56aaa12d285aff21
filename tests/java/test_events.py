"""Every kind of event as real Spring sends it, through the real broker, into our tables. Values by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tests.analytics import ours
from tests.analytics.plain_sql import rows
from tests.factories import seoul
from tests.java.story import BIG

pytestmark = pytest.mark.django_db

PAID = """SELECT (event_data->>'order_id')::bigint, user_id, created_at, (event_data->>'amount')::numeric
FROM user_behaviors WHERE event_type = 'purchase' ORDER BY 1"""


def behaviours(*kinds):
    """(kind, user, order or product, moment) of the behaviours of these kinds."""
    return rows(
        """SELECT event_type, user_id, COALESCE(event_data->>'order_id', event_data->>'product_id')::bigint, created_at
        FROM user_behaviors WHERE event_type = ANY(%s) ORDER BY created_at, 1""",
        [list(kinds)],
    )


# What only a Java program writes, and in which event.
WRITTEN = {
    "pay-1": b'"timestamp":[2025,11,20,23,59,59,999999999]',
    "pay-2": b'"timestamp":"2025-11-21T00:00:00.000000999"',
    "pay-3": b'"timestamp":[2025,11,20,10,15]',
    "pay-4": rb'"{\"eventId\":\"pay-4\"',
    "order-1": b'"timestamp":[2025,11,20,9,0,0,1]',
    "order-2": b'"totalAmount":1E+3',
    "cancel-1": b'"timestamp":1763953200.250000000',
    "parcel-2": b'"timestamp":1763861400125',
    "refund-1": b'"timestamp":"2025-11-23T08:00:00.123456789+09:00"',
    "refund-2": b'"amount":null',
    7005: b'"totalAmount":1.2345678E7',
    BIG: b'"orderId":9007199254740993',
}


@pytest.mark.parametrize("which", WRITTEN, ids=str)
def test_java_wrote_what_only_java_writes(told, which):
    assert WRITTEN[which] in told.broker.value_at(told.place_of(which))


def test_every_event_but_plain_text_names_its_java_class(told):
    assert told.place_of("pay-1")["type"] == "com.xlcfi.payment.event.PaymentEvents$Completed"
    # The doubly encoded one was a text to the serializer.
    assert told.place_of("pay-4")["type"] == "java.lang.String"
    assert [message["key"] for message, place in told.sent if place["type"] is None and "text" not in message] == [
        "7001"
    ], "the tombstone"


def test_a_payment_is_one_purchase_at_its_moment_whatever_class_carried_it(told):
    of = told.people
    assert rows(PAID) == [
        (7001, of.ann, seoul("2025-11-20 23:59:59.999999"), Decimal(35_900)),
        (7003, of.ann, seoul("2025-11-20 10:15:00"), Decimal(10_000)),
        (7004, of.ann, seoul("2025-11-21 12:00:00.5"), Decimal(9_000)),
        (7005, of.big, seoul("2025-11-21 23:59:59.999999"), Decimal(12_345_678)),
        (7006, of.ann, seoul("2025-11-22 00:00:00.123"), Decimal(20_000)),
        (9_007_199_254_740_993, 9_007_199_254_740_993, seoul("2025-11-21 00:00:00"), Decimal(1_000)),
    ]


def test_the_days_hold_what_was_paid_and_what_went_back(told):
    day = {number: ("KRW", date(2025, 11, number)) for number in range(20, 25)}
    assert ours.sales_days() == {
        day[20]: (Decimal(35_900 + 10_000), 0, 2),
        day[21]: (Decimal(1_000 + 9_000 + 12_345_678), 0, 3),
        day[22]: (Decimal(20_000), 0, 1),
        day[23]: (0, Decimal(10_100), 0),
        # A full refund without an amount, and the cancellation of a paid order.
        day[24]: (0, Decimal(10_000 + 9_000), 0),
    }


def test_refunds_are_kept_as_facts_on_their_own_days(told):
    assert rows("SELECT order_id, amount, day FROM refund_facts WHERE order_id <> 7020 ORDER BY 1") == [
        (7001, Decimal("10100.00"), date(2025, 11, 23)),
        (7003, None, date(2025, 11, 24)),
        (7004, None, date(2025, 11, 24)),
    ]
    assert rows("SELECT ref FROM refund_facts WHERE order_id IN (7001, 7004) ORDER BY order_id") == [
        ("id:R-1",),
        ("cancelled",),
    ]
    of = told.people
    assert behaviours("refund") == [
        ("refund", of.ann, 7001, seoul("2025-11-23 08:00:00.123456")),
        ("refund", of.ann, 7003, seoul("2025-11-24 00:00:00")),
    ]


def test_a_failed_payment_is_a_behaviour_and_no_sale(told):
    assert behaviours("payment_failed") == [("payment_failed", told.people.ann, 7010, seoul("2025-11-21 09:00:01"))]
    assert rows("SELECT event_data->>'reason' FROM user_behaviors WHERE event_type = 'payment_failed'") == [
        ("한도 초과",)
    ]
    assert not rows("SELECT 1 FROM ledger_entries WHERE order_id = 7010")


def test_orders_placed_and_called_off_are_behaviours_and_no_sales(told):
    of = told.people
    assert behaviours("order", "cancel") == [
        ("order", of.ann, 7020, seoul("2025-11-20 09:00:00")),
        ("order", of.big, 7021, seoul("2025-11-20 09:30:00")),
        ("order", of.ann, 7022, seoul("2025-11-20 11:00:00")),
        ("cancel", of.ann, 7004, seoul("2025-11-24 12:00:00.25")),
        ("cancel", of.ann, 7020, seoul("2025-11-24 13:00:00")),
    ]
    assert not rows("SELECT 1 FROM ledger_entries WHERE order_id IN (7020, 7021, 7022)")


def test_the_older_order_event_counts_towards_retraining(told):
    assert rows("SELECT order_id, told_at FROM retraining_orders") == [(7022, seoul("2025-11-20 11:00:00"))]


def test_views_searches_carts_and_wishes_are_behaviours(told):
    of = told.people
    assert behaviours("view", "add_to_cart", "wishlist", "search") == [
        ("view", of.ann, of.rice, seoul("2025-11-20 08:00:00")),
        ("view", None, of.ramen, seoul("2025-11-20 08:00:01.000001")),
        ("add_to_cart", of.big, of.tea, seoul("2025-11-20 08:10:00")),
        ("wishlist", of.ann, of.rice, seoul("2025-11-20 08:20:00")),
        ("search", of.ann, None, seoul("2025-11-20 08:30:00")),
        ("view", of.big, of.rice, seoul("2025-11-20 09:00:00")),
    ]
    assert rows("SELECT event_data->>'keyword' FROM user_behaviors WHERE event_type = 'search'") == [("매운 라면 🌶",)]


def test_the_taste_of_a_user_is_the_highest_of_what_happened(told):
    of = told.people
    found = {row[:2]: row[2] for row in rows("SELECT user_id, product_id, rating FROM user_item_matrix")}
    assert found == {
        (of.ann, of.ramen): 5,
        (of.ann, of.kimchi): 5,
        (of.ann, of.tea): 5,
        (of.ann, of.rice): 3,
        (BIG, of.ramen): 5,
        (BIG, of.kimchi): 5,
        (BIG, of.tea): 4,
        (BIG, of.rice): 1,
    }


def test_what_was_bought_together_is_counted_once_for_each_order(told):
    of = told.people
    assert ours.product_orders() == {of.ramen: 4, of.kimchi: 2, of.tea: 2}
    pairs = [(of.ramen, of.kimchi), (of.ramen, of.tea)]
    assert ours.pairs() == {pair: 1 for one, other in pairs for pair in ((one, other), (other, one))}


def test_a_users_list_holds_what_goes_with_what_they_bought(told):
    # Tea was bought with ramen in one of four orders; ramen and kimchi are bought already, nobody bought rice. What the
    # list is filled up with has other sources.
    found = told.lists[BIG]
    assert (found["user_id"], found["algorithm"]) == (BIG, "co-purchase")
    together = [each for each in found["recommendations"] if each["source"] == "co-purchase"]
    assert [(each["product_id"], each["score"]) for each in together] == [(told.people.tea, 0.25)]


def test_a_parcel_keeps_when_it_left_and_when_it_came(told):
    assert rows("SELECT order_id, delivery_id, started_at, completed_at FROM delivery_facts ORDER BY 1") == [
        (7001, 501, seoul("2025-11-22 09:00:00"), seoul("2025-11-23 10:30:00.125")),
        (BIG, 0, None, seoul("2025-11-24 18:00:00.000001")),
    ]
    assert [row[0] for row in behaviours("delivery_started", "delivery_completed")] == [
        "delivery_started",
        "delivery_completed",
        "delivery_completed",
    ]


def test_a_review_is_analysed_and_its_row_says_so_where_it_is_there(told):
    of = told.people
    assert rows("SELECT review_id, sentiment FROM review_analyses ORDER BY 1") == [
        (of.praise, "POSITIVE"),
        (of.blame, "NEGATIVE"),
        (BIG, "POSITIVE"),
    ]
    marked = rows("SELECT sentiment, sentiment_score FROM reviews ORDER BY id")
    assert [sentiment for sentiment, _ in marked] == ["POSITIVE", "NEGATIVE"]
    assert marked[0][1] > 0 > marked[1][1]


def test_each_group_applied_what_is_its_own_and_refused_only_the_poison(told):
    applied = dict(rows("SELECT consumer_group, COUNT(*) FROM events_inbox GROUP BY 1"))
    assert applied == {
        "analytics-payment-group": 6,
        # 2 refunds, 1 failure, 3 orders, 2 cancellations, 3 views, 3 behaviours, 3 parcels.
        "analytics-group": 19,
        # 6 payments, 3 views, 3 behaviours, 2 changed products.
        "recommendation-group": 14,
        "ml-review-group": 5,
    }
    refused = rows("SELECT consumer_group, topic, reason FROM events_deadletter ORDER BY 1, 2, 3")
    assert refused == [
        ("analytics-group", "product.viewed", "missing"),
        ("analytics-payment-group", "payment.completed", "impossible"),
        ("analytics-payment-group", "payment.completed", "not_json"),
        ("recommendation-group", "payment.completed", "impossible"),
        ("recommendation-group", "payment.completed", "not_json"),
        ("recommendation-group", "product.viewed", "missing"),
    ]
