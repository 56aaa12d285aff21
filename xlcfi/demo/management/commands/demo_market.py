"""Makes the demo market: `manage.py demo_market --scale 0.02 --seed 1`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xlcfi import clock
from xlcfi.demo.loading import PlatformNotEmpty
from xlcfi.demo.making import market_make
from xlcfi.demo.progress import progress_told


class Command(BaseCommand):
    help = "Fill the Java-owned tables with a generated K-Food market, with events and ground truth in files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=0.02, help="1 = 50,000 users and 300,000 orders")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, default=Path("var/demo"), help="where events, truth and pictures go")
        parser.add_argument("--until", type=_moment, help="the market's last moment, Seoul time; default: now")
        parser.add_argument("--no-images", action="store_true")
        parser.add_argument("--force", action="store_true", help="replace what the platform's tables hold")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYMENT == "production":
            raise CommandError("demo_market never runs where DEPLOYMENT is production: the tables belong to Java")
        until = options["until"] or clock.now().replace(tzinfo=None, second=0, microsecond=0)
        try:
            with progress_told(sys.stdout) as teller:
                report = market_make(
                    scale=options["scale"], seed=options["seed"], out=options["out"], until=until,
                    images=not options["no_images"], force=options["force"], teller=teller,
                )  # fmt: skip
        except (PlatformNotEmpty, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(report))


def _moment(text: str) -> datetime:
    """A Seoul wall time without zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(clock.SEOUL).replace(tzinfo=None) if moment.tzinfo else moment
