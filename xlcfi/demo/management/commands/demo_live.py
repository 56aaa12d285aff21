"""Plays the Java side: `manage.py demo_live --out var/demo/live.jsonl --rate 1`, until SIGTERM or Ctrl-C."""

import random
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from xlcfi.demo.live import FileSink, KafkaSink, Shop, live_run
from xlcfi.events.consuming import stop_on_signals
from xlcfi.platform.schema import platform_schema_name


class Command(BaseCommand):
    help = "Place orders in the Java-owned tables and tell their events, to Kafka if there is one, else to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="file of events; not needed with KAFKA_BOOTSTRAP_SERVERS")
        parser.add_argument("--rate", type=float, default=1.0, help="visits a second, on average")
        parser.add_argument("--orders", type=int, help="stop after so many orders")
        parser.add_argument("--seed", type=int, help="the same visits again")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT == "production":
            raise CommandError("demo_live never runs where DEPLOYMENT is production: the tables belong to Java")
        servers = settings.KAFKA_BOOTSTRAP_SERVERS
        if not servers and options["out"] is None:
            raise CommandError("--out is needed where KAFKA_BOOTSTRAP_SERVERS is not set")
        stop = stop_on_signals()
        draw = random.Random(options["seed"])
        own = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
        sink = KafkaSink(servers) if servers else FileSink(options["out"])
        try:
            shop = Shop(connection=own, schema=platform_schema_name(), sink=sink, draw=draw)
            placed = live_run(
                shop=shop, sink=sink, per_second=options["rate"], stop=stop, draw=draw, orders=options["orders"]
            )
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        finally:
            own.close()
        self.stdout.write(f"{placed} orders placed")
