"""`manage.py rebuild`: make our tables again from the platform's."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from xlcfi.events.database import large_statements, long_statements
from xlcfi.events.management.progress import progress
from xlcfi.events.rebuilds import (
    RebuildRunning,
    RebuildStep,
    rebuild_run,
    rebuild_step_names,
    rebuild_steps,
    single_rebuild,
)
from xlcfi.events.registry import discover


class Command(BaseCommand):
    """Runs the rebuild steps that the apps have registered, each after those it builds on."""

    help = "Compare our tables with the platform's and say what differs; with --apply, mend it."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="steps to run (all of them by default)")
        parser.add_argument("--apply", action="store_true", help="mend what differs (without it nothing is written)")
        parser.add_argument("--at-once", type=int, default=2, help="how many steps may run side by side (default: 2)")
        parser.add_argument("--list", action="store_true", help="list the steps, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        discover()
        try:
            steps = rebuild_steps(options["names"])
        except LookupError as error:
            listed = ", ".join(rebuild_step_names()) or "none is registered"
            raise CommandError(f"There is no rebuild step {error.args[0]!r}. Steps: {listed}.") from error
        if options["list"]:
            for step in steps:
                self.stdout.write(step.name + (f" (after {', '.join(step.after)})" if step.after else ""))
            return
        long_statements(0)
        large_statements()
        try:
            with single_rebuild():
                changed = self._run_all(steps, at_once=options["at_once"], apply=options["apply"])
        except RebuildRunning as error:
            raise CommandError("A rebuild is running already; wait for its end.") from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error
        if changed and not options["apply"]:
            self.stdout.write("Nothing was written. Run it again with --apply to mend this.")

    def _run_all(self, steps: Sequence[RebuildStep], *, at_once: int, apply: bool) -> int:
        # Another connection would not see what this transaction holds.
        most = 1 if connection.in_atomic_block else max(1, min(at_once, len(steps)))
        return rebuild_run(steps, at_once=most, run=lambda step: self._run(step, apply=apply, alone=most == 1))

    def _run(self, step: RebuildStep, *, apply: bool, alone: bool) -> int:
        with progress(step.name, alone=alone) as advance:
            report = step.run(apply=apply, progress=advance)
        verb = "mended" if apply else "differ"
        self.stdout.write(f"{step.name}: {report.checked:,} checked, {report.changed:,} {verb}")
        return report.changed
