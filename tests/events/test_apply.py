"""A batch is applied once and whole; what can't be applied is kept apart."""

import json

import pytest
from django.db import OperationalError, connection, transaction

from tests.events.samples import payment, payments, record
from xlcfi.events import InvalidEvent, RetryLater, Topic, job
from xlcfi.events.apply import Applier
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.models import DeadLetter, FollowUp, Inbox

pytestmark = pytest.mark.django_db


@job(name="tests.note")
def note(**args):
    """A follow-up job that does nothing."""


def poison(order_id, user_id=13):
    """A payment that the database refuses: user 13 breaks a constraint of the effects."""
    return record(payment(orderId=order_id, userId=user_id, eventId=f"payment-{order_id}"), offset=order_id)


def test_events_are_applied_in_order_and_noted(group, effects):
    mine = group()
    outcome = Applier(mine).apply(payments(5))
    assert outcome.counts == {("payment.completed", "applied"): 5}
    assert effects.orders() == [1, 2, 3, 4, 5]
    assert Inbox.objects.filter(group=mine.name).count() == 5


def test_an_event_that_comes_again_changes_nothing(group, effects):
    applier = Applier(group())
    applier.apply(payments(3))
    outcome = applier.apply(payments(4))
    assert (outcome.total("applied"), outcome.total("duplicate")) == (1, 3)
    assert effects.orders() == [1, 2, 3, 4]


def test_an_event_twice_in_a_batch_is_applied_once(group, effects):
    outcome = Applier(group()).apply([*payments(3), *payments(3, offset=10)])
    assert (outcome.total("applied"), outcome.total("duplicate")) == (3, 3)
    assert effects.orders() == [1, 2, 3]


def test_each_group_has_its_own_inbox(group, effects):
    seen = []
    Applier(group(lambda batch: seen.append(len(batch)))).apply(payments(2))
    Applier(group(lambda batch: seen.append(len(batch)))).apply(payments(2))
    assert seen == [2, 2]


def test_events_without_an_id_are_told_apart_by_their_offset(group, effects):
    first = record(payment(eventId=None, orderId=1), offset=1)
    second = record(payment(eventId=None, orderId=2), offset=2)
    outcome = Applier(group()).apply([first, second, first])
    assert (outcome.total("applied"), outcome.total("duplicate")) == (2, 1)


def test_every_handler_gets_the_kinds_it_wants(effects):
    from xlcfi.events.registry import Group, Handler

    seen = {}
    handlers = (
        Handler(lambda batch: seen.setdefault("both", [type(e).__name__ for e in batch.events]),
                frozenset({Topic.PAYMENT_COMPLETED, Topic.PAYMENT_REFUNDED})),
        Handler(lambda batch: seen.setdefault("refunds", [type(e).__name__ for e in batch.events]),
                frozenset({Topic.PAYMENT_REFUNDED})),
        Handler(lambda batch: seen.setdefault("failures", batch.events), frozenset({Topic.PAYMENT_FAILED})),
    )  # fmt: skip
    refund = record(payment(eventId="r", eventType="PAYMENT_REFUNDED"), topic="payment-events")
    Applier(Group("test-kinds-group", handlers)).apply([*payments(1), refund])
    assert seen == {"both": ["PaymentCompleted", "PaymentRefunded"], "refunds": ["PaymentRefunded"]}


def test_tombstones_and_unknown_kinds_are_ignored_without_a_row(group, effects):
    unknown = record(payment(eventType="PAYMENT_AUTHORIZED"), topic="payment-events")
    outcome = Applier(group()).apply([record(None), unknown])
    assert outcome.total("ignored") == 2
    assert not Inbox.objects.exists()
    assert not DeadLetter.objects.exists()


