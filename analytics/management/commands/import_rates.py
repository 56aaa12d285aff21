"""manage.py import_rates FILE.csv: what other currencies are worth in won."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.services.rates import BadRates, rates_parse, rates_record


class Command(BaseCommand):
    help = (
        "Reads currency rates from a CSV file with the columns currency, day (YYYY-MM-DD), krw_per_unit and, if it has "
        "one, source. Tells what would change; --apply changes it. A file with a bad line changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file in UTF-8, its first line the names of the columns")
        parser.add_argument("--source", default="", help="who says so, where a line does not; default: the file's name")
        parser.add_argument("--apply", action="store_true", help="write; without it nothing is changed")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                rates = rates_parse(lines=csv.DictReader(lines), source=options["source"] or path.name)
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} is no CSV file in UTF-8: {error}") from error
        except BadRates as bad:
            raise CommandError("Nothing was changed.\n" + "\n".join(bad.faults)) from bad
        changed = rates_record(rates=rates, apply=options["apply"])
        would = "" if options["apply"] else " would be, with --apply"
        self.stdout.write(f"{len(rates)} rates read, {changed} new or changed{would}.")
