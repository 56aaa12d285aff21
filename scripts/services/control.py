"""Start, stop and show the services. Starting what runs already changes nothing."""

import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from scripts.processes import Child, stop_all
from scripts.progress import Progress
from scripts.servers.account import outside_place
from scripts.servers.postgres import Postgres, ServerFailed
from scripts.services import catalog
from scripts.state import State

NAMES = ("postgres", "redis", "kafka")
START_SECONDS = 90.0


@contextmanager
def state_locked() -> Iterator[State]:
    """The services' state, for one `make` at a time; written back whatever happens."""
    catalog.PLACE.mkdir(parents=True, exist_ok=True)
    with (catalog.PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = State.read(catalog.PLACE / "state.json")
        try:
            yield state
        finally:
            state.write()


def services_start(*, names: Sequence[str] = NAMES, throwaway: bool = False) -> list[str]:
    """Bring `names` up and write var/services/env. Returns those that were not running before. Raises ServerFailed."""
    progress = Progress(total=len(names))
    started: list[str] = []
    with state_locked() as state:
        for name in names:
            progress.step(name)
            try:
                if not state.alive(name):
                    _start(name, state, throwaway, progress)
                    started.append(name)
            except BaseException:  # Ctrl-C too: what this call started nobody else would stop
                progress.failed()
                _end(started, state)
                raise
            progress.done(f"127.0.0.1:{state.ports[name]}")
        _write_environment(state)
    return started


def services_stop(*, names: Sequence[str] = NAMES) -> None:
    """Stop what is ours of `names`; the data stays."""
    with state_locked() as state:
        _end(names, state)
        if not state.marks:
            (catalog.PLACE / "env").unlink(missing_ok=True)


def services_show() -> bool:
    """Print a line for each service; True when all run."""
    state = State.read(catalog.PLACE / "state.json")
    for name in NAMES:
        variable, value = catalog.address(name, state.ports.get(name, 0))
        told = f"running   {variable}={value}" if state.alive(name) else "stopped"
        print(f"{name:<9} {told}")
    return all(state.alive(name) for name in NAMES)


def services_clean() -> None:
    """Stop everything and remove the data, but not Kafka's jars."""
    services_stop()
    for folder in ("postgres", "redis", "kafka/data", "logs"):
        place = catalog.PLACE / folder
        shutil.rmtree(outside_place(place), ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


def _end(names: Sequence[str], state: State) -> None:
    for name in reversed(names):
        mark = state.marks.pop(name, None)
        if mark and mark.alive():
            mark.end(catalog.STOP_SIGNAL[name], catalog.STOP_SECONDS[name])
            print(f"{name} stopped")


def _start(name: str, state: State, throwaway: bool, progress: Progress) -> None:
    port = catalog.wanted_port(name, state)
    service = catalog.service(name, port, throwaway)
    program = service.program.start()
    try:
        _wait_ready(service, program, progress)
        if isinstance(service.server, Postgres):
            service.server.database_ensure(catalog.DATABASE)
    except BaseException:  # Ctrl-C too: a server that nobody waits for any more must not stay
        stop_all([program], 10)
        raise
    state.marks[name], state.ports[name] = program.mark(), port
    state.write()


def _wait_ready(service: catalog.Service, program: Child, progress: Progress) -> None:
    """Wait until the server does real work. Raises ServerFailed with the end of its log."""
    began = time.monotonic()
    while not service.server.ready():
        waited = time.monotonic() - began
        if program.exit_code() is not None or waited > START_SECONDS:
            why = f"ended with {program.exit_code()}" if program.exit_code() is not None else "does not answer"
            raise ServerFailed(f"{service.name} {why}. Its log, {program.log}:\n{program.tail()}")
        progress.update(waited / START_SECONDS, "waiting for its first answer")
        time.sleep(0.1)


def _write_environment(state: State) -> None:
    """var/services/env: what a shell sources to reach the services."""
    lines = [f"export {variable}={shlex.quote(value)}" for variable, value in environment(state).items()]
    path = catalog.PLACE / "env"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.chmod(path, 0o600)


def environment(state: State) -> dict[str, str]:
    """The variables by which the project reaches those services that run."""
    return dict(catalog.address(name, state.ports[name]) for name in NAMES if state.alive(name))
