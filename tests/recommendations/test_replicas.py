"""Replicas, a rebuild and settling at work on the same users at once: no deadlock, and the highest of each pair."""

import random

import pytest
from django.db import transaction

from recommendations.jobs import latest_baskets_settle
from recommendations.services.matrix import matrix_mend
from tests.analytics.plain_sql import rows
from tests.recommendations.telling import acted, bought, ratings, tell, viewed
from tests.together import at_once

USERS, PRODUCTS = range(1, 6), range(11, 19)


@pytest.mark.django_db(transaction=True)
def test_payments_views_and_carts_of_the_same_users_in_three_replicas_beside_a_rebuild(market):
    pick = random.Random(8)
    events, expected = [], {}

    def expect(user, product, rating):
        expected[user, product] = max(rating, expected.get((user, product), 0.0))

    for number in range(150):
        user, product, other = pick.choice(USERS), pick.choice(PRODUCTS), pick.choice(PRODUCTS)
        kind = pick.choice(["buy", "view", "cart"])
        if kind == "buy":
            events.append(bought(user, product, other, order=number + 1))
            expect(user, product, 5.0)
            expect(user, other, 5.0)
        else:
            events.append(viewed(user, product) if kind == "view" else acted(user, product, "add_to_cart"))
            expect(user, product, 1.0 if kind == "view" else 4.0)

    def replica(seed):
        def work():
            order = random.Random(seed)
            told = list(events)
            order.shuffle(told)
            while told:
                size = order.randint(5, 20)
                tell(*told[:size])
                told = told[size:]

        return work

    def rebuilding():
        for _ in range(15):
            with transaction.atomic():
                matrix_mend(user_ids=list(USERS))
            latest_baskets_settle()

    at_once(replica(1), replica(2), replica(3), rebuilding)
    assert ratings() == expected
    assert len(rows("SELECT order_id FROM baskets")) == sum(
        type(event).__name__ == "PaymentCompleted" for event in events
    )
