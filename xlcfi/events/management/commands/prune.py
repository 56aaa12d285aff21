"""`manage.py prune`: let go of old rows."""

import threading
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from xlcfi.events.consuming import stop_on_signals
from xlcfi.events.database import long_statements
from xlcfi.events.management.progress import progress
from xlcfi.events.prune_steps import PruneStep, prune_steps
from xlcfi.events.pruning import COUNT_AT_MOST, PruneRunning, prunable, prune
from xlcfi.events.registry import discover


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= 24 * 365:
        raise ArgumentTypeError(f"{text!r} is no number of hours")
    return hours


class Command(BaseCommand):
    """Removes, in small batches, the rows that the retention settings no longer keep."""

    help = "Say how many rows are older than the settings keep them; with --apply, remove them in small batches."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="steps to do (all of them by default)")
        parser.add_argument("--apply", action="store_true", help="remove them (without it nothing is written)")
        parser.add_argument(
            "--every", type=_hours, metavar="HOURS", help="with --apply: again and again, until SIGTERM"
        )
        parser.add_argument("--list", action="store_true", help="list the steps and what they keep, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        discover()
        try:
            steps = prune_steps(options["names"])
        except LookupError as error:
            listed = ", ".join(step.name for step in prune_steps()) or "none is registered"
            raise CommandError(f"There is no prune step {error.args[0]!r}. Steps: {listed}.") from error
        if options["list"]:
            for step in steps:
                self.stdout.write(f"{step.name}: {step.table}, {_kept(step)} ({step.retention})")
            return
        if options["every"] and not options["apply"]:
            raise CommandError("--every goes with --apply.")
        long_statements(0)
        try:
            if options["apply"]:
                self._remove(steps, stop_on_signals(), every=options["every"])
            else:
                self._tell(steps)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error

    def _tell(self, steps: Sequence[PruneStep]) -> None:
        found = 0
        for step in steps:
            cutoff = step.cutoff()
            count = 0 if cutoff is None else prunable(step, cutoff)
            found += count
            shown = f"more than {COUNT_AT_MOST:,}" if count > COUNT_AT_MOST else f"{count:,}"
            self.stdout.write(f"{step.name}: {shown} to remove, {_kept(step)}")
        if found:
            self.stdout.write("Nothing was removed. Run it again with --apply to remove them.")

    def _remove(self, steps: Sequence[PruneStep], stop: threading.Event, *, every: float | None) -> None:
        while True:
            for step in steps:
                self._step(step, stop)
            if stop.is_set():
                self.stdout.write("Stopped after a batch. What is left goes with the next run.")
            if every is None or stop.is_set():
                return
            # Nobody needs a connection that idles for hours.
            connection.close()
            if stop.wait(every * 3_600):
                return

    def _step(self, step: PruneStep, stop: threading.Event) -> None:
        cutoff = step.cutoff()
        if cutoff is None or stop.is_set():
            return
        try:
            with progress(f"prune {step.name}") as advance:
                removed = prune(step, cutoff, stop=stop, progress=advance)
        except PruneRunning:
            self.stdout.write(f"{step.name}: another process is at it")
            return
        self.stdout.write(f"{step.name}: {removed:,} removed, {_kept(step)}")


def _kept(step: PruneStep) -> str:
    return f"kept for {step.days:,} days" if step.days else "kept for ever"
