"""`manage.py consume`: apply events as they come."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from xlcfi.events.consuming import UnknownConsumer, groups_named, run_file, run_kafka, stop_on_signals
from xlcfi.events.errors import ConsumerStopped
from xlcfi.events.processes import MetricsRefused, metrics_serve, run_supervised
from xlcfi.events.source import SourceBroken


class Command(BaseCommand):
    """Consumes from Kafka, one process for each group, or from a file of JSON lines."""

    help = "Apply events as they come, from Kafka or from a file, until SIGTERM or Ctrl-C."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="consumers to run (all of them by default)")
        parser.add_argument("--file", type=Path, help="read JSON lines from this file instead of Kafka")
        parser.add_argument("--follow", action="store_true", help="with --file: wait for more lines at its end")
        parser.add_argument("--list", action="store_true", help="list the consumers and their topics, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            chosen = groups_named(options["names"])
        except UnknownConsumer as error:
            raise CommandError(str(error)) from error
        if options["list"]:
            for group in chosen:
                self.stdout.write(f"{group.short_name}: {', '.join(sorted(group.kafka_topics))}")
            return
        if not chosen:
            raise CommandError("No app has registered a consumer.")
        if options["follow"] and options["file"] is None:
            raise CommandError("--follow goes with --file.")
        if options["file"] is None and not settings.KAFKA_BOOTSTRAP_SERVERS:
            raise CommandError("Set KAFKA_BOOTSTRAP_SERVERS (host:port,host:port), or read a file with --file.")
        stop = stop_on_signals()
        try:
            if options["file"] is not None:
                metrics_serve(settings.METRICS_PORT)
                run_file(chosen, options["file"], follow=options["follow"], stop=stop)
            elif len(chosen) == 1:
                metrics_serve(settings.METRICS_PORT)
                run_kafka(chosen[0], stop)
            else:
                names = [group.short_name for group in chosen]
                if run_supervised(names, stop, metrics_port=settings.METRICS_PORT):
                    raise CommandError("A consumer has stopped; see its log.")
        except (ConsumerStopped, MetricsRefused, SourceBroken) as error:
            raise CommandError(str(error)) from error
