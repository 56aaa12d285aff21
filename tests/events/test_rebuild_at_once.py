"""Steps of a rebuild side by side: each after those it builds on, each with a connection of its own."""

import threading

import pytest
from django.db import connection

from xlcfi.events import rebuilds
from xlcfi.events.rebuilds import RebuildReport, rebuild_run, rebuild_step, rebuild_steps

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def steps(monkeypatch):
    """c builds on b, b on a; d and e on nothing."""
    monkeypatch.setattr(rebuilds, "_steps", {})
    for name, after in (("c", ["b"]), ("b", ["a"]), ("a", []), ("d", []), ("e", [])):
        rebuild_step(name=name, after=after)(lambda **_: RebuildReport(0, 0))


def together(names, run, at_once=2):
    return rebuild_run(rebuild_steps(names), at_once=at_once, run=run)


def test_two_that_know_nothing_of_each_other_run_side_by_side_on_connections_of_their_own(db):
    meeting, pids = threading.Barrier(2, timeout=10), set()

    def run(step):
        meeting.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.add(cursor.fetchone()[0])
        return 5

    assert together(["d", "e"], run) == 10
    assert len(pids) == 2


@pytest.mark.parametrize("names", [["a", "b", "c", "d", "e"], ["a", "c", "e"], ["c"]])
@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_none_begins_before_those_it_builds_on_have_ended_even_through_one_that_is_left_out(names, at_once):
    told, lock = [], threading.Lock()

    def run(step):
        with lock:
            told.append(("begin", step.name))
        with lock:
            told.append(("end", step.name))
        return 1

    assert together(names, run, at_once) == len(names)
    assert sorted(name for what, name in told if what == "begin") == sorted(names)
    chain = [pair for pair in told if pair[1] in "abc"]
    assert chain == [(what, name) for name in "abc" if name in names for what in ("begin", "end")]


def test_what_a_step_raises_comes_out_and_what_builds_on_it_does_not_run():
    ran = []

    def run(step):
        ran.append(step.name)
        if step.name == "a":
            raise RuntimeError("no")
        return 1

    with pytest.raises(RuntimeError, match="no"):
        together(["a", "b", "c"], run)
    assert ran == ["a"]
