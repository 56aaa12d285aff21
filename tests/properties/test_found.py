"""What the properties have found, told in few words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.analytics.plain_sql import rows
from tests.oracle import Told
from tests.properties.applying import applied, records_of
from tests.properties.stories import MICRO, MIDNIGHT

pytestmark = pytest.mark.django_db

EVENING, MORNING = MIDNIGHT - MICRO, MIDNIGHT + timedelta(hours=9)


def in_batches(*story):
    applied([record] for record in records_of([replace(e, offset=n) for n, e in enumerate(story)], seed=1))


def test_a_day_that_loses_its_reason_before_it_is_folded_in_is_no_active_day():
    came = {"orderId": 1, "userId": 1, "deliveryId": 9}
    in_batches(Told("delivery.completed", MORNING, came), Told("delivery.completed", EVENING, came))
    assert rows("SELECT user_id, day, next_day FROM active_days") == [(1, EVENING.date(), None)]


@pytest.mark.parametrize("named_first", [True, False])
def test_the_person_whom_only_one_telling_names_is_known_whichever_comes_first(named_first):
    named = Told("payment.refunded", MORNING, {"orderId": 1, "userId": 1, "refundId": "R"})
    nameless = Told("payment.refunded", EVENING, {"orderId": 1, "refundId": "R"})
    in_batches(*((named, nameless) if named_first else (nameless, named)))
    assert rows("SELECT user_id, created_at FROM user_behaviors") == [(1, EVENING)]
    assert rows("SELECT user_id, day, next_day FROM active_days") == [(1, EVENING.date(), None)]


@pytest.mark.parametrize("early_first", [True, False])
def test_an_order_was_placed_when_the_earlier_of_its_tellings_says_whichever_comes_first(early_first):
    paid = {"orderId": 1, "userId": 1, "amount": 10, "currency": "KRW", "items": [{"productId": 7, "quantity": 1}]}
    tellings = [Told("payment.completed", EVENING, paid), Told("payment.completed", MORNING, paid)]
    in_batches(*(tellings if early_first else reversed(tellings)))
    assert rows("SELECT order_id, ordered_at FROM baskets") == [(1, EVENING)]
    sold = """SELECT day, SUM(orders) FROM (
        SELECT day, orders FROM product_order_days WHERE product_id = 7
        UNION ALL SELECT day, orders FROM co_purchase_deltas WHERE product_id = 7 AND other_id = 0
    ) AS days GROUP BY day HAVING SUM(orders) <> 0"""
    assert rows(sold) == [(EVENING.date(), 1)]
