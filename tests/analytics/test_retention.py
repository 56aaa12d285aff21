"""Old behaviours and the inbox are let go of: no figure moves, not even when every topic is read from the beginning."""

import itertools
import json
import random
import threading

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from analytics.services.activity import activity_fold
from analytics.services.retention import BEHAVIORS
from tests.analytics import ours
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, rebuild
from tests.events.samples import record
from tests.factories import seoul
from xlcfi.events.apply import Applier
from xlcfi.events.models import DeadLetter
from xlcfi.events.pruning import prune, pruned_before
from xlcfi.events.redelivery import dead_letter_retry
from xlcfi.events.registry import Group, Handler, discover, groups

pytestmark = pytest.mark.django_db

APPS = ("analytics", "recommendations")
# Says how a row came about or when it was written, not what it says; and what is waiting to be folded in.
WRITTEN = ours.WRITTEN | {"churn_updated_at", "changed_at", "told_at", "recorded_at"}
LOGS = ("rollup_deltas", "active_deltas", "co_purchase_deltas", "co_purchase_changes", "buyer_changes",
        "interest_deltas", "journey_touches", "operation_touches")  # fmt: skip


@pytest.fixture(autouse=True)
def days(settings, clock):
    """It is 2025-11-20; behaviours are kept from 2023-11-21 on."""
    settings.BEHAVIOR_RETENTION_DAYS = 730
    settings.REBUILD_SETTLE_SECONDS = 0
    discover()


def figures(*, without=()):
    """Every table of the apps as sorted rows of what they say."""
    found = {}
    for (table,) in rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    ):
        if table in app_tables() and table not in (*LOGS, *without):
            names = rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
            wanted = ", ".join(sorted(f'"{name}"' for (name,) in names if name not in WRITTEN))
            found[table] = sorted(rows(f"SELECT {wanted} FROM {table}"), key=repr)
    return found


def app_tables():
    return {model._meta.db_table for name in APPS for model in apps.get_app_config(name).get_models()}


def served():
    """The groups whose figures are looked at."""
    return [group for group in groups().values() if not group.name.startswith("ml-")]


class Topics:
    """Topics as a broker keeps them: records with offsets, read again as often as one likes."""

    def __init__(self):
        self.records = []
        self._offsets = itertools.count()

    def say(self, topic, **fields):
        offset = next(self._offsets)
        value = json.dumps({"eventId": f"event-{offset}", "eventType": topic, **fields}, default=str).encode()
        self.records.append(record(value, topic=topic, offset=offset, key=None, timestamp_ms=None))

    def read(self, *, seed=None, fold_after=True):
        """All of it, by every group, in batches of seven; with a seed in another order."""
        records = list(self.records)
        if seed is not None:
            random.Random(seed).shuffle(records)
        for group in served():
            applier = Applier(group, limited=False)
            for start in range(0, len(records), 7):
                assert not applier.apply(records[start : start + 7]).refusals
        if fold_after:
            fold()


@pytest.fixture
def topics(market):
    """Two years and more of a small shop: orders paid, returned, called off and delivered; views, carts, failures."""
    told = Topics()
    products = [market.product(price=price) for price in (1_000, 3_500, 12_900)]
    buyers = [market.user() for _ in range(3)]
    months = ["2023-03", "2023-06", "2023-11", "2023-12", "2024-08", "2025-10"]
    for number, (month, buyer) in enumerate(itertools.product(months, buyers)):
        at = seoul(f"{month}-{5 + number % 3:02} 09:30")
        one, two = products[number % 3], products[(number + 1) % 3]
        viewed = seoul(f"{month}-02 21:00")
        told.say("product.viewed", timestamp=viewed.isoformat(), productId=one, userId=buyer, sessionId="s")
        told.say("user.behavior", timestamp=viewed.isoformat(), productId=two, userId=buyer, behaviorType="ADD_TO_CART")
        order = market.paid_order(
            buyer_id=buyer, items=[(one, 2, 1_000), (two, 1, 3_500)], created_at=at, paid_at=at, updated_at=at
        )
        common = {"orderId": order, "userId": buyer, "timestamp": at.isoformat()}
        items = [{"productId": one, "quantity": 2, "price": 1_000}, {"productId": two, "quantity": 1, "price": 3_500}]
        told.say("order.created", **common, total=5_500, items=items)
        told.say("payment.failed", **common, paymentId=order * 10, amount=5_500)
        told.say("payment.completed", **common, paymentId=order * 10 + 1, amount=5_500, items=items)
        told.say("delivery.started", **common, deliveryId=order)
        told.say("delivery.completed", **common, deliveryId=order)
        if number % 4 == 0:
            told.say("payment.refunded", **common, paymentId=order * 10 + 1, refundId=order, amount=1_200)
    return told


