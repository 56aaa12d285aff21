"""`manage.py relay`: send what the outbox holds."""

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError

from xlcfi.events.consuming import STATEMENT_MS, stop_on_signals
from xlcfi.events.database import long_statements
from xlcfi.events.errors import RetryLater
from xlcfi.events.outbox import outbox_troubles
from xlcfi.events.processes import MetricsRefused, metrics_serve
from xlcfi.events.relay import LOOK_SECONDS, Relay

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Sends waiting messages, for ever or once. The consumers do the same beside their work."""

    help = (
        "Send the messages that wait in the outbox (review.analyzed, dead letters) to Kafka, until SIGTERM or Ctrl-C. "
        "Every consumer does so too; this is for where none runs, or to see what is in the way."
    )
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due, say what still waits and why, end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.KAFKA_BOOTSTRAP_SERVERS:
            raise CommandError(
                "Set KAFKA_BOOTSTRAP_SERVERS (host:port,host:port). Without a broker the messages wait in the outbox; "
                "none is lost."
            )
        long_statements(STATEMENT_MS)
        stop = stop_on_signals()
        relay = Relay(stop)
        if not options["once"]:
            try:
                metrics_serve(settings.METRICS_PORT)
            except MetricsRefused as error:
                raise CommandError(str(error)) from error
            relay.run()
            return
        sent = 0
        try:
            while not stop.is_set():
                done = relay.round()
                sent += done.sent
                if done.busy:
                    # Another relay is at it; what it leaves is ours.
                    time.sleep(LOOK_SECONDS)
                elif not done.more:
                    break
            self.stdout.write(f"{sent:,} sent")
            self._troubles()
        except RetryLater as error:
            raise CommandError(f"The broker does not answer as it should; the messages wait. {error}") from error
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error
        finally:
            relay.close()

    def _troubles(self) -> None:
        waiting = 0
        for topic, count, error in outbox_troubles():
            waiting += count
            self.stdout.write(f"{topic}: {count:,} wait{f', {error}' if error else ''}")
        if waiting:
            raise CommandError(f"{waiting:,} could not be sent yet. A relay tries them again by itself.")
