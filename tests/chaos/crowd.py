"""The consumers under test: a supervisor of all groups, replicas that come and go, and a relay."""

import json
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

from scripts.processes import Child, stop_all
from tests.chaos.servers import wait_until

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("batch_committed", "dead_letter_kept", "follow_up_done", "relay_sent", "offsets_committed")
SETTINGS = {
    "DEPLOYMENT": "test",
    # As many as the test wants may fail, and an order whose row never comes is not taken back while it runs.
    "CONSUMER_FAILURE_LIMIT": "0",
    "REBUILD_SETTLE_SECONDS": "86400",
    "METRICS_PORT": "",
}
# A container's ten seconds, and as many for a machine that is busy with all the rest of the test.
END_SECONDS = 20.0


class Unexpected(Exception):
    """A process ended as it must not; the message holds the end of its log."""


class Crowd:
    """Processes of `manage.py` that kill themselves at marks, by name; what dies is started again by `look_after`."""

    def __init__(self, place: Path, environment: dict[str, str]) -> None:
        self._plan, self._hits, self._logs = place / "plan.json", place / "hits", place / "logs"
        self._environment = {
            **os.environ, **SETTINGS, **environment, "CHAOS_PLAN": str(self._plan), "CHAOS_HITS": str(self._hits),
        }  # fmt: skip
        self._children: dict[str, Child] = {}
        self._commands: dict[str, tuple[str, ...]] = {}
        self._starts = 0
        self._lock = threading.RLock()
        self.restarts = 0
        self.plan({})

    def plan(self, plan: dict[str, tuple[float, int]]) -> None:
        """mark -> (how likely a process dies there, at most how often in all)."""
        written = self._plan.with_suffix(".new")
        written.write_text(json.dumps(plan))
        written.replace(self._plan)

    def hits(self) -> Counter[str]:
        """mark -> how many processes died there."""
        return Counter(self._hits.read_text().split()) if self._hits.exists() else Counter()

    def start(self, name: str, *command: str) -> None:
        """Starts `manage.py COMMAND…` under `name`."""
        with self._lock:
            self._starts += 1
            self._commands[name] = command
            log = self._logs / f"{name}-{self._starts:03d}.log"
            line = [sys.executable, "-m", "tests.chaos.consumer", *command]
            self._children[name] = Child(name, line, log=log, env=self._environment, cwd=ROOT).start()

    def names(self) -> list[str]:
        """Those that should be running."""
        return sorted(self._children)

    def look_after(self) -> None:
        """What a container platform does: starts again what was killed. Raises Unexpected for any other end."""
        with self._lock:
            for name, child in list(self._children.items()):
                code = child.exit_code()
                if code is None:
                    continue
                if code != -signal.SIGKILL:
                    raise Unexpected(f"{name} ended with {code}:\n{child.tail(40)}")
                child.kill_group()
                self.restarts += 1
                self.start(name, *self._commands[name])

    def kill(self, name: str, *, whole: bool) -> int:
        """SIGKILL for it, or for it and all its children at once; how many that were."""
        with self._lock:
            child = self._children[name]
            killed = 1 + (len(self._forked(name)) if whole else 0)
            if whole:
                child.kill_group()
            elif child.process:
                child.process.kill()
                child.process.wait()
            return killed

    def kill_child_of(self, name: str, number: int) -> int:
        """SIGKILL for one of the processes that it has forked; how many that were: 1, or 0 where there is none."""
        forked = self._forked(name)
        try:
            os.kill(forked[number % len(forked)], signal.SIGKILL)
        except (ZeroDivisionError, ProcessLookupError):
            return 0
        return 1

    def _forked(self, name: str) -> list[int]:
        with self._lock:
            pid = self._children[name].pid
        try:
            return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []

    def listens(self, name: str) -> bool:
        """Whether it has got as far as to listen for SIGTERM."""
        try:
            told = Path(f"/proc/{self._children[name].pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        caught = next((line.split()[1] for line in told.splitlines() if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)

    def leave(self, name: str) -> None:
        """SIGTERM; it must end with 0, and soon. Raises Unexpected."""
        with self._lock:
            child = self._children.pop(name)
            del self._commands[name]
        child.ask_to_stop()
        try:
            wait_until(lambda: child.exit_code() is not None, what=f"{name} ends", seconds=END_SECONDS)
        except TimeoutError as error:
            raise Unexpected(f"{error}\n{child.tail(40)}") from error
        # It may have been killed at a mark on its last metres: that is the test's doing.
        if child.exit_code() not in (0, -signal.SIGKILL):
            raise Unexpected(f"{name} ended with {child.exit_code()} after SIGTERM:\n{child.tail(40)}")

    def stop(self) -> None:
        """The end of them all, whatever they do."""
        stop_all(self._children.values(), 2.0)

    def run(self, *command: str) -> str:
        """`manage.py COMMAND…` to its end, unharmed; what it says. Raises Unexpected."""
        with self._lock:
            self._starts += 1
            log = self._logs / f"{command[0]}-{self._starts:03d}.log"
        line = [sys.executable, "manage.py", *command]
        child = Child(command[0], line, log=log, env=self._environment, cwd=ROOT).start()
        wait_until(lambda: child.exit_code() is not None, what=f"manage.py {command[0]} ends", seconds=120)
        if child.exit_code():
            raise Unexpected(f"manage.py {' '.join(command)} ended with {child.exit_code()}:\n{child.tail(40)}")
        return child.tail(1000)