def test_what_can_not_be_read_is_kept_with_all_that_is_known(group, effects):
    bad = record(b'{"a": \x00\xff', partition=2, offset=9, headers=(("__TypeId__", b"com.x.Y"), ("n", None)))
    mine = group()
    outcome = Applier(mine).apply([*payments(2), bad])
    assert (outcome.total("applied"), outcome.total("dead")) == (2, 1)
    letter = DeadLetter.objects.get()
    assert (letter.group, letter.topic, letter.partition, letter.offset) == (mine.name, "payment.completed", 2, 9)
    assert (letter.reason, letter.cause, letter.state) == ("not_json", "input", "new")
    assert bytes(letter.payload) == bad.value
    assert bytes(letter.key) == b"7"
    assert letter.headers == [["__TypeId__", "Y29tLnguWQ=="], ["n", None]]


def test_a_bad_field_is_named(group, effects):
    Applier(group()).apply([record(payment(items=[{"productId": 1, "quantity": -2}]))])
    letter = DeadLetter.objects.get()
    assert (letter.reason, letter.field, letter.event_id) == ("impossible", "items[0].quantity", payment()["eventId"])


def test_the_same_bad_record_again_is_one_dead_letter(group, effects):
    applier = Applier(group())
    for _ in range(2):
        assert applier.apply([record(b"x")]).total("dead") == 1
    assert DeadLetter.objects.count() == 1


def test_one_poison_among_500_is_found_and_the_others_are_applied_in_order(group, effects):
    records = payments(500)
    records[321] = poison(322)
    mine = group()
    outcome = Applier(mine).apply(records)
    assert (outcome.total("applied"), outcome.total("dead")) == (499, 1)
    assert effects.orders() == [number for number in range(1, 501) if number != 322]
    letter = DeadLetter.objects.get()
    assert (letter.event_id, letter.reason, letter.cause) == ("payment-322", "IntegrityError", "handler")
    assert "effects_user_id_check" in letter.message
    assert "effects_user_id_check" in letter.trace
    assert not Inbox.objects.filter(event_id="payment-322").exists()
    assert Inbox.objects.filter(group=mine.name).count() == 499


def test_poison_that_was_sent_twice_is_refused_twice_in_one_batch_as_in_two(group, effects):
    body = payment(orderId=2, userId=13, eventId="payment-2")
    both = [record(body, offset=2), record(body, offset=3)]
    applier = Applier(group())
    assert applier.apply([payments(1)[0], *both]).total("dead") == 2
    found = sorted(DeadLetter.objects.values_list("record_id", "event_id", "cause"))
    assert [row[1:] for row in found] == [("payment-2", "handler")] * 2
    for each in both:
        applier.apply([each])
    assert sorted(DeadLetter.objects.values_list("record_id", "event_id", "cause")) == found
    assert effects.orders() == [1]


def test_several_poisons_at_the_ends_are_found(group, effects):
    records = payments(9)
    for place in (0, 4, 8):
        records[place] = poison(place + 1)
    assert Applier(group()).apply(records).total("dead") == 3
    assert effects.orders() == [2, 3, 4, 6, 7, 8]


def test_a_handler_that_calls_an_event_invalid_is_believed(group, effects):
    def handle(batch):
        for event in batch.events:
            if event.order_id == 2:
                raise InvalidEvent("sold before it existed", code="impossible", field="orderId")

    assert Applier(group(handle)).apply(payments(3)).total("dead") == 1
    letter = DeadLetter.objects.get()
    assert (letter.reason, letter.field, letter.cause, letter.event_id) == (
        "impossible",
        "orderId",
        "input",
        "payment-2",
    )


def test_a_deferred_constraint_is_checked_while_the_event_can_still_be_told_apart(group, effects):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parents (id bigint PRIMARY KEY)")
        cursor.execute("CREATE TABLE children (id bigint REFERENCES parents DEFERRABLE INITIALLY DEFERRED)")
        cursor.execute("INSERT INTO parents VALUES (1), (3)")

    def handle(batch):
        with connection.cursor() as cursor:
            for event in batch.events:
                cursor.execute("INSERT INTO children VALUES (%s)", [event.order_id])

    outcome = Applier(group(handle)).apply(payments(3))
    assert (outcome.total("applied"), outcome.total("dead")) == (2, 1)


