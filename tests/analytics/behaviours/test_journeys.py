"""Journeys and the funnel: to the microsecond, whoever tells of them first, and the same after a rebuild."""

import random
import threading
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from analytics.services.journeys.keeping import journeys_fold, journeys_rebuild
from analytics.services.retention import BEHAVIORS
from analytics.services.touching import latest_orders_touch
from tests.analytics.behaviours import by_hand
from tests.analytics.behaviours.acting import came, happens, placed, view
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, tell
from tests.factories import seoul
from tests.properties.applying import taken_back
from xlcfi.events.pruning import prune
from xlcfi.platform.selectors import sources_forget

pytestmark = pytest.mark.django_db

MICRO, WEEK = timedelta(microseconds=1), timedelta(days=7)
NOON = seoul("2025-11-01 12:00")
ALL = 0


@pytest.fixture
def shop(market):
    """A buyer and a product; `buys(at)` places an order of it and tells of it."""
    market.buyer, market.thing = market.user(), market.product()

    def buys(at, *, paid=None, delivered=None, product=None, told=True, buyer=None):
        items = [(product or market.thing, 1, 1_000), (product or market.thing, 2, 900)]
        order = market.order(buyer_id=buyer or market.buyer, items=items, created_at=at)
        if paid:
            market.payment(order, paid_at=paid)
        if delivered:
            market.delivery(order, status="DELIVERED", requested_at=paid, delivered_at=delivered)
        if told:
            happens(placed(order, buyer or market.buyer, at))
        return order

    market.buys = buys
    return market


def looks(shop, *moments, product=None, user=None):
    happens(*(view(user or shop.buyer, product or shop.thing, at) for at in moments))


def reached(product=ALL):
    """viewed, ordered, paid, delivered over all days."""
    return rows(
        "SELECT SUM(viewed)::int, SUM(ordered)::int, SUM(paid)::int, SUM(delivered)::int FROM funnel_days "
        "WHERE product_id = %s", [product]
    )[0]  # fmt: skip


def as_it_should_be(**options):
    """Our tables hold what is worked out by hand; a rebuild finds nothing to do."""
    wanted = by_hand.journeys(**options)
    assert by_hand.kept_journeys() == wanted
    assert by_hand.kept_funnel() == by_hand.funnel(wanted)
    assert journeys_rebuild(apply=True).changed == 0


def test_seven_days_are_within_and_a_microsecond_more_is_not(shop):
    other = shop.product()
    looks(shop, NOON)
    looks(shop, NOON, product=other)
    shop.buys(NOON + WEEK, paid=NOON + 2 * WEEK, delivered=NOON + 3 * WEEK)
    shop.buys(NOON + WEEK + MICRO, product=other)
    assert reached(shop.thing) == (1, 1, 1, 1)
    assert reached(other) == (1, 0, 0, 0)
    assert reached() == (2, 1, 1, 1)
    as_it_should_be()


@pytest.mark.parametrize(
    ("paid", "delivered", "wanted"),
    [
        (WEEK + MICRO, WEEK, (1, 1, 0, 0)),
        (timedelta(0), WEEK + MICRO, (1, 1, 1, 0)),
        (timedelta(0), timedelta(0), (1, 1, 1, 1)),
        (-MICRO, timedelta(0), (1, 1, 0, 0)),
        (timedelta(hours=1), -MICRO, (1, 1, 1, 0)),
    ],
)
def test_every_step_has_its_own_seven_days_and_comes_after_the_one_before(shop, paid, delivered, wanted):
    looks(shop, NOON)
    at = NOON + timedelta(days=1)
    shop.buys(at, paid=at + paid, delivered=at + paid + delivered)
    assert reached() == wanted
    as_it_should_be()


def test_a_view_after_the_order_is_the_beginning_of_another_journey(shop):
    shop.buys(NOON)
    looks(shop, NOON + MICRO)
    assert reached() == (1, 0, 0, 0)
    looks(shop, NOON)
    assert reached() == (2, 1, 0, 0)
    as_it_should_be()


