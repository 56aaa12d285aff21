"""Runs the demo's programs: starts them in order, notices the one that dies, stops all of them."""

import signal
import time
from collections.abc import Callable
from types import FrameType

from scripts.processes import Child, Mark, stop_all
from scripts.progress import Progress, fraction_in
from scripts.state import State

POLL = 0.05
STOP_APPS_SECONDS = 12.0
STOP_SERVERS_SECONDS = 12.0


class Interrupted(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, a closed terminal)."""


class ChildDied(Exception):
    """A program that should run ended by itself, or a step failed; the message has its last lines."""


class Supervisor:
    """Holds every program of the demo. `state` remembers them for the case that we are killed."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.servers: list[Child] = []
        self.apps: list[Child] = []
        self.asked_to_stop = False

    def listen(self) -> None:
        """From now on Ctrl-C and the like only set a flag, which every wait looks at."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def end_leftovers(self) -> None:
        """Stop what an earlier demo left behind that had no time to stop it."""
        for name, mark in sorted(self.state.marks.items(), key=lambda item: item[0] == "postgres"):
            mark.end(signal.SIGINT if name == "postgres" else signal.SIGTERM, STOP_SERVERS_SECONDS)
        self.state.marks.clear()
        self.state.write()

    def start(self, child: Child, *, server: bool = False) -> Child:
        """Start `child`; servers are stopped after everything else."""
        self.check()
        try:
            child.start()
        except OSError as error:
            raise ChildDied(f"{child.name} could not be started: {error}") from error
        (self.servers if server else self.apps).append(child)
        self._remember(child.name, child.mark())
        return child

    def check(self) -> None:
        """Raise Interrupted when asked to stop, ChildDied when a program ended."""
        if self.asked_to_stop:
            raise Interrupted
        for child in [*self.servers, *self.apps]:
            code = child.exit_code()
            if code is not None:
                raise ChildDied(f"{child.name} ended {_how(code)}. The end of {child.log}:\n{_indent(child.tail())}")

    def wait(self, ready: Callable[[], bool], *, seconds: float, what: str, progress: Progress) -> None:
        """Wait until `ready`; ChildDied when it takes longer than `seconds` or a program ends meanwhile."""
        began = time.monotonic()
        while True:
            self.check()
            if ready():
                return
            waited = time.monotonic() - began
            if waited > seconds:
                raise ChildDied(f"{what} did not get ready within {seconds:.0f} s. Logs: {self.state.path.parent}/logs")
            progress.update(waited / seconds, f"waiting for {what}")
            time.sleep(POLL)

    def run(self, child: Child, progress: Progress, *, share: tuple[float, float] = (0.0, 1.0)) -> str:
        """Run `child` to its end, moving the bar by what it prints over `share` of the step; returns its output."""
        child.start()
        self._remember(child.name, child.mark())
        first, last = share
        position, line = 0, ""
        try:
            while child.exit_code() is None:
                self.check()
                with child.log.open("rb") as log:
                    log.seek(position)
                    news = log.read()
                position += len(news)
                for line in news.decode("utf-8", "replace").replace("\r", "\n").split("\n"):
                    if line.strip():
                        inner = fraction_in(line)
                        place = None if inner is None else first + inner * (last - first)
                        progress.update(place, line.strip()[:60])
                progress.update()
                time.sleep(POLL)
        finally:
            stop_all([child], STOP_APPS_SECONDS)
            self.state.marks.pop(child.name, None)
        code = child.exit_code()
        if code != 0:
            raise ChildDied(f"{child.name} ended {_how(code or 0)}. The end of {child.log}:\n{_indent(child.tail())}")
        progress.update(last)
        return child.log.read_text(encoding="utf-8", errors="replace")

    def watch(self) -> None:
        """Stay until somebody asks us to stop (Interrupted) or a program ends (ChildDied)."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop everything: first what uses the servers, then the servers."""
        stop_all(self.apps, STOP_APPS_SECONDS)
        stop_all(self.servers, STOP_SERVERS_SECONDS)
        self.apps, self.servers = [], []
        self.state.marks.clear()
        self.state.write()

    def _remember(self, name: str, mark: Mark) -> None:
        self.state.marks[name] = mark
        self.state.write()


def _how(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"


def _indent(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines()) or "    (it wrote nothing)"
