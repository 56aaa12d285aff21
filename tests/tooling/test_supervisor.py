"""The demo's supervisor, with real processes in the place of the platform's."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from scripts.demo.supervisor import ChildDied, Interrupted, Supervisor
from scripts.processes import Child, Mark, born
from scripts.progress import Progress
from scripts.state import State

ROOT = Path(__file__).resolve().parents[2]
SLEEP = "import time; time.sleep(60)"
PATIENT = f"print('serving', flush=True); {SLEEP}"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('no', flush=True); {SLEEP}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); {SLEEP}"


@pytest.fixture
def quiet() -> Progress:
    return Progress(total=1, out=open(os.devnull, "w"))


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(State(path=tmp_path / "state.json"))
    yield made
    made.stop()


@pytest.fixture
def program(tmp_path):
    def make(name: str, code: str) -> Child:
        return Child(name, [sys.executable, "-c", code], log=tmp_path / f"{name}.log")

    return make


def until(condition) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.02)


def test_a_program_that_dies_ends_the_wait_with_its_last_words(supervisor, program, quiet):
    supervisor.start(program("patient", PATIENT))
    supervisor.start(program("broken", "print('no such table: orders'); raise SystemExit(3)"))
    with pytest.raises(ChildDied, match=r"broken ended with exit code 3[\s\S]*no such table: orders"):
        supervisor.wait(lambda: False, seconds=30, what="nothing", progress=quiet)


def test_stop_ends_programs_that_are_stubborn_and_the_children_of_others(supervisor, program, monkeypatch):
    monkeypatch.setattr("scripts.demo.supervisor.STOP_APPS_SECONDS", 0.5)
    stubborn = supervisor.start(program("stubborn", STUBBORN))
    parent = supervisor.start(program("parent", PARENT))
    until(lambda: stubborn.tail() == "no")
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    until(lambda: children.read_text().strip())
    grandchild = int(children.read_text())
    supervisor.stop()
    assert born(stubborn.pid) is None
    until(lambda: born(grandchild) is None)


def test_servers_are_stopped_after_what_uses_them(supervisor, tmp_path):
    order = tmp_path / "order"
    code = f"""
        import signal, sys, time
        def end(*_):
            open({str(order)!r}, "a").write(sys.argv[1] + " ")
            sys.exit()
        signal.signal(signal.SIGTERM, end)
        print("up", flush=True)
        time.sleep(60)
    """
    for name, server in (("server", True), ("web", False)):
        command = [sys.executable, "-c", textwrap.dedent(code), name]
        child = supervisor.start(Child(name, command, log=tmp_path / f"{name}.log"), server=server)
        until(lambda child=child: child.tail() == "up")
    supervisor.stop()
    assert order.read_text().split() == ["web", "server"]


def test_a_step_that_fails_tells_its_last_lines(supervisor, program, quiet):
    with pytest.raises(ChildDied, match="relation is missing"):
        supervisor.run(program("migrate", "raise SystemExit('relation is missing')"), quiet)


def test_a_step_moves_the_bar_by_what_it_prints(supervisor, program, quiet):
    quiet.step("Market")
    supervisor.run(program("market", "print('orders 1,500/3,000', flush=True)"), quiet, share=(0.0, 0.8))
    assert quiet.fraction == 0.8


def test_what_a_killed_start_left_behind_is_stopped_by_the_next(tmp_path, program):
    left = Child("left", [sys.executable, "-c", PATIENT], log=tmp_path / "left.log", outlives_us=True).start()
    state = State(path=tmp_path / "state.json", marks={"left": left.mark()})
    state.write()
    Supervisor(State.read(state.path)).end_leftovers()
    assert left.process.wait(timeout=5) == -signal.SIGTERM


def test_another_program_with_the_number_of_ours_is_left_alone(tmp_path, program):
    other = program("other", PATIENT).start()
    try:
        state = State(path=tmp_path / "state.json", marks={"web": Mark(other.pid, born(other.pid) - 1)})
        Supervisor(state).end_leftovers()
        assert other.exit_code() is None
    finally:
        other.kill_group()


DEMO = """
    import sys
    from pathlib import Path
    from scripts.demo.supervisor import ChildDied, Interrupted, Supervisor
    from scripts.processes import Child
    from scripts.state import State
    place = Path(sys.argv[1])
    supervisor = Supervisor(State(path=place / "state.json"))
    supervisor.listen()
    for name in ("postgres", "web"):
        child = Child(name, [sys.executable, "-c", "import time; time.sleep(60)"], log=place / f"{name}.log")
        supervisor.start(child, server=name == "postgres")
    print("ready", flush=True)
    try:
        supervisor.watch()
    except Interrupted:
        print("interrupted", flush=True)
    supervisor.stop()
"""


@pytest.fixture
def small_demo(tmp_path):
    demo = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(DEMO), str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert demo.stdout.readline() == "ready\n"
    yield demo, State.read(tmp_path / "state.json").marks
    if demo.poll() is None:
        demo.kill()
    demo.wait()
    demo.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_group_stops_everything_in_order(small_demo, number):
    demo, marks = small_demo
    assert set(marks) == {"postgres", "web"}
    os.killpg(demo.pid, number)
    assert demo.wait(timeout=20) == 0
    assert demo.stdout.read() == "interrupted\n"
    assert not any(mark.alive() for mark in marks.values())


def test_even_a_kill_9_of_the_demo_leaves_no_process(small_demo):
    demo, marks = small_demo
    assert all(mark.alive() for mark in marks.values())
    demo.kill()
    demo.wait()
    until(lambda: not any(mark.alive() for mark in marks.values()))


def test_being_asked_to_stop_ends_every_wait(supervisor, quiet):
    supervisor.asked_to_stop = True
    with pytest.raises(Interrupted):
        supervisor.wait(lambda: True, seconds=1, what="nothing", progress=quiet)