def test_views_within_seven_days_of_each_other_are_one_journey_on_the_day_of_the_first(shop):
    first = seoul("2025-10-31 23:59:59.999999")
    looks(shop, first + WEEK, first + 2 * WEEK, first, first + 3 * WEEK + MICRO)
    assert sorted(row[:1] for row in rows("SELECT day FROM journeys")) == [(date(2025, 10, 31),), (date(2025, 11, 22),)]
    shop.buys(first + 3 * WEEK)
    assert reached() == (2, 1, 0, 0)
    as_it_should_be()


def test_an_order_belongs_to_one_journey_and_a_second_one_to_none(shop):
    looks(shop, NOON)
    shop.buys(NOON + timedelta(days=1))
    shop.buys(NOON + timedelta(days=2))
    assert reached() == (1, 1, 0, 0)
    looks(shop, NOON + timedelta(days=3))
    shop.buys(NOON + timedelta(days=4))
    assert reached() == (2, 2, 0, 0)
    as_it_should_be()


def test_sellers_admins_and_accounts_of_the_setting_are_left_out_and_views_of_nobody_too(shop, settings):
    settings.ANALYTICS_EXCLUDED_USER_IDS = [shop.buyer]
    seller, unknown = shop.user("SELLER"), 999_999
    looks(shop, NOON)
    looks(shop, NOON, user=seller)
    looks(shop, NOON, user=unknown)
    happens(view(None, shop.thing, NOON))
    assert reached() == (1, 0, 0, 0)
    as_it_should_be(left_out=[shop.buyer])
    settings.ANALYTICS_EXCLUDED_USER_IDS = []
    assert journeys_rebuild(apply=True).changed > 0
    as_it_should_be()


def test_rows_that_become_visible_after_their_event_are_found(shop):
    looks(shop, NOON)
    order = shop.buys(NOON + timedelta(hours=1), told=False)
    shop.sql("UPDATE orders SET buyer_id = %s WHERE id = %s", [shop.user(), order])
    tell(placed(order + 1, shop.buyer, NOON + timedelta(hours=2)))
    fold()
    assert rows("SELECT looks, order_ids FROM journey_touches") == [(1, [order + 1])]
    assert reached() == (1, 0, 0, 0)
    assert shop.buys(NOON + timedelta(hours=2), told=False) == order + 1
    shop.sql("UPDATE journey_touches SET due_at = now()")
    fold()
    assert reached() == (1, 1, 0, 0)
    assert rows("SELECT 1 FROM journey_touches") == []
    as_it_should_be()


def test_what_no_event_told_is_found_among_the_latest_orders(shop):
    looks(shop, NOON)
    shop.buys(NOON, paid=NOON, delivered=NOON, told=False)
    assert reached() == (1, 0, 0, 0)
    latest_orders_touch()
    fold()
    assert reached() == (1, 1, 1, 1)
    as_it_should_be()


def test_the_parcel_counts_by_its_event_where_no_table_tells_of_it_and_by_the_status_where_nothing_does(shop):
    looks(shop, NOON)
    order = shop.buys(NOON, paid=NOON)
    other = shop.product()
    looks(shop, NOON, product=other)
    silent = shop.buys(NOON, paid=NOON, product=other)
    shop.sql("DROP TABLE deliveries")
    sources_forget()
    happens(came(order, NOON + timedelta(days=2)))
    assert reached() == (2, 2, 2, 1)
    at = (NOON + timedelta(days=3)).replace(tzinfo=None)
    shop.sql("UPDATE orders SET status = 'DELIVERED', updated_at = %s WHERE id = %s", [at, silent])
    happens(came(silent + 1_000, NOON))
    assert journeys_rebuild(apply=True).changed > 0
    assert reached() == (2, 2, 2, 2)