def test_follow_ups_are_queued_only_for_what_was_applied(group, effects):
    def handle(batch):
        effects.add(batch)
        for event in batch.events:
            batch.queue(note, order=event.order_id)
        batch.queue(note, all={3, 1, 2})

    records = payments(4)
    records[1] = poison(2)
    outcome = Applier(group(handle)).apply(records)
    queued = [json.dumps(row.args) for row in FollowUp.objects.order_by("id")]
    # The parts of a batch that is taken apart ask for themselves; equal work is done once all the same.
    assert list(dict.fromkeys(queued)) == ['{"order": 1}', '{"all": [1, 2, 3]}', '{"order": 3}', '{"order": 4}']
    assert outcome.queued == 4


def test_only_jobs_can_be_queued(group, effects):
    def handle(batch):
        batch.queue(print, order=1)

    Applier(group(handle)).apply(payments(1))
    assert DeadLetter.objects.get().reason == "TypeError"


def test_a_passing_fault_undoes_all_and_says_try_later(group, effects):
    away = [True]

    def handle(batch):
        effects.add(batch)
        if away:
            away.clear()
            raise OperationalError("server closed the connection unexpectedly")

    applier = Applier(group(handle))
    with pytest.raises(RetryLater):
        applier.apply([*payments(2), record(b"bad", offset=7)])
    assert (effects.orders(), Inbox.objects.count(), DeadLetter.objects.count()) == ([], 0, 0)
    assert applier.apply(payments(2)).total("applied") == 2


def test_a_handler_that_asks_for_a_retry_gets_one(group, effects):
    def handle(batch):
        raise RetryLater("the model is being replaced")

    with pytest.raises(RetryLater):
        Applier(group(handle)).apply(payments(2))


def test_a_value_too_large_for_an_index_is_no_passing_fault(group, effects):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE words (word text PRIMARY KEY)")

    def handle(batch):
        import random

        words = ["".join(random.Random(1).choices("abcdefgh1234", k=9000)) if e.order_id == 2 else "x" * e.order_id
                 for e in batch.events]  # fmt: skip
        with connection.cursor() as cursor:
            for word in words:
                cursor.execute("INSERT INTO words VALUES (%s)", [word])

    outcome = Applier(group(handle)).apply(payments(3))
    assert (outcome.total("applied"), outcome.total("dead")) == (2, 1)


def test_a_bad_release_stops_the_consumer_instead_of_draining_the_topic(group, effects, settings):
    settings.CONSUMER_FAILURE_LIMIT = 10

    def handle(batch):
        raise KeyError("a bug")

    applier = Applier(group(handle))
    assert applier.apply(payments(8)).total("dead") == 8
    with pytest.raises(ConsumerStopped), transaction.atomic():
        applier.apply(payments(8, first=100, offset=100))
    # Nothing of the batch that went over the limit was kept: it is all still in the topic.
    assert DeadLetter.objects.count() == 8
    # A restart does not begin at zero.
    with pytest.raises(ConsumerStopped), transaction.atomic():
        Applier(applier.group).apply(payments(8, first=200, offset=200))
    # Good events still pass, and so do failures once somebody has looked after the old ones.
    DeadLetter.objects.update(state=DeadLetter.State.DISCARDED)
    assert applier.apply(payments(8, first=300, offset=300)).total("dead") == 8


def test_unreadable_input_has_a_limit_of_its_own_that_is_off_by_default(group, effects, settings):
    settings.CONSUMER_FAILURE_LIMIT = 1
    applier = Applier(group())
    assert applier.apply([record(b"x", offset=each) for each in range(20)]).total("dead") == 20
    settings.CONSUMER_UNREADABLE_LIMIT = 25
    with pytest.raises(ConsumerStopped), transaction.atomic():
        applier.apply([record(b"x", offset=each) for each in range(20, 40)])
    assert DeadLetter.objects.count() == 20


def test_a_message_that_postgresql_could_not_keep_is_made_storable(group, effects):
    def handle(batch):
        raise ValueError("a\x00b \ud800 " + "x" * 100_000)

    Applier(group(handle)).apply(payments(1))
    letter = DeadLetter.objects.get()
    assert letter.message.startswith("ab ? ")
    assert len(letter.message) < 2000
    assert len(letter.trace) < 10_000
