"""An erased person is gone from every table of ours, every figure stays, and nothing brings the person back."""

import io
import json
import logging
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from analytics.models import OrderFact
from recommendations.services.lists import list_key
from tests.analytics.erased import PERSON, applied, figures, holding, letter
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, rebuild
from tests.factories import seoul
from xlcfi.cache.redis import redis_client
from xlcfi.events.erasing import StillBusy, older_transactions_wait, person_tables
from xlcfi.events.models import FollowUp, Outbox

pytestmark = pytest.mark.django_db

# Its order has the person's number by chance: what is not the person stays.
NAMESAKE = [("events_deadletter", "payload")]


@pytest.fixture(autouse=True)
def settled(settings, clock):
    settings.REBUILD_SETTLE_SECONDS = 0
    return clock


@pytest.fixture
def life(market):
    """What a person left: orders on both sides of midnight, a refund, views, a search, a review, letters, a list.

    Returns the events that told of it.
    """
    market.user(id=PERSON, created_at=seoul("2025-11-01 09:00"), country_code="JP")
    other = market.user(created_at=seoul("2025-11-01 09:00"))
    told, product = [], market.product()
    for buyer, at, total, status in (
        (PERSON, "2025-11-18T23:59:59.999999", 12_000, "DELIVERED"),
        (PERSON, "2025-11-19T00:00:00", 8_000, "CONFIRMED"),
        (other, "2025-11-19T10:00:00", 5_000, "CONFIRMED"),
    ):
        line = {"productId": product, "quantity": 1, "price": total}
        order = market.paid_order(
            buyer_id=buyer, created_at=seoul(at), items=[(product, 1, total)], total=total, status=status
        )
        told += [
            ("product.viewed", {"timestamp": at.replace("T0", "T0"), "userId": buyer, "productId": product}),
            (
                "payment.completed",
                {"timestamp": at, "orderId": order, "userId": buyer, "amount": total, "items": [line]},
            ),
        ]
    mine = [row[0] for row in rows("SELECT id FROM orders WHERE buyer_id = %s ORDER BY id", [PERSON])]
    review = market.review(user_id=PERSON, product_id=product, created_at=seoul("2025-11-19 12:00"))
    at = {"timestamp": "2025-11-19T21:00:00", "userId": PERSON}
    told += [
        ("payment.refunded", at | {"orderId": mine[1], "refundId": "r1", "amount": 3_000}),
        ("order.cancelled", at | {"orderId": mine[0], "reason": "I, Kim of Mapo, changed my mind"}),
        ("user.behavior", at | {"behaviorType": "SEARCH", "keyword": "Kim", "data": {"phone": "010", "user": PERSON}}),
        ("user.behavior", at | {"behaviorType": "WISHLIST", "productId": product, "sessionId": f"of-{PERSON}"}),
        ("review.created", at | {"reviewId": review, "productId": product, "rating": 5, "content": "맛있어요"}),
    ]
    applied(told)
    letter({"eventId": "e1", "orderId": 5, "userId": PERSON, "amount": "none"}, 1)
    letter({"order": {"buyer_id": str(PERSON)}}, 2)
    letter(json.dumps({"memberId": PERSON}), 3)
    letter({"orderId": PERSON, "userId": 10 * PERSON}, 4)
    Outbox.objects.create(event_id="d1", topic="payment.completed.DLT", value=json.dumps({"userId": PERSON}).encode())
    FollowUp.objects.all().delete()
    FollowUp.objects.create(job="recommendations.lists_refresh", args={"user_ids": [PERSON, other]}, dedupe_key="a")
    FollowUp.objects.create(job="recommendations.lists_refresh", args={"user_ids": [PERSON]}, dedupe_key="b")
    redis_client().set(list_key(PERSON), b"{}")
    rebuild()
    return told


