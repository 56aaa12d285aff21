"""Dead letters are sent through again by people, through the same inbox, and every step is noted."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.events.samples import payment, payments, record
from xlcfi.events.apply import Applier
from xlcfi.events.models import DeadLetter
from xlcfi.events.redelivery import NotRetryable, dead_letter_retry, dead_letters_discard, record_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def flaky(group, effects, monkeypatch):
    """A group whose handler fails while `broken` is not empty."""
    broken = [True]

    def handle(batch):
        if broken:
            raise KeyError("a bug")
        effects.add(batch)

    mine = group(handle)
    monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
    mine_applier = Applier(mine)
    mine_applier.apply(payments(2))
    return mine_applier, broken


def test_a_dead_letter_is_applied_once_its_cause_is_mended(flaky, effects):
    applier, broken = flaky
    letter = DeadLetter.objects.earliest("id")
    assert dead_letter_retry(letter_id=letter.pk, who="kim") == "dead"
    broken.clear()
    assert dead_letter_retry(letter_id=letter.pk, who="kim") == "applied"
    letter.refresh_from_db()
    assert letter.state == "retried"
    assert [(each["who"], each["what"]) for each in letter.history] == [("kim", "retry failed"), ("kim", "retried")]
    assert effects.orders() == [1]
    with pytest.raises(NotRetryable):
        dead_letter_retry(letter_id=letter.pk, who="kim")
    assert applier.apply(payments(1)).total("duplicate") == 1


def test_an_event_that_came_through_meanwhile_is_not_doubled(flaky, effects):
    applier, broken = flaky
    broken.clear()
    applier.apply(payments(2, offset=50))  # the producer sent them again
    letter = DeadLetter.objects.earliest("id")
    assert dead_letter_retry(letter_id=letter.pk, who="kim") == "duplicate"
    assert effects.orders() == [1, 2]


def test_a_dead_letter_is_the_record_that_arrived(group):
    headers = (("a", b"\x01"), ("b", None))
    sent = record(b"\xff\x00", topic="order-events", partition=3, offset=8, key=None, headers=headers)
    from xlcfi.events import Topic

    Applier(group(kinds=(Topic.ORDER_CREATED,))).apply([sent])
    assert record_of(DeadLetter.objects.get()) == sent


def test_giving_up_needs_a_reason_and_leaves_a_trace(flaky):
    letters = list(DeadLetter.objects.order_by("id"))
    counts = dead_letters_discard(letter_ids=[letters[0].pk, letters[0].pk, 10**9], who="kim", reason="a test order")
    assert counts == {"discarded": 1}
    letters[0].refresh_from_db()
    assert letters[0].state == "discarded"
    assert letters[0].history[0]["note"] == "a test order"
    with pytest.raises(NotRetryable):
        dead_letter_retry(letter_id=letters[0].pk, who="kim")


def run(*args):
    out = io.StringIO()
    call_command("dead_letters", *args, stdout=out)
    return out.getvalue()


def test_the_command_lists_shows_retries_and_discards(flaky, effects):
    _, broken = flaky
    first, second = DeadLetter.objects.order_by("id").values_list("pk", flat=True)
    assert "KeyError" in run("list")
    assert "0 new" in run("list", "--reason", "other")
    assert str(payment(orderId=1)["paymentId"]) in run("show", str(first))
    with pytest.raises(CommandError, match="2 could not be applied"):
        run("retry", "--all")
    broken.clear()
    assert run("retry", str(first)) == f"{first}: applied\n"
    assert run("discard", str(second), "--because", "a test") == "1 discarded\n"
    for args in [("retry",), ("retry", str(first)), ("discard", str(second), "--because", "x"), ("show", "999999999")]:
        with pytest.raises(CommandError):
            run(*args)
