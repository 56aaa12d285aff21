"""`manage.py dead_letters`: events that could not be applied."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from xlcfi.clock import SEOUL
from xlcfi.events.errors import RetryLater
from xlcfi.events.models import DeadLetter
from xlcfi.events.redelivery import NotRetryable, dead_letter_retry, dead_letters_discard

FILTERS = ("group", "topic", "reason")


class Command(BaseCommand):
    """Lists and shows dead letters, sends them through again, or gives them up."""

    help = "Events that could not be applied: list, show, retry, discard."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="what waits (or is in another state), oldest first")
        listing.add_argument("--state", choices=DeadLetter.State.values, default=DeadLetter.State.NEW)
        listing.add_argument("--limit", type=int, default=50)
        show = verbs.add_parser("show", help="all that is known of one")
        show.add_argument("id", type=int)
        retry = verbs.add_parser("retry", help="send through again, through the same inbox")
        discard = verbs.add_parser("discard", help="give up")
        discard.add_argument("--because", required=True, metavar="TEXT", help="why, for the history")
        for verb in (retry, discard):
            verb.add_argument("id", type=int, nargs="*")
            verb.add_argument("--all", action="store_true", help="all that wait (and fit the filters)")
        for verb in (listing, retry, discard):
            for name in FILTERS:
                verb.add_argument(f"--{name}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except DeadLetter.DoesNotExist as error:
            raise CommandError("There is no such dead letter.") from error
        except (OperationalError, InterfaceError, RetryLater) as error:
            raise CommandError(f"The database does not answer as it should: {error}") from error

    @staticmethod
    def _filtered(options: dict[str, Any], state: str) -> QuerySet[DeadLetter]:
        wanted = {name: options[name] for name in FILTERS if options[name]}
        return DeadLetter.objects.filter(state=state, **wanted).order_by("pk")

    def _chosen(self, options: dict[str, Any]) -> list[int]:
        if bool(options["id"]) == options["all"]:
            raise CommandError("Name the dead letters by id, or say --all.")
        return options["id"] or list(self._filtered(options, DeadLetter.State.NEW).values_list("pk", flat=True))

    def _list(self, options: dict[str, Any]) -> None:
        letters = self._filtered(options, options["state"])
        for letter in letters[: max(options["limit"], 1)]:
            at = letter.created_at.astimezone(SEOUL)
            where = f"{letter.field}: " if letter.field else ""
            self.stdout.write(
                f"{letter.pk:>8}  {at:%Y-%m-%d %H:%M}  {letter.group}  {letter.record_id[:60]}  "
                f"{letter.reason}  {where}{letter.message[:100]}"
            )
        self.stdout.write(f"{letters.count():,} {options['state']}")

    def _show(self, options: dict[str, Any]) -> None:
        letter = DeadLetter.objects.get(pk=options["id"])
        for field in letter._meta.concrete_fields:
            value = getattr(letter, field.attname)
            if isinstance(value, memoryview | bytes):
                value = bytes(value).decode("utf-8", "replace")
            self.stdout.write(f"{field.attname}: {value}")

    def _retry(self, options: dict[str, Any]) -> None:
        failed = 0
        for letter_id in self._chosen(options):
            try:
                result = dead_letter_retry(letter_id=letter_id, who=getpass.getuser())
            except NotRetryable as error:
                result = str(error)
                failed += 1
            else:
                failed += result == "dead"
            self.stdout.write(f"{letter_id}: {'it failed again' if result == 'dead' else result}")
        if failed:
            raise CommandError(f"{failed:,} could not be applied.")

    def _discard(self, options: dict[str, Any]) -> None:
        chosen = self._chosen(options)
        counts = dead_letters_discard(letter_ids=chosen, who=getpass.getuser(), reason=options["because"])
        self.stdout.write(f"{counts['discarded']:,} discarded")
        if left := len(chosen) - counts["discarded"]:
            raise CommandError(f"{left:,} are settled already, or do not exist.")
