"""Several consumers in one container."""

import os
import signal
import threading

import pytest

from xlcfi.events.supervisor import Supervisor


def supervise(names, run, monkeypatch, stop=None):
    monkeypatch.setattr("xlcfi.events.supervisor.LOOK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr("xlcfi.events.supervisor.wait_before", lambda attempt: 0.0)
    return Supervisor(names, run, stop=stop or threading.Event()).supervise()


def test_all_ending_well_is_0(monkeypatch):
    assert supervise(["a", "b"], lambda name: 0, monkeypatch) == 0


def test_one_that_has_to_stop_makes_it_1_and_is_not_started_again(monkeypatch, tmp_path):
    def run(name):
        with (tmp_path / name).open("a") as file:
            file.write("x")
        return 1 if name == "a" else 0

    assert supervise(["a", "b"], run, monkeypatch) == 1
    assert (tmp_path / "a").read_text() == "x"


def test_one_that_dies_is_started_again(monkeypatch, tmp_path):
    def run(name):
        with (tmp_path / name).open("a") as file:
            file.write("x")
        if len((tmp_path / name).read_text()) < 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    assert supervise(["a"], run, monkeypatch) == 0
    assert (tmp_path / "a").read_text() == "xxx"


def test_one_that_crashes_is_started_again(monkeypatch, tmp_path):
    def run(name):
        with (tmp_path / name).open("a") as file:
            file.write("x")
        if len((tmp_path / name).read_text()) < 2:
            raise MemoryError
        return 0

    assert supervise(["a"], run, monkeypatch) == 0
    assert (tmp_path / "a").read_text() == "xx"


def test_what_runs_beside_ends_with_them_and_every_end_is_told(monkeypatch, tmp_path):
    ended = []

    def run(name):
        (tmp_path / name).write_text(str(os.getpid()))
        return 0

    def beside(name):
        (tmp_path / name).write_text(str(os.getpid()))
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        while True:
            signal.pause()

    monkeypatch.setattr("xlcfi.events.supervisor.LOOK_EVERY_SECONDS", 0.05)
    stop = threading.Event()
    assert Supervisor(["a"], run, stop=stop, beside={"b": beside}, on_end=ended.append).supervise() == 0
    assert ended == [int((tmp_path / "a").read_text())]
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "b").read_text()), 0)


def test_being_told_to_stop_stops_all_of_them(monkeypatch):
    stop = threading.Event()

    def run(name):
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        while True:
            signal.pause()

    threading.Timer(0.5, stop.set).start()
    assert supervise(["a", "b"], run, monkeypatch, stop) == 0
