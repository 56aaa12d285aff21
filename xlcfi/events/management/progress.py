"""Progress of long commands: a bar for people, plain lines for logs."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 5.0

Advance = Callable[[int, int], None]


@contextmanager
def progress(label: str, *, alone: bool = True) -> Iterator[Advance]:
    """Gives a function to be called with (done, of). Writes to stderr: stdout is for results.

    alone: nobody else shows progress meanwhile; there can be only one bar.
    """
    if not alone or not sys.stderr.isatty():
        yield _plain(label)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, of: int) -> None:
            bar.update(task, completed=done, total=max(of, done))

        yield advance


def _plain(label: str) -> Advance:
    told_at = time.monotonic()

    def advance(done: int, of: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= LINE_EVERY_SECONDS:
            told_at = time.monotonic()
            share = f"{100 * done / of:.0f} %" if of else f"{done:,}"
            print(f"{label}: {share}", file=sys.stderr, flush=True)

    return advance
