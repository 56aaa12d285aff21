"""`manage.py erase_person`: erase a buyer from all of our tables, and keep the sums (PIPA, GDPR)."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from analytics.jobs.expiring import dashboards_expire
from analytics.services.erasure import Erased, NotErasable, people_erase_again, person_erase
from xlcfi.events.database import long_statements
from xlcfi.events.registry import discover
from xlcfi.platform.selectors import BIGINT_MAX


def _user(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= BIGINT_MAX:
        raise ArgumentTypeError(f"{text!r} is no user's id")
    return int(text)


def _reason(text: str) -> str:
    if len(text) > 200:
        raise ArgumentTypeError("is longer than 200 characters")
    return text


class Command(BaseCommand):
    """Puts a pseudonym in the place of a person, drops what describes them, and remembers who is forgotten."""

    help = "Say what would be erased of a buyer; with --apply, erase it. Every sum and count stays."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("user_id", nargs="?", type=_user, metavar="USER_ID", help="the platform's id of the buyer")
        who.add_argument("--again", action="store_true", help="with --apply: everybody who was ever erased")
        parser.add_argument("--apply", action="store_true", help="erase (without it nothing is written)")
        parser.add_argument("--reason", type=_reason, default="", help="noted beside the pseudonym; no personal data")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"] and not options["apply"]:
            raise CommandError("--again goes with --apply.")
        discover()
        long_statements(0)
        try:
            if options["again"]:
                erased = people_erase_again()
            else:
                erased = person_erase(user_id=options["user_id"], reason=options["reason"], apply=options["apply"])
        except NotErasable as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error
        if options["apply"]:
            dashboards_expire()
        self._tell(erased, applied=options["apply"], as_json=options["json"])

    def _tell(self, erased: Erased, *, applied: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"applied": applied, "changed": erased.changed, "warnings": erased.warnings}))
            return
        for table, rows in sorted(erased.changed.items()):
            if rows:
                self.stdout.write(f"{table}: {rows:,}")
        self.stdout.write(f"{sum(erased.changed.values()):,} rows {'erased' if applied else 'would be erased'}.")
        for warning in erased.warnings:
            self.stdout.write(warning)
        if not applied:
            self.stdout.write("Nothing was written. Run it again with --apply.")
