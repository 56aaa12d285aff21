"""Signs of life: who is stuck, who has stopped, who only starts, and what is done about it."""

import json
import multiprocessing
import os
import signal
import threading
import time

import pytest

from tests.events.samples import record
from xlcfi.events.kafka_positions import Positions, TopicPartition, Waiting
from xlcfi.events.pulse import Pulse, Sign, Standing, sign_read, sign_write
from xlcfi.events.vital_signs import Watched
from xlcfi.events.watchdog import STUCK, Watchdog
from xlcfi.observability import answers, health, metrics
from xlcfi.observability.health import Readiness

WAITING = [Waiting("payment.completed", 3, 7, 1_000.0)]


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Two consumers, whose signs a test leaves; the answers of this process are about them."""
    monkeypatch.setattr(health, "_vitals", [])
    monkeypatch.setattr(answers, "readiness", Readiness(list, keep=0))
    names = (
        "analytics_event_lag analytics_event_lag_seconds analytics_consumer_up analytics_consumer_turn_age_seconds "
        "analytics_consumer_last_batch_timestamp_seconds"
    )
    for name in names.split():
        monkeypatch.setattr(metrics.SCRAPED[name], "_readers", {})
    found = Watched(["one", "two"], tmp_path)
    found.offer()
    return found


def leave(place, name, **changed):
    now = time.monotonic()
    about = {"pid": os.getpid(), "told_at": now, "turned_at": now, "state": "assigned", "waiting": WAITING, **changed}
    sign_write(place, Sign(consumer=name, group=f"{name}-group", **about))


def told(answer):
    body = json.loads(answer.body)
    return answer.status, (body["data"] or body["error"]["details"]).get("consumers", {})


def test_all_that_turn_and_belong_to_their_group_are_ready_with_partitions_or_without(watched, tmp_path):
    leave(tmp_path, "one")
    leave(tmp_path, "two", state="standby", waiting=[])
    status, consumers = told(answers.ready())
    assert status == 200
    assert (consumers["one"]["partitions"], consumers["one"]["lag"]) == (1, 7)
    assert consumers["two"]["ready"] is True
    assert answers.live().status == 200


def test_one_that_has_not_begun_or_is_joining_is_alive_and_not_ready(watched, tmp_path):
    leave(tmp_path, "two", state="joining", waiting=[])
    status, consumers = told(answers.ready())
    assert (status, consumers["one"]["state"], consumers["two"]["state"]) == (503, "starting", "joining")
    assert answers.live().status == 200
    assert watched.turning()


def test_a_loop_that_does_not_turn_fails_liveness_by_its_name(watched, tmp_path, settings):
    settings.CONSUMER_MAX_POLL_SECONDS = 30
    leave(tmp_path, "one", turned_at=time.monotonic() - 59)
    leave(tmp_path, "two", turned_at=time.monotonic() - 61)
    status, consumers = told(answers.live())
    assert (status, list(consumers), consumers["two"]["state"]) == (503, ["two"], "stuck")
    assert told(answers.ready())[0] == 503
    assert not watched.turning()


def test_one_that_stopped_by_itself_is_not_ready_and_is_no_reason_for_a_restart(watched, tmp_path):
    leave(tmp_path, "one", state="stopped", reason="our handlers failed", pid=2**22 + 1, turned_at=0.0)
    leave(tmp_path, "two")
    status, consumers = told(answers.ready())
    assert (status, consumers["one"]["reason"]) == (503, "our handlers failed")
    assert answers.live().status == 200
    assert watched.turning()


def test_lag_is_told_by_who_has_the_partition_now_and_not_by_who_is_gone_or_frozen(watched, tmp_path):
    leave(tmp_path, "one")
    leave(tmp_path, "two", told_at=time.monotonic() - 11)
    assert metrics.EVENT_LAG.read() == {("one-group", "payment.completed", "3"): 7}
    [age] = metrics.EVENT_LAG_SECONDS.read().values()
    assert age == pytest.approx(time.time() - 1_000, abs=5)
    assert metrics.CONSUMER_UP.read() == {("one",): 1, ("two",): 0}
    # The next sign replaces the last: what is no longer assigned is no longer told.
    leave(tmp_path, "one", waiting=[])
    assert metrics.EVENT_LAG.read() == {}


def test_a_pulse_tells_where_the_loop_stands(tmp_path):
    pulse = Pulse(consumer="one", group="one-group")
    assert pulse.sign().state == "starting"
    pulse.stands(lambda: Standing("assigned", WAITING))
    pulse.turned()
    pulse.retrying()
    pulse.retrying()
    assert (pulse.sign().state, pulse.sign().waiting, pulse.sign().retries) == ("assigned", WAITING, 2)
    pulse.applied()
    assert (pulse.sign().retries, pulse.sign().batch_time is None) == (0, False)
    pulse.stopped("enough")
    sign_write(tmp_path, pulse.sign())
    found = sign_read(tmp_path, "one")
    assert (found.state, found.reason, found.waiting) == ("stopped", "enough", [])


def in_a_process(run):
    """The exit code of `run()` in a process of its own."""
    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join(20)
    assert process.exitcode is not None
    return process.exitcode


def test_a_stuck_loop_ends_its_process_as_a_crash(monkeypatch, capfd):
    monkeypatch.setattr("xlcfi.events.watchdog.stuck_seconds", lambda: 0.2)
    monkeypatch.setattr("xlcfi.events.watchdog.TELL_SECONDS", 0.05)

    def run():
        with Watchdog(Pulse(), threading.Event()):
            time.sleep(20)

    assert in_a_process(run) == STUCK
    assert "in run" in capfd.readouterr().err


def test_a_signal_is_heard_while_the_main_thread_waits_for_something_that_never_comes(monkeypatch, tmp_path):
    monkeypatch.setattr("xlcfi.events.watchdog.GRACE_SECONDS", 0.1)
    monkeypatch.setattr("xlcfi.events.watchdog.TELL_SECONDS", 0.05)

    def run():
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: None)
        with Watchdog(Pulse(), stop, leave=lambda: (tmp_path / "left").touch()):
            os.kill(os.getpid(), signal.SIGTERM)
            # The handler above tells nobody: nothing but the watchdog can have heard it.
            multiprocessing.get_context("fork").Semaphore(0).acquire()

    assert in_a_process(run) == 0
    assert (tmp_path / "left").exists()


def test_a_health_file_is_touched_only_when_the_loop_has_turned(monkeypatch, tmp_path):
    monkeypatch.setattr("xlcfi.events.watchdog.TELL_SECONDS", 0.02)
    pulse, file = Pulse(), tmp_path / "health"
    with Watchdog(pulse, threading.Event(), file=file):
        first = file.stat().st_mtime_ns
        time.sleep(0.3)
        assert file.stat().st_mtime_ns == first
        pulse.turned()
        until = time.monotonic() + 10
        while file.stat().st_mtime_ns == first and time.monotonic() < until:
            time.sleep(0.02)
        assert file.stat().st_mtime_ns > first


def at(offset, seconds):
    return record(b"x", offset=offset, timestamp_ms=seconds * 1000)


def test_positions_of_a_partition_that_went_and_came_back_begin_anew():
    place, positions = TopicPartition("t", 0), Positions()
    positions.given(place, [at(5, 100), at(6, 101)], 9)
    assert (positions.undone(), positions.more([place])) == ({place: 7}, True)

    def waiting(position=None, end=None):
        return positions.waiting([place], end=lambda _: end, position=lambda _: position)

    assert waiting() == [Waiting("t", 0, 4, 100.0)]
    positions.gone([place])
    assert (positions.undone(), positions.ours(place)) == ({}, False)
    assert waiting() == []
    assert waiting(position=5, end=9) == [Waiting("t", 0, 4, None)]
    positions.given(place, [at(5, 100)], 9)
    positions.done({place: 6})
    # The next one is younger than the last that is done.
    assert waiting() == [Waiting("t", 0, 3, 100.0)]
    positions.given(place, [at(6, 101), at(7, 102), at(8, 103)], 9)
    assert waiting() == [Waiting("t", 0, 3, 101.0)]
    positions.done({place: 9})
    assert waiting() == [Waiting("t", 0, 0, None)]
    # Behind the last record are marks of a transaction.
    assert positions.settled() == [place]
    assert positions.passed(place, 11)
    assert positions.undone() == {place: 11}
