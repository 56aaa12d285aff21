"""Telling people how far it is: bars on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Teller(Protocol):
    """Hears what is being done."""

    def step(self, name: str, *, total: int | None = None) -> None:
        """A new step begins; the one before is done. total: how many units it has, if known."""
        ...

    def advance(self, units: int) -> None:
        """So many units of the step more are done."""
        ...


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self._stream, self._name, self._began = stream, "", 0.0

    def step(self, name: str, *, total: int | None = None) -> None:
        self.finish()
        self._name, self._began = name, time.monotonic()

    def advance(self, units: int) -> None:
        pass

    def finish(self) -> None:
        if self._name:
            self._stream.write(f"  {self._name}: {time.monotonic() - self._began:.1f} s\n")
            self._stream.flush()


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars

    def step(self, name: str, *, total: int | None = None) -> None:
        self.finish()
        self._task = self._bars.add_task(name, total=total)

    def advance(self, units: int) -> None:
        self._bars.advance(self._task, units)

    def finish(self) -> None:
        if self._bars.task_ids:
            task = self._bars.tasks[-1]
            self._bars.update(task.id, total=task.completed or 1, completed=task.completed or 1)


@contextmanager
def progress_told(stream: TextIO = sys.stdout) -> Iterator[Teller]:
    """A teller on `stream` for as long as the block runs."""
    if not stream.isatty():
        lines = _Lines(stream)
        yield lines
        lines.finish()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as bars:
        teller = _Bars(bars)
        yield teller
        teller.finish()
