"""Child processes that end when we end, and the processes that an earlier, killed start left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.servers.account import Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def born(pid: int) -> int | None:
    """When `pid` started, in clock ticks since boot; None when no such process runs. Tells a process from a later
    one that was given the same number."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else int(fields[19])


@dataclass(frozen=True)
class Mark:
    """A process as it can be found again: its number and its start."""

    pid: int
    born: int

    def alive(self) -> bool:
        """True when this very process still runs."""
        return born(self.pid) == self.born

    def end(self, signal_number: int, seconds: float) -> None:
        """Ask it to stop; after `seconds` make it."""
        for number, patience in ((signal_number, seconds), (signal.SIGKILL, 5.0)):
            if self.alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)
                give_up = time.monotonic() + patience
                while self.alive() and time.monotonic() < give_up:
                    time.sleep(0.05)


class Child:
    """One program that we start: in a session of its own, so that Ctrl-C on the terminal reaches only us and we stop
    everything in order; with its output in `log`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        account: Account | None = None,
        outlives_us: bool = False,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = dict(env) if env is not None else None
        self.cwd = cwd
        self.stop_signal = stop_signal
        self.account = account
        self.outlives_us = outlives_us
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Child":
        """Start the program. Raises OSError when it cannot be executed."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size:
            self.log.replace(self.log.with_suffix(".previous.log"))
        parent = os.getpid()

        def follow_parent() -> None:  # runs in the child, between fork and exec
            _libc.prctl(PR_SET_PDEATHSIG, self.stop_signal)
            if os.getppid() != parent:
                os._exit(1)

        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
                # Even a kill -9 of us leaves nothing behind: the kernel then sends the stop signal.
                preexec_fn=None if self.outlives_us else follow_parent,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        return self

    @property
    def pid(self) -> int:
        """The process number. Only after start()."""
        assert self.process is not None
        return self.process.pid

    def mark(self) -> Mark:
        """How to find it again after we are gone."""
        return Mark(self.pid, born(self.pid) or 0)

    def exit_code(self) -> int | None:
        """None while it runs (or was never started)."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Send the stop signal, once it is running."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def kill_group(self) -> None:
        """Kill what is left of it and of the processes that it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines: int = 15) -> str:
        """The last lines that it wrote."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-lines:])


def stop_all(children: Iterable[Child], seconds: float) -> None:
    """Stop `children` together, the patient way for `seconds`, then the other."""
    started = [child for child in children if child.process]
    for child in started:
        child.ask_to_stop()
    give_up = time.monotonic() + seconds
    while any(child.exit_code() is None for child in started) and time.monotonic() < give_up:
        time.sleep(0.05)
    for child in started:
        child.kill_group()
