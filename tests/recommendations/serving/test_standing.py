"""What the process keeps for seconds: seen when it changes, kept when nothing does."""

import pytest
from django.db import DatabaseError

from recommendations.remembered import Remembered
from recommendations.selectors.categories import Categories
from recommendations.selectors.standing import standings
from tests.analytics.plain_sql import rows


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_value_is_made_again_when_it_is_old_and_kept_while_the_database_is_away():
    clock, made = Clock(), []

    def make(before):
        made.append(before)
        if len(made) == 3:
            raise DatabaseError("away")
        return len(made)

    value = Remembered(make, seconds=2.0, clock=clock)
    assert [value.get(), value.get()] == [1, 1]
    clock.now = 2.0
    assert value.get() == 2
    clock.now = 4.0
    assert value.get() == 2
    value.forget()
    assert value.get() == 4
    assert made == [None, 1, 2, None]


@pytest.mark.django_db
def test_a_change_that_no_event_told_is_seen_at_the_next_look_and_only_that_is_read(market, django_assert_num_queries):
    seller = market.user("SELLER")
    sold, other = (market.product(stock=1, name=name, seller_id=seller) for name in "ab")
    first = standings()
    assert (first.by_id[sold].stock, first.inactive) == (1, frozenset())
    rows("UPDATE products SET stock = 0 WHERE id = %s RETURNING 1", [sold])
    with django_assert_num_queries(2):
        second = standings()
    assert (second.by_id[sold].stock, second.by_id[other].stock) == (0, 1)
    # Whoever holds the first one goes on with it.
    assert first.by_id[sold].stock == 1
    assert second.version > first.version
    rows("UPDATE users SET status = 'WITHDRAWN' WHERE id = %s RETURNING 1", [seller])
    assert standings().inactive == {seller}


def test_a_category_holds_all_below_it_and_a_ring_does_no_harm():
    tree = Categories({1: None, 2: 1, 3: 2, 4: 1, 5: 6, 6: 5})
    assert tree.within(1) == {1, 2, 3, 4}
    assert tree.within(3) == {3}
    assert tree.within(5) == {5, 6}
    assert tree.within(99) == {99}