def inbox_forgets():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_inbox")
        assert cursor.rowcount > 0


def behaviors_forget():
    return prune(BEHAVIORS, BEHAVIORS.cutoff(), stop=threading.Event(), progress=lambda done, of: None, batch=10)


def test_topics_read_again_after_the_inbox_forgot_them_change_nothing(topics):
    topics.read()
    before = figures()
    assert before["order_facts"] != []
    assert before["user_item_matrix"] != []
    for seed in (None, 1, 2):
        inbox_forgets()
        topics.read(seed=seed)
        assert figures() == before


def test_pruned_behaviours_take_no_figure_with_them(topics):
    topics.read()
    before = figures(without=("user_behaviors",))
    ((old,),) = rows("SELECT count(*) FROM user_behaviors WHERE created_at < '2023-11-21 00:00+09'")
    ((kept,),) = rows("SELECT count(*) FROM user_behaviors WHERE created_at >= '2023-11-21 00:00+09'")
    assert old > 20
    assert kept > 20
    assert behaviors_forget() == old
    assert rows("SELECT count(*) FROM user_behaviors") == [(kept,)]
    assert pruned_before(BEHAVIORS.name) == seoul("2023-11-21 00:00")
    assert figures(without=("user_behaviors",)) == before


def test_what_was_pruned_does_not_come_back_when_the_topics_are_read_again(topics):
    topics.read()
    before = figures(without=("user_behaviors",))
    behaviors_forget()
    left = figures()
    for seed in (None, 3):
        inbox_forgets()
        topics.read(seed=seed)
        assert figures() == left
    assert figures(without=("user_behaviors",)) == before


def test_a_rebuild_leaves_the_time_before_the_pruning_as_it_is(topics):
    topics.read()
    rebuild()
    before = figures(without=("user_behaviors",))
    assert ("2023-03-02",) in [(str(day),) for _, day in ours.active_days()]
    behaviors_forget()
    left = figures()
    rebuild()
    assert figures() == left
    assert figures(without=("user_behaviors",)) == before


def test_a_rebuild_still_mends_the_days_after_the_pruning(topics):
    topics.read()
    rebuild()
    behaviors_forget()
    good = figures()
    ((user, day),) = rows("SELECT user_id, day FROM active_days WHERE day > '2025-01-01' ORDER BY 1, 2 LIMIT 1")
    rows("DELETE FROM active_days WHERE user_id = %s AND day = %s RETURNING 1", [user, day])
    rows("INSERT INTO active_days (user_id, day) VALUES (%s, '2025-01-07') RETURNING 1", [user])
    rebuild()
    assert figures() == good


def test_days_that_wait_to_be_folded_in_outlive_their_pruned_behaviours(topics):
    topics.read(fold_after=False)
    behaviors_forget()
    call_command("rebuild", "activity", verbosity=0)  # a dry run: it must not lose them either
    rebuild()
    left = ours.active_days()
    assert "2023-03-02" in {str(day) for _, day in left}
    while activity_fold():
        pass
    assert ours.active_days() == left


def test_a_new_telling_takes_no_day_away_whose_behaviours_are_gone(topics, market):
    topics.read()
    behaviors_forget()
    before = ours.active_days()
    # The same order told again, earlier on the same day: its buyer's days are looked through.
    ((order, buyer),) = rows("SELECT order_id, buyer_id FROM order_facts WHERE day > '2025-01-01' ORDER BY 1 LIMIT 1")
    topics.say(
        "payment.completed", orderId=order, userId=buyer, amount=5_500, timestamp="2025-10-05T00:00:01", items=[]
    )
    Applier(groups()["analytics-payment"], limited=False).apply(topics.records[-1:])
    fold()
    assert {pair for pair in before if str(pair[1]) < "2023-11-21"} <= ours.active_days()


def test_dead_letters_that_are_sent_through_long_after_leave_what_they_would_have_left_in_time(topics):
    with transaction.atomic():
        topics.read()
        in_time = figures()
        transaction.set_rollback(True)

    def broken(batch):
        raise KeyError("a bad release")

    late = [each for number, each in enumerate(topics.records) if number % 3 == 0]
    for group in served():
        Applier(Group(group.name, (Handler(broken, group.kinds),)), limited=False).apply(late)
    topics.records = [each for each in topics.records if each not in late]
    topics.read(seed=4)
    letters = list(DeadLetter.objects.order_by("-pk").values_list("pk", flat=True))
    assert len(letters) >= len(late)
    assert {dead_letter_retry(letter_id=each, who="kim").result for each in letters} == {"applied"}
    fold()
    assert figures() == in_time
