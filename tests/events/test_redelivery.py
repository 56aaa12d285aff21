"""Dead letters are sent through again by people, through the same inbox, and every step is noted."""

import base64
import hashlib
import io
import json
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.events.samples import payment, payments, record
from xlcfi.events.apply import Applier
from xlcfi.events.file_source import FileSource
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
    again = dead_letter_retry(letter_id=letter.pk, who="kim")
    assert (again.result, again.why) == ("dead", "KeyError: 'a bug'")
    letter.refresh_from_db()
    assert letter.state == "new"
    broken.clear()
    assert dead_letter_retry(letter_id=letter.pk, who="kim").result == "applied"
    letter.refresh_from_db()
    assert letter.state == "retried"
    assert [(each["who"], each["what"], each["note"]) for each in letter.history] == [
        ("kim", "retry failed", "KeyError: 'a bug'"),
        ("kim", "retried", "applied"),
    ]
    assert effects.orders() == [1]
    with pytest.raises(NotRetryable) as refused:
        dead_letter_retry(letter_id=letter.pk, who="kim")
    assert refused.value.state == "retried"
    assert applier.apply(payments(1)).total("duplicate") == 1


def test_a_retry_that_fails_otherwise_than_before_says_so_and_keeps_what_was_first(group, effects, monkeypatch):
    errors = [KeyError("first"), ZeroDivisionError("second")]

    def handle(batch):
        raise errors[0]

    mine = group(handle)
    monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
    Applier(mine).apply(payments(1))
    errors.pop(0)
    letter = DeadLetter.objects.get()
    assert dead_letter_retry(letter_id=letter.pk, who="kim").why == "ZeroDivisionError: second"
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("new", "KeyError")
    assert letter.history[0]["note"] == "ZeroDivisionError: second"
    assert DeadLetter.objects.count() == 1


def test_an_event_that_came_through_meanwhile_is_not_doubled(flaky, effects):
    applier, broken = flaky
    broken.clear()
    applier.apply(payments(2, offset=50))  # the producer sent them again
    letter = DeadLetter.objects.earliest("id")
    assert dead_letter_retry(letter_id=letter.pk, who="kim").result == "duplicate"
    assert effects.orders() == [1, 2]


def test_a_dead_letter_of_a_file_goes_through_and_counts_as_that_line(group, effects, monkeypatch, tmp_path):
    path = tmp_path / "events.jsonl"
    good = json.dumps(payment(eventId=None, orderId=5, userId=13))  # the table of effects refuses user 13
    path.write_text(json.dumps({"topic": "payment.completed", "value": good}) + "\n")
    mine = group()
    monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
    Applier(mine).apply(FileSource(path).poll(0))
    letter = DeadLetter.objects.get()
    assert letter.record_id == f"file:{hashlib.sha256(path.read_bytes()).hexdigest()}:1"
    assert dead_letter_retry(letter_id=letter.pk, who="kim").result == "dead"
    letter.payload = good.replace("13", "14").encode()  # stands for a table that is mended
    letter.save()
    assert dead_letter_retry(letter_id=letter.pk, who="kim").result == "applied"
    assert effects.orders() == [5]
    assert Applier(mine).apply(FileSource(path).poll(0)).total("duplicate") == 1


def test_a_dead_letter_is_the_record_that_arrived(group):
    headers = (("a", b"\x01"), ("b", None))
    sent = record(b"\xff\x00", topic="order-events", partition=3, offset=8, key=None, headers=headers)
    from xlcfi.events import Topic

    Applier(group(kinds=(Topic.ORDER_CREATED,))).apply([sent])
    assert record_of(DeadLetter.objects.get()) == sent


def test_giving_up_needs_a_reason_and_leaves_a_trace(flaky):
    letters = list(DeadLetter.objects.order_by("id"))
    ids = [letters[0].pk, letters[0].pk, 10**9]
    assert dead_letters_discard(letter_ids=ids, who="kim", reason="a test order") == {letters[0].pk: "new"}
    assert dead_letters_discard(letter_ids=ids, who="lee", reason="again") == {letters[0].pk: "discarded"}
    letters[0].refresh_from_db()
    assert letters[0].state == "discarded"
    assert [(each["who"], each["note"]) for each in letters[0].history] == [("kim", "a test order")]
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
        run("retry", "--all", "--apply")
    assert "KeyError: 'a bug'" in run("show", str(first))
    broken.clear()
    assert run("retry", str(first)) == f"{first}: applied\n"
    assert run("discard", str(second), "--because", "a test") == "1 discarded\n"
    for args in [("retry",), ("retry", str(first)), ("discard", str(second), "--because", "x"), ("show", "999999999")]:
        with pytest.raises(CommandError):
            run(*args)


@pytest.mark.parametrize("verb", [("retry",), ("discard", "--because", "x")])
def test_the_command_only_tells_how_many_there_are_until_it_is_told_to_apply(flaky, effects, verb):
    flaky[1].clear()
    assert run(*verb, "--all").startswith("2 would be")
    assert run(*verb, "--all", "--reason", "other").startswith("0 would be")
    assert effects.orders() == []
    assert set(DeadLetter.objects.values_list("state", flat=True)) == {"new"}
    run(*verb, "--all", "--apply")
    assert not DeadLetter.objects.filter(state="new").exists()


def test_the_command_speaks_json(group):
    headers = (("a", b"\x01"), ("b", None))
    Applier(group()).apply([record(b"\xff{", headers=headers, offset=1), record("김치", offset=2)])
    one, two = (json.loads(line) for line in run("list", "--json").splitlines())
    assert (one["reason"], one["offset"], two["reason"]) == ("not_json", 1, "not_json")
    one, two = (json.loads(run("show", str(each["id"]), "--json")) for each in (one, two))
    assert (one["payload"], base64.b64decode(one["payload_base64"])) == (None, b"\xff{")
    assert one["headers"] == [["a", "AQ=="], ["b", None]]
    assert json.loads(two["payload"]) == "김치"


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_send_a_dead_letter_through_once(group, effects, monkeypatch):
    """The second waits for the first and finds it settled; a row lock, and no luck."""
    inside, go_on = threading.Event(), threading.Event()

    def handle(batch):
        if broken:
            raise KeyError("a bug")
        effects.add(batch)
        inside.set()
        assert go_on.wait(20)

    broken = [True]
    mine = group(handle)
    monkeypatch.setattr("xlcfi.events.redelivery.groups", lambda: {mine.short_name: mine})
    Applier(mine).apply(payments(1))
    broken.clear()
    letter = DeadLetter.objects.get()
    told = {}

    def work(who):
        try:
            told[who] = dead_letter_retry(letter_id=letter.pk, who=who).result
        except NotRetryable as error:
            told[who] = error.state
        finally:
            connection.close()

    first = threading.Thread(target=work, args=("kim",))
    first.start()
    assert inside.wait(20)
    second = threading.Thread(target=work, args=("lee",))
    second.start()
    wait_until(lambda: waiting_for_locks() == 1)
    go_on.set()
    first.join(20)
    second.join(20)
    assert told == {"kim": "applied", "lee": "retried"}
    assert effects.orders() == [1]
    letter.refresh_from_db()
    assert [each["who"] for each in letter.history] == ["kim"]


def waiting_for_locks():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def wait_until(holds, seconds=20):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)