def test_times_between_steps_are_told_on_five_percent(shop):
    for minutes in (1, 10, 100):
        product = shop.product()
        looks(shop, NOON, product=product)
        at = NOON + timedelta(minutes=minutes)
        shop.buys(at, paid=at + timedelta(seconds=1), product=product)
    found = rows("SELECT bucket, count FROM funnel_times WHERE product_id = 0 AND step = 'O' ORDER BY bucket")
    assert [count for _, count in found] == [1, 1, 1]
    for (bucket, _), minutes in zip(found, (1, 10, 100), strict=True):
        assert 2 ** (bucket / 8) <= minutes * 60 <= 2 ** ((bucket + 1) / 8)
    assert rows("SELECT bucket, count FROM funnel_times WHERE product_id = 0 AND step = 'P'") == [(0, 3)]


def test_journeys_outlive_their_pruned_views_and_go_on(shop, clock, settings):
    settings.BEHAVIOR_RETENTION_DAYS = 5  # until 2025-11-15
    first = seoul("2025-11-07 10:00")
    looks(shop, first, first + timedelta(days=6), first + timedelta(days=12))
    before = by_hand.kept_journeys()
    assert prune(BEHAVIORS, BEHAVIORS.cutoff(), stop=threading.Event(), progress=lambda done, of: None) == 2
    assert journeys_rebuild(apply=True).changed == 0
    assert by_hand.kept_journeys() == before
    shop.buys(first + timedelta(days=13))
    looks(shop, first + timedelta(days=12, hours=1))
    assert [row[2:6] for row in by_hand.kept_journeys()] == [
        (first, first + timedelta(days=12, hours=1), *rows("SELECT id FROM orders")[0], first + timedelta(days=13))
    ]
    assert journeys_rebuild(apply=True).changed == 0


def test_a_rebuild_mends_what_is_wrong(shop):
    looks(shop, NOON, NOON + 3 * WEEK)
    shop.buys(NOON, paid=NOON)
    rows("UPDATE funnel_days SET viewed = 9 WHERE product_id = 0 RETURNING 1")
    rows("DELETE FROM journeys WHERE ordered_at IS NULL RETURNING 1")
    rows("INSERT INTO journeys SELECT 5, 5, now(), '2025-11-01', now() RETURNING 1")
    assert journeys_rebuild(apply=False).changed > 0
    assert journeys_rebuild(apply=True).changed > 0
    as_it_should_be()


moments = st.one_of(
    st.sampled_from([NOON, NOON + WEEK, NOON + WEEK + MICRO, NOON + 2 * WEEK, NOON - MICRO]),
    st.integers(0, 40 * 24).map(lambda hours: NOON + timedelta(hours=hours)),
)
spans = st.one_of(st.none(), st.sampled_from([timedelta(0), WEEK, WEEK + MICRO]), st.timedeltas(timedelta(0), 2 * WEEK))


@bounded(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    views=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), moments), max_size=10),
    orders=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), moments, spans, spans), max_size=4),
    earlier=st.lists(st.tuples(st.integers(0, 9), moments), max_size=3),
    seed=st.integers(0, 1_000),
)
def test_whatever_comes_first_and_whenever_it_is_folded_in_the_end_is_the_same(market, views, orders, earlier, seed):
    with taken_back():
        chance = random.Random(seed)
        buyers, products = [market.user() for _ in range(2)], [market.product() for _ in range(2)]
        events = [view(buyers[b], products[p], at, event_id=f"v{n}") for n, (b, p, at) in enumerate(views)]
        # The same event at another moment, perhaps of another product: the earliest telling counts.
        events += [view(buyers[0], products[0], at, event_id=f"v{n}") for n, at in earlier]
        for buyer, product, at, paid, delivered in orders:
            order = market.order(buyer_id=buyers[buyer], items=[(products[product], 1, 100)], created_at=at)
            events.append(placed(order, buyers[buyer], at))
            if paid is not None:
                market.payment(order, paid_at=at + paid)
                events.append(payment_of_order(order))
                if delivered is not None:
                    market.delivery(order, requested_at=at + paid, delivered_at=at + paid + delivered)
                    events.append(came(order, at + paid + delivered))
        chance.shuffle(events)
        for event in events:
            tell(event)
            if chance.random() < 0.3:
                fold()
        fold()
        as_it_should_be()
        assert by_hand.kept_counts() == by_hand.counted()
        assert by_hand.kept_interest() == by_hand.interest()
        assert journeys_fold() == 0
