"""The outbox: rows in the caller's transaction, and what of them is due."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.events.published import unsent
from xlcfi.events import Message, outbox_add
from xlcfi.events.models import Outbox
from xlcfi.events.outbox import Refused, outbox_due, outbox_settle, outbox_troubles, outbox_waiting, outbox_waits
from xlcfi.observability import metrics

pytestmark = pytest.mark.django_db


def message(event_id, topic="t", **changed):
    return Message(**({"event_id": event_id, "topic": topic, "value": b"{}", "key": b"k"} | changed))


def due(*, without=(), limit=500, size=8_000_000):
    return outbox_due(without=without, limit=limit, size=size)


def names(rows):
    by_id = dict(Outbox.objects.values_list("id", "event_id"))
    return [by_id[row.id] for row in rows]


def sent(*event_ids):
    outbox_settle(sent=list(Outbox.objects.filter(event_id__in=event_ids).values_list("id", flat=True)), refused=[])


def refused(event_id, wait=60.0):
    outbox_settle(sent=[], refused=[Refused(Outbox.objects.get(event_id=event_id).pk, "no", wait)])


def test_a_message_comes_back_as_it_was_given():
    headers = (("a", b"\x00\xff"), ("a", None), ("빈", b""))
    outbox_add(messages=[message("1", "t", value=b"\x00\x01", key=b"\xfe", partition=3, headers=headers)])
    (row,) = due()
    assert (row.topic, row.partition, row.key, row.value) == ("t", 3, b"\xfe", b"\x00\x01")
    assert tuple(row.headers) == headers
    outbox_add(messages=[message("2", key=None), message("3", value=None)])
    assert [(row.key, row.value) for row in due()[1:]] == [(None, b"{}"), (b"k", None)]


def test_what_is_rolled_back_was_never_there():
    with transaction.atomic():
        outbox_add(messages=[message("1")])
        transaction.set_rollback(True)
    assert not outbox_waits()
    assert due() == []


def test_the_same_event_id_again_is_left_as_it_is_even_when_it_is_sent():
    outbox_add(messages=[message("1", value=b"first"), message("1", value=b"second")])
    outbox_add(messages=[message("1", value=b"third"), message("2")])
    assert [row.value for row in due()] == [b"first", b"{}"]
    sent("1")
    outbox_add(messages=[message("1", value=b"fourth")])
    assert unsent() == ["2"]


def test_messages_are_due_in_the_order_in_which_they_were_added_whatever_their_topic():
    given = [f"{number:04}" for number in range(1201)]
    outbox_add(messages=[message(each, f"topic-{int(each) % 7}", key=each.encode()) for each in given])
    assert names(due(limit=2000)) == given
    assert names(due()) == given[:500]


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": ""},
        {"event_id": "x" * 101},
        {"event_id": "a\x00"},
        {"topic": ""},
        {"topic": "x" * 250},
        {"topic": "a\x00"},
        {"value": None, "key": None},
    ],
)
def test_what_could_never_be_sent_is_refused_before_it_is_written(wrong):
    with pytest.raises(ValueError, match=r"character|key"):
        outbox_add(messages=[message("fine"), Message(**({"event_id": "1", "topic": "t", "value": b""} | wrong))])
    assert not outbox_waits()


def test_nothing_overtakes_a_refused_message_of_its_own_topic_and_key():
    outbox_add(
        messages=[
            message("1", key=b"a"),
            message("2", key=b"b"),
            message("3", key=b"a"),
            message("4", "other", key=b"a"),
            message("5", key=None),
            message("6", key=None),
        ]
    )
    refused("1")
    refused("5")
    assert names(due()) == ["2", "4", "6"]
    refused("1", wait=0.0)
    assert names(due()) == ["1", "2", "3", "4", "6"]
    refused("1")
    sent("1")
    assert names(due()) == ["2", "3", "4", "6"]


def test_a_topic_that_is_left_out_hides_no_other():
    outbox_add(messages=[message(f"a{number}", "a", key=None) for number in range(600)])
    outbox_add(messages=[message("b", "b"), message("c", "c")])
    assert names(due(without=["a"])) == ["b", "c"]
    assert names(due(without=["a", "b", "c"])) == []


def test_a_round_takes_no_more_bytes_than_it_may_but_always_one_message():
    outbox_add(messages=[message(str(number), value=bytes(1000), key=None) for number in range(5)])
    assert names(due(size=3000)) == ["0", "1", "2"]
    assert names(due(size=10)) == ["0"]


def test_large_messages_are_added_in_statements_of_a_few_megabytes():
    with CaptureQueriesContext(connection) as queries:
        outbox_add(messages=(message(str(number), value=bytes(3_000_000), key=None) for number in range(6)))
    assert len(queries) == 3
    assert unsent() == [str(number) for number in range(6)]


def test_how_much_waits_how_long_and_why():
    assert outbox_waiting() == (0, 0.0)
    outbox_add(messages=[message("1", "a"), message("2", "b"), message("3", "b")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_outbox SET created_at = now() - interval '90 s' WHERE event_id = '2'")
    refused("3")
    sent("1")
    count, age = outbox_waiting()
    assert count == 2
    assert 90 <= age < 120
    assert outbox_troubles() == [("b", 2, "no")]
    assert metrics.OUTBOX_LENGTH.read() == {(): 2}
    assert 90 <= metrics.OUTBOX_AGE.read()[()] < 120


def test_an_error_of_any_characters_and_length_is_noted():
    outbox_add(messages=[message("1")])
    outbox_settle(sent=[], refused=[Refused(Outbox.objects.get().pk, "\x00\ud800" + "x" * 5000, 1.0)])
    row = Outbox.objects.get()
    assert (row.attempts, len(row.last_error)) == (1, 1000)


def test_what_is_due_is_found_in_a_few_pages_among_rows_that_are_sent():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_outbox (event_id, topic, value, sent_at) "
            "SELECT 's' || n, 'topic-' || n % 10, 'x', now() FROM generate_series(1, 100000) n"
        )
    outbox_add(messages=[message("1", "topic-3"), message("2", "topic-5")])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_outbox")
    assert names(due()) == ["1", "2"]
    for look in (due, outbox_waits, outbox_waiting):
        # Pages, not seconds. The table has more than 700; entries of rolled-back rows in its indexes cost some too.
        assert _pages(look) < 300


def _pages(look):
    """The pages that the statements of `look` need, as PostgreSQL counts them."""
    with CaptureQueriesContext(connection) as queries:
        look()
    pages = 0
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            (plan,) = cursor.fetchone()[0]
        pages += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return pages
