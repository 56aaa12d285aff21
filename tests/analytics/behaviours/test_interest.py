"""Behaviours by day, by product, by reason: exact whatever was told how often, and the same after a rebuild."""

import threading
from datetime import date

import pytest

from analytics.selectors.interest import Interest, behaviors_by_day, interest_by_day, interest_totals
from analytics.services.behaviors import orphans_adopt, purchases_forget
from analytics.services.interest import interest_fold, interest_rebuild
from analytics.services.retention import BEHAVIORS
from tests.analytics.behaviours import by_hand
from tests.analytics.behaviours.acting import act, cancelled, failed, happens, view
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, tell
from tests.factories import seoul
from xlcfi.clock import Period
from xlcfi.events.pruning import prune

pytestmark = pytest.mark.django_db

DAY = date(2025, 11, 19)


def as_counted():
    """What is kept is what the behaviours say; and a rebuild finds nothing to do."""
    assert by_hand.kept_counts() == by_hand.counted()
    assert by_hand.kept_interest() == by_hand.interest()
    assert interest_rebuild(apply=True).changed == 0


def test_views_on_both_sides_of_midnight_in_seoul_belong_to_two_days(db):
    happens(
        view(1, 5, seoul("2025-11-18 23:59:59.999999")),
        view(1, 5, seoul("2025-11-19 00:00")),
        view(None, 5, seoul("2025-11-19 00:00:00.000001")),
    )
    assert by_hand.kept_interest() == {
        (5, date(2025, 11, 18)): {"views": 1},
        (5, DAY): {"views": 2, "anonymous_views": 1},
    }
    as_counted()


def test_every_kind_of_interest_has_its_count_and_others_count_by_day_only(db):
    at = seoul("2025-11-19 10:00")
    kinds = ["ADD_TO_CART", "addToCart", "cart-add", "WISHLIST", "click", "Share", "VIEW", "compare"]
    happens(*(act(1, 5, kind, at) for kind in kinds), act(1, None, "search", at))
    assert interest_by_day(product_ids=[5, 6], first=DAY, last=DAY) == [
        (5, DAY, Interest(views=1, anonymous_views=0, carts=3, wishes=1, clicks=1, shares=1))
    ]
    assert {row.event_type: row.total for row in behaviors_by_day(period=Period("d", DAY, DAY))} == {
        "add_to_cart": 2, "cart_add": 1, "wishlist": 1, "click": 1, "share": 1, "view": 1, "compare": 1, "search": 1,
    }  # fmt: skip
    as_counted()


def test_what_waits_to_be_folded_in_counts_already(db):
    tell(view(1, 5, seoul("2025-11-19 10:00")))
    fold()
    tell(view(None, 5, seoul("2025-11-19 10:01")), view(2, 6, seoul("2025-11-19 10:02")))
    asked = {"first": DAY, "last": DAY}
    before = interest_totals(**asked)
    assert before == {5: Interest(views=2, anonymous_views=1), 6: Interest(views=1)}
    assert interest_fold() > 0
    assert interest_totals(**asked) == before
    assert interest_totals(product_ids=[6], **asked) == {6: Interest(views=1)}


def test_an_earlier_telling_takes_its_behaviour_to_its_own_day(market):
    buyer = market.user()
    order = market.paid_order(buyer_id=buyer, created_at=seoul("2025-11-19 09:00"))
    happens(payment_of_order(order, at=seoul("2025-11-20 00:00")))
    assert by_hand.kept_counts()[date(2025, 11, 20), "purchase"] == (1, 0)
    happens(payment_of_order(order, at=seoul("2025-11-19 23:59:59.999999")))
    assert (date(2025, 11, 20), "purchase") not in by_hand.kept_counts()
    assert by_hand.kept_counts()[DAY, "purchase"] == (1, 0)
    as_counted()
    happens(payment_of_order(order, at=seoul("2025-11-21 10:00")))
    assert by_hand.kept_counts()[DAY, "purchase"] == (1, 0)
    as_counted()


def test_a_behaviour_of_nobody_is_somebodys_once_a_telling_or_its_order_names_them(market):
    order = market.order(buyer_id=market.user())
    at = seoul("2025-11-19 10:00")
    happens(cancelled(order, at), cancelled(999, at))
    assert by_hand.kept_counts()[DAY, "cancel"] == (2, 2)
    assert orphans_adopt() == 1
    fold()
    assert by_hand.kept_counts()[DAY, "cancel"] == (2, 1)
    happens(cancelled(999, seoul("2025-11-19 11:00"), user=7))
    assert by_hand.kept_counts()[DAY, "cancel"] == (2, 0)
    as_counted()


def test_purchases_that_are_taken_back_take_their_count_with_them(market):
    order = market.paid_order(created_at=seoul("2025-11-19 09:00"))
    happens(payment_of_order(order))
    assert purchases_forget(order_ids=[order]) == 1
    fold()
    assert by_hand.kept_counts() == {}
    as_counted()


def test_reasons_are_counted_as_they_were_told_and_the_untold_apart(db):
    at = seoul("2025-11-19 10:00")
    long = "가" * 200
    happens(
        cancelled(1, at, reason="변심"), cancelled(2, at, reason=" 변심 "), cancelled(3, at),
        cancelled(4, at, reason=long),
        failed(5, at, reason="LIMIT"), failed(5, at, reason="LIMIT"), failed(6, at, reason="LIMIT", payment_id=1),
        failed(6, at, reason="LIMIT", payment_id=1),
    )  # fmt: skip
    assert sorted(rows("SELECT event_type, reason, count FROM behavior_reasons WHERE day = %s", [DAY])) == [
        ("cancel", "", 1),
        ("cancel", "가" * 120, 1),
        ("cancel", "변심", 2),
        ("payment_failed", "LIMIT", 3),
    ]
    happens(cancelled(1, seoul("2025-11-18 10:00"), reason="품절"))
    assert sorted(rows("SELECT day, reason, count FROM behavior_reasons WHERE reason IN ('변심', '품절')")) == [
        (date(2025, 11, 18), "품절", 1),
        (DAY, "변심", 1),
    ]
    as_counted()


def test_what_was_pruned_stays_counted_and_is_not_counted_again(clock, settings):
    settings.BEHAVIOR_RETENTION_DAYS = 30
    old, new = view(1, 5, seoul("2025-10-01 10:00")), view(1, 5, seoul("2025-11-19 10:00"))
    happens(old, new)
    before = by_hand.kept_counts(), by_hand.kept_interest()
    assert prune(BEHAVIORS, BEHAVIORS.cutoff(), stop=threading.Event(), progress=lambda done, of: None) == 1
    assert interest_rebuild(apply=True).changed == 0
    happens(old, new)
    assert (by_hand.kept_counts(), by_hand.kept_interest()) == before


def test_a_rebuild_mends_what_is_wrong_and_a_dry_one_only_says_so(db):
    happens(view(1, 5, seoul("2025-11-18 10:00")), act(2, 6, "click", seoul("2025-11-19 10:00")))
    rows("UPDATE behavior_days SET count = 9 WHERE event_type = 'view' RETURNING 1")
    rows("DELETE FROM product_interest_days WHERE product_id = 6 RETURNING 1")
    rows("INSERT INTO product_interest_days (product_id, day, views) VALUES (7, '2025-11-19', 3) RETURNING 1")
    tell(view(1, 8, seoul("2025-11-19 10:00")))
    assert interest_rebuild(apply=False).changed == 3
    assert (7, DAY) in by_hand.kept_interest()
    assert interest_rebuild(apply=True).changed == 3
    as_counted()
