"""`manage.py consume`: apply events as they come."""

import logging
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xlcfi.events.consuming import UnknownConsumer, groups_named, run_file, stop_on_signals
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.processes import MetricsRefused, metrics_serve, run_single, run_supervised
from xlcfi.events.registry import Group
from xlcfi.events.source import SourceBroken
from xlcfi.events.status import consumers_status
from xlcfi.events.status_text import status_json, status_text

HELP = """\
Apply events as they come, from Kafka or from a file, until SIGTERM or Ctrl-C.

With one NAME this process is the consumer. With several, or none for all of them, each has a process of its own, and
this one starts again, later each time, what crashes.

How it ends:
  SIGTERM       the batch in work is finished, its offsets are committed, the group is left: exit code 0 within 10 s.
                A batch that takes longer is given up; it is rolled back, and comes again.
  too many      a consumer whose handlers fail more than CONSUMER_FAILURE_LIMIT times within the window stops and is
  failures      not started again: that would only send more events to the dead letters. The others go on. /health/ready
                names it (503), analytics_consumer_up of it is 0, `--status` says that nobody reads its topics. When all
                have ended, or after SIGTERM, the exit code is 1. Look at the dead letters, mend the cause, start again:
                it goes on where it stopped.
  stuck         a loop that does not turn for twice CONSUMER_MAX_POLL_SECONDS: /health/live fails, and its process ends
                itself (exit code 70); with several, only that one is started again.
"""


class Command(BaseCommand):
    """Consumes from Kafka, one process for each group, or from a file of JSON lines."""

    help = HELP
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **options)
        # The help is laid out already.
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="consumers to run (all of them by default)")
        parser.add_argument("--file", type=Path, help="read JSON lines from this file instead of Kafka")
        parser.add_argument("--follow", action="store_true", help="with --file: wait for more lines at its end")
        parser.add_argument("--list", action="store_true", help="list the consumers and their topics, and end")
        parser.add_argument(
            "--status",
            action="store_true",
            help="tell offsets, lag and members of the consumers and what waits in the database, and end; exit code 1 "
            "if something is away or a consumer with lag has no members",
        )
        parser.add_argument("--json", action="store_true", help="with --status: as JSON")
        parser.add_argument(
            "--health-file",
            type=Path,
            metavar="PATH",
            help="a file that is touched for as long as all consumers show signs of life, once a second or so",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            chosen = groups_named(options["names"])
        except UnknownConsumer as error:
            raise CommandError(str(error)) from error
        if options["list"]:
            for group in chosen:
                self.stdout.write(f"{group.short_name}: {', '.join(sorted(group.kafka_topics))}")
            return
        if options["status"]:
            self._tell_status(chosen, as_json=options["json"])
            return
        if not chosen:
            raise CommandError("No app has registered a consumer.")
        if options["follow"] and options["file"] is None:
            raise CommandError("--follow goes with --file.")
        if options["json"]:
            raise CommandError("--json goes with --status.")
        if options["file"] is None and not settings.KAFKA_BOOTSTRAP_SERVERS:
            raise CommandError("Set KAFKA_BOOTSTRAP_SERVERS (host:port,host:port), or read a file with --file.")
        stop, port, health = stop_on_signals(), settings.METRICS_PORT, options["health_file"]
        try:
            if options["file"] is not None:
                metrics_serve(port)
                run_file(chosen, options["file"], follow=options["follow"], stop=stop, file=health)
            elif len(chosen) == 1:
                run_single(chosen[0], stop, metrics_port=port, health_file=health)
            else:
                names = [group.short_name for group in chosen]
                if run_supervised(names, stop, metrics_port=port, health_file=health):
                    raise CommandError("A consumer has stopped; see its log.")
        except (ConsumerStopped, MetricsRefused, SourceBroken) as error:
            raise CommandError(str(error)) from error

    def _tell_status(self, chosen: Sequence[Group], *, as_json: bool) -> None:
        # Its own words about a broker that is away are in the answer already.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        status = consumers_status(chosen)
        self.stdout.write(status_json(status) if as_json else status_text(status))
        if not status.healthy:
            sys.exit(1)