def erase(*options, user=PERSON):
    out = io.StringIO()
    call_command("erase_person", str(user), *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_person_is_in_no_table_afterwards_and_no_figure_moves(life):
    before = figures()
    held = holding(PERSON)
    assert {("order_facts", "buyer_id"), ("user_behaviors", "event_data"), ("baskets", "user_id")} <= set(held)
    told = erase("--apply", "--reason", "asked by letter")
    assert holding(PERSON) == NAMESAKE
    assert figures() == before
    assert (told["changed"]["order_facts"], told["changed"]["events_deadletter"], told["changed"]["redis"]) == (2, 3, 1)
    assert told["warnings"] == []
    assert rows("SELECT reason, pseudonym < 0 FROM erased_people") == [("asked by letter", True)]
    assert not rows("SELECT 1 FROM user_behaviors WHERE event_data::text ~ 'Kim|010-|of-'")


def test_a_rebuild_and_reconciling_bring_nobody_back(life):
    before = figures()
    erase("--apply")
    rebuild()
    for options in (("--since", "2025-01-01"), ("--month", "2025-11")):
        call_command("reconcile", "--apply", *options, stdout=io.StringIO())
    fold()
    assert holding(PERSON) == NAMESAKE
    assert figures() == before


def test_a_replay_of_everything_brings_nobody_back(life):
    before = figures()
    erase("--apply")
    applied(life, again="again")
    rebuild()
    assert holding(PERSON) == NAMESAKE
    after = figures()
    # Views and searches have no identity beyond their event's: told with another id they are other views.
    for table in ("behavior_days", "product_interest_days", "funnel_days", "funnel_times"):
        before[4].pop(table), after[4].pop(table)
    before[5].pop("user_behaviors"), after[5].pop("user_behaviors")
    assert after == before


def test_what_the_person_does_later_counts_without_them(life, market):
    erase("--apply")
    pseudonym = rows("SELECT pseudonym FROM erased_people")[0][0]
    order = market.paid_order(buyer_id=PERSON, created_at=seoul("2025-11-20 09:00"), total=700, status="DELIVERED")
    early = {"orderId": 424_242, "userId": PERSON, "amount": 900, "items": []}  # its row is not there yet
    at = {"timestamp": "2025-11-20T09:00:00", "userId": PERSON}
    applied(
        [
            ("payment.completed", at | {"orderId": order, "amount": 700, "items": []}),
            ("payment.completed", at | early),
            ("order.cancelled", {"timestamp": "2025-11-20T09:30:00", "orderId": order}),  # names nobody
            ("user.behavior", at | {"behaviorType": "SEARCH", "keyword": "still Kim"}),
        ],
        again="later",
    )
    rebuild()
    assert holding(PERSON) == NAMESAKE
    assert OrderFact.objects.filter(buyer_id=pseudonym).count() == 3
    assert rows("SELECT total_purchases FROM user_profiles WHERE user_id = %s", [pseudonym]) == [(2,)]
    assert rows("SELECT user_id FROM user_item_matrix WHERE user_id <= 0") == []


def test_others_stay_as_they_are(life):
    (other,) = rows("SELECT DISTINCT buyer_id FROM order_facts WHERE buyer_id <> %s", [PERSON])[0]
    tables = {"order_facts": "buyer_id", "user_behaviors": "user_id", "user_item_matrix": "user_id"}
    before = {table: rows(f"SELECT * FROM {table} WHERE {column} = %s", [other]) for table, column in tables.items()}
    erase("--apply")
    assert {
        table: rows(f"SELECT * FROM {table} WHERE {column} = %s", [other]) for table, column in tables.items()
    } == before
    assert [each.args for each in FollowUp.objects.filter(job="recommendations.lists_refresh")] == [
        {"user_ids": [other]}
    ]
    assert rows("SELECT state, payload IS NULL, message FROM events_deadletter ORDER BY id") == [
        *[("discarded", True, "")] * 3,
        ("new", False, "m"),
    ]


def test_a_dry_run_counts_and_writes_nothing(life):
    held = holding(PERSON)
    told = erase()
    assert (told["applied"], told["changed"]["order_facts"]) == (False, 2)
    assert holding(PERSON) == held
    assert rows("SELECT 1 FROM erased_people") == []
    assert redis_client().get(list_key(PERSON)) == b"{}"


def test_erasing_again_keeps_the_pseudonym_and_finds_what_came_back(life):
    erase("--apply")
    before = rows("SELECT * FROM erased_people")
    rows(
        "INSERT INTO category_preferences "
        "SELECT %s, category_id, 9, now() FROM category_preferences ORDER BY user_id LIMIT 1 RETURNING 1",
        [PERSON],
    )
    rows("INSERT INTO active_days (user_id, day) VALUES (%s, '2025-11-01') RETURNING 1", [PERSON])
    out = io.StringIO()
    call_command("erase_person", "--again", "--apply", stdout=out)
    assert holding(PERSON) == NAMESAKE
    assert "active_days: 1" in out.getvalue()
    assert rows("SELECT * FROM erased_people") == before


def test_a_reason_that_many_gave_stays_and_one_in_a_persons_own_words_goes(life, market):
    at = {"timestamp": "2025-11-19T22:00:00", "reason": "changed my mind"}
    people = [PERSON, *[market.user() for _ in range(5)]]
    applied(
        [("order.cancelled", at | {"orderId": 700 + n, "userId": user}) for n, user in enumerate(people)], again="x"
    )
    erase("--apply")
    found = rows(
        "SELECT event_data->>'reason' FROM user_behaviors WHERE event_type = 'cancel' AND user_id < 0 ORDER BY 1"
    )
    assert found == [("changed my mind",), (None,)]


def test_the_log_says_that_somebody_was_erased_and_not_who(life, caplog):
    with caplog.at_level(logging.INFO, logger="analytics.services.erasure"):
        erase("--apply")
    (line,) = [each for each in caplog.records if each.message == "person erased"]
    assert str(PERSON) not in str(line.__dict__)
    assert line.pseudonym < 0


def test_sellers_and_admins_are_refused(market):
    with pytest.raises(CommandError, match="This account is a SELLER"):
        erase("--apply", user=market.user("SELLER"))
    assert rows("SELECT 1 FROM erased_people") == []


@pytest.mark.parametrize("user", ["0", "-5", "many", str(2**63)])
def test_what_is_no_id_is_refused(user):
    with pytest.raises(CommandError):
        call_command("erase_person", user)


@pytest.mark.parametrize("app", ["analytics", "recommendations", "ml"])
def test_every_column_that_names_a_person_is_erased(app):
    """A new table must name its column so, or be added to PERSON_COLUMNS."""
    named = [
        (model._meta.db_table, field.column)
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if model._meta.managed
        and not field.is_relation
        and re.search(r"(user|buyer|member|customer|person)_?ids?$", field.column)
    ]
    assert named
    assert sorted(named) == sorted(person_tables(app))


@pytest.mark.django_db(transaction=True)
def test_an_erasure_waits_for_transactions_that_cannot_know_of_it():
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1")
            with pytest.raises(StillBusy):
                older_transactions_wait(seconds=0)
            other.rollback()
            older_transactions_wait(seconds=0)
    finally:
        other.close()
