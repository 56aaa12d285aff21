"""The oracle agrees with the handlers where all is well, and says so where something is lost or doubled."""

import random
from dataclasses import replace

import pytest
from django.db import connection

from tests.chaos.stories import Storyteller
from tests.chaos.wire import spelled
from tests.chaos.world import CATEGORIES
from tests.events.samples import record
from tests.oracle import World, actual, differences, expected, tally
from xlcfi.events.apply import Applier
from xlcfi.events.registry import discover, groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(market, settings):
    """Two hundred events, applied by every group, and what they should have come to."""
    settings.CONSUMER_FAILURE_LIMIT = 0
    seller = market.user("SELLER")
    for category in sorted(set(CATEGORIES.values())):
        market.row("categories", id=category, name=f"Category {category}")
    for product, category in CATEGORIES.items():
        market.product(id=product, category_id=category, seller_id=seller)
    chance = random.Random(3)
    script = Storyteller(seed=3).script(events=200)
    placed = [
        replace(each, raw=spelled(each, chance), offset=offset)
        for offset, each in enumerate(script.told)
        # Only the database of the chaos test refuses these.
        if not each.fails
    ]
    records = [record(each.raw, topic=each.in_topic, partition=each.partition, offset=each.offset) for each in placed]
    discover()
    for group in groups().values():
        mine = [each for each in records if each.topic in group.kafka_topics]
        for start in range(0, len(mine), 40):
            Applier(group).apply(mine[start : start + 40])
    return placed


@pytest.fixture
def wanted(told):
    return expected(told, World(CATEGORIES))


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def found(wanted):
    return differences(wanted, actual(connection))


def test_the_oracle_and_the_handlers_agree_about_every_effect(wanted):
    assert found(wanted) == []
    assert all(wanted[section] for section in actual(connection))


@pytest.mark.parametrize(
    "table",
    ["events_inbox", "events_deadletter", "user_behaviors", "user_profiles", "category_preferences", "order_facts",
     "delivery_facts", "retraining_orders", "rollup_deltas", "baskets", "co_purchase_deltas", "user_item_matrix",
     "review_analyses"],
)  # fmt: skip
def test_a_row_that_is_missing_is_called_lost(wanted, table):
    where = {
        "order_facts": "WHERE paid", "rollup_deltas": "WHERE product_id IS NULL AND gross > 0 AND discounts >= 0",
    }.get(table, "")  # fmt: skip
    sql(f"DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} {where} LIMIT 1)")
    lines = found(wanted)
    assert lines
    assert set(tally(lines)) == {"lost"}


def test_an_active_day_that_is_missing_is_called_lost(wanted):
    sql("DELETE FROM active_deltas WHERE user_id = (SELECT MIN(user_id) FROM active_deltas)")
    assert set(tally(found(wanted))) == {"lost"}


@pytest.mark.parametrize(
    ("statement", "section"),
    [
        ("INSERT INTO rollup_deltas (day, currency, product_id, units, gross, refunds, orders) "
         "SELECT day, currency, product_id, units, gross, refunds, orders FROM rollup_deltas "
         "WHERE product_id IS NOT NULL AND gross > 0 LIMIT 1", "product_sales_days"),
        ("INSERT INTO co_purchase_deltas (product_id, other_id, orders) "
         "SELECT product_id, other_id, orders FROM co_purchase_deltas WHERE other_id > 0 LIMIT 1", "co_purchase_pairs"),
        ("UPDATE category_preferences SET purchase_count = purchase_count + 1 "
         "WHERE ctid = (SELECT ctid FROM category_preferences LIMIT 1)", "category_preferences"),
        ("INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject) "
         "SELECT event_id || '!', user_id, event_type, event_data, created_at, 'event:' || event_id || '!' "
         "FROM user_behaviors WHERE event_type = 'view' LIMIT 1", "user_behaviors"),
        ("INSERT INTO refund_facts (order_id, ref, amount, day, recorded_at) "
         "SELECT order_id, ref || '!', amount, day, recorded_at FROM refund_facts WHERE ref LIKE 'id:%' LIMIT 1",
         "refund_facts"),
    ],
)  # fmt: skip
def test_an_effect_that_was_made_twice_is_called_doubled(wanted, statement, section):
    sql(statement)
    lines = found(wanted)
    assert lines[0].startswith(f"doubled: {section} ")
    assert set(tally(lines)) == {"doubled"}


def test_a_value_that_changed_is_called_wrong(wanted):
    sql("UPDATE baskets SET user_id = user_id + 1 WHERE order_id = (SELECT MIN(order_id) FROM baskets)")
    (line,) = found(wanted)
    assert line.startswith("wrong: baskets ")


def test_a_list_that_is_gone_is_called_lost(wanted):
    user = min(wanted["lists"])
    there = {"lists": {each: kept for each, kept in wanted["lists"].items() if each != user}}
    (line,) = differences(wanted, there)
    assert line.startswith(f"lost: lists {user}")
