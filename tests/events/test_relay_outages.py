"""The relay and a broker that is away, or does not make topics: a broker of these tests' own."""

import io
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from tests.events.published import due_now, received, relaying, unsent, wait_until
from tests.events.strict_kafka import StrictKafka
from tests.flow.processes import Running, manage
from xlcfi.events import Message, outbox_add
from xlcfi.events.models import Outbox
from xlcfi.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    broker = StrictKafka(tmp_path_factory.mktemp("relay"))
    broker.start()
    yield broker
    broker.remove()


@pytest.fixture(autouse=True)
def _its_address(kafka, settings):
    settings.KAFKA_BOOTSTRAP_SERVERS = kafka.addresses


def add(topic, numbers, **changed):
    outbox_add(
        messages=[
            Message(**{"event_id": f"{topic}-{number}", "topic": topic, "key": b"k", "value": b"%d" % number} | changed)
            for number in numbers
        ]
    )


def values(kafka, topic, count):
    """What arrived, each once, in its order."""
    records = received(topic, count, addresses=kafka.addresses, quiet=0.5)
    return list(dict.fromkeys(int(record.value) for record in records))


def run(*args):
    out = io.StringIO()
    try:
        call_command(*args, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.fixture
def _no_signals(monkeypatch):
    monkeypatch.setattr("xlcfi.events.management.commands.relay.stop_on_signals", threading.Event)
    monkeypatch.setattr("xlcfi.events.management.commands.relay.long_statements", lambda milliseconds: None)


@pytest.mark.usefixtures("_no_signals")
def test_a_topic_that_the_broker_does_not_make_waits_alone_and_says_what_to_do(kafka):
    kafka.topic_create("there")
    add("missing", range(3), key=None)
    add("there", range(3))
    out, error = run("relay", "--once")
    assert "3 sent" in out
    assert "missing: 3 wait, " in out
    assert "create it" in out
    assert "3 could not be sent" in error
    assert values(kafka, "there", 3) == [0, 1, 2]
    kafka.topic_create("missing")
    due_now()
    out, error = run("relay", "--once")
    assert (out.strip(), error) == ("3 sent", "")
    assert sorted(values(kafka, "missing", 3)) == [0, 1, 2]


def test_a_running_relay_finds_a_topic_that_was_made_meanwhile(kafka, monkeypatch):
    monkeypatch.setattr("xlcfi.events.publish_faults.FIRST_TOPIC_WAIT", 0.5)
    with relaying():
        add("later", range(3))
        wait_until(lambda: "create it" in Outbox.objects.get(event_id="later-0").last_error)
        kafka.topic_create("later")
        wait_until(lambda: unsent() == [])
    assert values(kafka, "later", 3) == [0, 1, 2]


def test_a_topic_that_goes_away_under_the_relay_is_left_alone_while_the_others_go_on(kafka, monkeypatch):
    for name, seconds in (("DELIVERY", 3.0), ("REQUEST", 2.0), ("CONNECT", 2.0)):
        monkeypatch.setattr(f"xlcfi.events.publishing.{name}_SECONDS", seconds)
    for name in ("goes", "stays"):
        kafka.topic_create(name)
    relay = Relay()
    add("goes", [0])
    assert relay.round().sent == 1
    kafka.topic_delete("goes")
    add("goes", range(1, 700), key=None)
    add("stays", range(700), key=None)
    while relay.round().more:
        pass
    assert len(values(kafka, "stays", 700)) == 700
    # What is in the way is noted once, not seven hundred times.
    assert len(unsent()) == 699
    assert Outbox.objects.filter(attempts__gt=0).count() == 1
    kafka.topic_create("goes")
    due_now()
    relay.close()
    fresh = Relay()
    while fresh.round().more:
        pass
    fresh.close()
    assert unsent() == []
    assert sorted(values(kafka, "goes", 699)) == list(range(1, 700))


@pytest.mark.usefixtures("_no_signals")
def test_a_broker_outage_is_waited_out_by_the_same_relay(kafka, monkeypatch):
    for name, seconds in (("DELIVERY", 3.0), ("REQUEST", 2.0), ("CONNECT", 1.0)):
        monkeypatch.setattr(f"xlcfi.events.publishing.{name}_SECONDS", seconds)
    kafka.topic_create("outage")
    with relaying():
        add("outage", range(3))
        wait_until(lambda: unsent() == [])
        failures = []
        monkeypatch.setattr("xlcfi.events.relay.wait_before", lambda count: failures.append(threads()) or 0.1)
        kafka.stop()
        try:
            add("outage", range(3, 200))
            wait_until(lambda: len(failures) >= 4)
            # Nothing is held against the messages, and no try leaves a thread behind.
            assert Outbox.objects.filter(attempts__gt=0).count() == 0
            assert failures[-1] <= failures[1]
            commands_say_what_is_wrong()
        finally:
            kafka.start()
        wait_until(lambda: unsent() == [])
    assert values(kafka, "outage", 200) == list(range(200))


def threads():
    """How many run now; those that have just been told to end are given the time to."""
    time.sleep(0.5)
    return threading.active_count()


def commands_say_what_is_wrong():
    running = Running("relay")
    try:
        wait_until(lambda: "relay waits" in running.output)
        assert running.end() == 0, running.output
    finally:
        running.kill()
    assert "The broker does not answer" in run("relay", "--once")[1]


def test_the_command_says_what_is_missing(kafka):
    done = manage("relay", "--once", KAFKA_BOOTSTRAP_SERVERS="")
    assert done.returncode == 1
    assert "Set KAFKA_BOOTSTRAP_SERVERS" in done.stdout
    done = manage("relay", "--once", DATABASE_URL="postgres://postgres@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "The database does not answer" in done.stdout
    assert "Traceback" not in done.stdout
