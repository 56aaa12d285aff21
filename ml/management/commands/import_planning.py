"""`manage.py import_planning FILE.csv`: take costs, lead times, shelf lives and the like in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ml.services.planning import planning_import

SHOWN = 20


class Command(BaseCommand):
    """Imports a CSV file into product_planning (header with product_id) or category_planning (with category_id)."""

    help = "Say what a CSV file of planning data would change, line by line what is wrong; with --apply, take it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--apply", action="store_true", help="write it (without it nothing is written)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                report = planning_import(lines=lines, source=path.name[:200], apply=options["apply"])
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8: {error}") from error
        if report.errors:
            for row_error in report.errors[:SHOWN]:
                self.stderr.write(str(row_error))
            more = f" (the first {SHOWN} are shown)" if len(report.errors) > SHOWN else ""
            raise CommandError(f"{len(report.errors):,} errors{more}. Nothing was written.")
        counts = f"{report.created:,} new, {report.changed:,} changed, {report.unchanged:,} as they were"
        self.stdout.write(f"{report.rows:,} rows: {counts}")
        if not options["apply"] and report.created + report.changed:
            self.stdout.write("Nothing was written. Run it again with --apply to take it in.")
