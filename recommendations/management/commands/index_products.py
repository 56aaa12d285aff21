"""`manage.py index_products`: tokenize the texts of products that changed, until there are none."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from recommendations.content.tokenizer import KoreanTokenizer
from recommendations.services.content import structure_index, words_index
from recommendations.services.indexing import INDEXING_LOCK


class Command(BaseCommand):
    """Consumers start it when there is something to do. It holds the tokenizer, which is large, and ends."""

    help = (
        "Bring products whose name, description, category, seller or price changed into the index of similar products."
    )
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--linger", type=float, default=0.0, metavar="SECONDS", help="stay so long after the last change (0: end)"
        )
        parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS", help="how often to look meanwhile")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [INDEXING_LOCK])
            if not cursor.fetchone()[0]:
                self.stdout.write("Another process is at it.")
                return
        tokenizer = KoreanTokenizer()
        done = 0
        until = time.monotonic() + options["linger"]
        try:
            while True:
                while structure_index():
                    pass
                if found := words_index(words=tokenizer.words):
                    done += found
                    until = time.monotonic() + options["linger"]
                elif time.monotonic() >= until:
                    break
                else:
                    time.sleep(options["every"])
        except (OperationalError, InterfaceError) as error:
            # Whoever started this starts it again.
            self.stderr.write(f"The database went away: {error}")
            raise SystemExit(1) from error
        self.stdout.write(f"{done:,} products tokenized.")
