"""`manage.py replay`: apply a file of events once more."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError

from xlcfi.events.apply import Applier, Outcome
from xlcfi.events.consuming import UnknownConsumer, groups_named, replay, stop_on_signals
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.management.progress import progress
from xlcfi.events.source import SourceBroken

OUTCOMES = ("applied", "duplicate", "ignored", "dead")


class Command(BaseCommand):
    """Reads every line of a file and applies what was not applied before."""

    help = "Apply every event of a file of JSON lines (.gz too). What was applied before is passed over."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--group", action="append", default=[], help="only this consumer (can be given again)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        counts: dict[str, Counter[str]] = {}
        try:
            chosen = groups_named(options["group"])
            if not chosen:
                raise CommandError("No app has registered a consumer.")
            # The size of a packed file's text is not known before it is read: its last four bytes lie above 4 GB.
            size = path.stat().st_size if path.is_file() and path.suffix != ".gz" else 0
            stop = stop_on_signals()
            with progress(f"replay {path.name}") as advance:

                def note(applier: Applier, outcome: Outcome, read: int) -> None:
                    mine = counts.setdefault(applier.group.short_name, Counter())
                    for (_, name), count in outcome.counts.items():
                        mine[name] += count
                    advance(read, size)

                replay(chosen, path, stop=stop, on_outcome=note)
        except (UnknownConsumer, SourceBroken, ConsumerStopped) as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error
        self._summary(counts)
        if stop.is_set():
            raise CommandError("Stopped before the end. Run it again: what is applied is passed over.")

    def _summary(self, counts: dict[str, Counter[str]]) -> None:
        width = max([8, *map(len, counts)])
        self.stdout.write(f"{'consumer':<{width}} {'read':>10}" + "".join(f" {name:>10}" for name in OUTCOMES))
        for consumer, mine in counts.items():
            row = "".join(f" {mine[name]:>10,}" for name in OUTCOMES)
            self.stdout.write(f"{consumer:<{width}} {mine.total():>10,}{row}")
        if not counts:
            self.stdout.write("The file has no events.")
        elif any(mine["dead"] for mine in counts.values()):
            self.stdout.write("Dead letters are in the admin, and in `manage.py dead_letters list`.")
