"""`manage.py dead_letters`: events that could not be applied."""

import base64
import getpass
import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from xlcfi.clock import SEOUL
from xlcfi.events.errors import RetryLater
from xlcfi.events.models import DeadLetter
from xlcfi.events.readable import headers_readable, readable
from xlcfi.events.redelivery import NotRetryable, dead_letter_retry, dead_letters_discard

FILTERS = ("group", "topic", "reason", "cause")
DISCARDED_AT_ONCE = 500


class Command(BaseCommand):
    """Lists and shows dead letters, sends them through again, or gives them up."""

    help = "Events that could not be applied: list, show, retry, discard."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="what waits (or is in another state), oldest first")
        listing.add_argument("--state", choices=[*DeadLetter.State.values, "all"], default=DeadLetter.State.NEW)
        listing.add_argument("--limit", type=int, default=50)
        show = verbs.add_parser("show", help="all that is known of one")
        show.add_argument("id", type=int)
        for verb in (listing, show):
            verb.add_argument("--json", action="store_true", help="JSON, one object a line")
        retry = verbs.add_parser("retry", help="send through again, through the same inbox")
        discard = verbs.add_parser("discard", help="give up")
        discard.add_argument("--because", required=True, metavar="TEXT", help="why, for the history")
        for verb in (retry, discard):
            verb.add_argument("id", type=int, nargs="*")
            verb.add_argument("--all", action="store_true", help="all that wait (and fit the filters)")
            verb.add_argument("--apply", action="store_true", help="with --all: do it (without it, say how many)")
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
        if state != "all":
            wanted["state"] = state
        return DeadLetter.objects.filter(**wanted).order_by("pk")

    def _chosen(self, options: dict[str, Any], what: str) -> list[int]:
        """The ids that are meant; none where only their number was to be told."""
        if bool(options["id"]) == options["all"]:
            raise CommandError("Name the dead letters by id, or say --all.")
        if options["id"]:
            return sorted(set(options["id"]))
        waiting = self._filtered(options, DeadLetter.State.NEW)
        if options["apply"]:
            return list(waiting.values_list("pk", flat=True))
        self.stdout.write(f"{waiting.count():,} would be {what}. Say --apply as well to do it.")
        return []

    def _list(self, options: dict[str, Any]) -> None:
        letters = self._filtered(options, options["state"])
        for letter in letters.defer("payload", "trace")[: max(options["limit"], 1)]:
            if options["json"]:
                self.stdout.write(_json(_summary(letter)))
                continue
            at = letter.created_at.astimezone(SEOUL)
            where = f"{letter.field}: " if letter.field else ""
            self.stdout.write(
                f"{letter.pk:>8}  {at:%Y-%m-%d %H:%M}  {letter.group}  {letter.record_id[:60]}  "
                f"{letter.reason}  {where}{letter.message[:100]}"
            )
        if not options["json"]:
            self.stdout.write(f"{letters.count():,} {options['state']}")

    def _show(self, options: dict[str, Any]) -> None:
        letter = DeadLetter.objects.get(pk=options["id"])
        if options["json"]:
            self.stdout.write(_json({**_summary(letter), **_content(letter)}))
            return
        for name, value in _summary(letter).items():
            if name != "history":
                self.stdout.write(f"{name}: {'' if value is None else value}")
        for each in letter.history:
            self.stdout.write(f"history: {each['at']} {each['who']}: {each['what']}: {each['note']}")
        for name, text in headers_readable(letter.headers):
            self.stdout.write(f"header {name}: {text}")
        payload = readable(None if letter.payload is None else bytes(letter.payload))
        self.stdout.write(f"payload ({payload.kind}, {payload.size:,} bytes{', cut' if payload.cut else ''}):")
        self.stdout.write(payload.text)
        for text in filter(None, (payload.hexadecimal, letter.trace)):
            self.stdout.write(text)

    def _retry(self, options: dict[str, Any]) -> None:
        failed = 0
        who = _who()
        for letter_id in self._chosen(options, "sent through again"):
            try:
                retried = dead_letter_retry(letter_id=letter_id, who=who)
            except NotRetryable as error:
                result = str(error)
                failed += 1
            else:
                failed += retried.result == "dead"
                result = f"it failed again: {retried.why}" if retried.result == "dead" else retried.result
            self.stdout.write(f"{letter_id}: {result}")
        if failed:
            raise CommandError(f"{failed:,} could not be applied.")

    def _discard(self, options: dict[str, Any]) -> None:
        chosen = self._chosen(options, "discarded")
        who = _who()
        discarded = 0
        for start in range(0, len(chosen), DISCARDED_AT_ONCE):
            some = chosen[start : start + DISCARDED_AT_ONCE]
            before = dead_letters_discard(letter_ids=some, who=who, reason=options["because"])
            discarded += sum(state == DeadLetter.State.NEW for state in before.values())
        if chosen:
            self.stdout.write(f"{discarded:,} discarded")
        if left := len(chosen) - discarded:
            raise CommandError(f"{left:,} are settled already, or do not exist.")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container's user need not have a name.
        return f"uid {os.getuid()}"


def _summary(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.pk,
        "state": letter.state,
        "failed_at": letter.created_at.astimezone(SEOUL).isoformat(),
        "group": letter.group,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "record_id": letter.record_id,
        "event_id": letter.event_id,
        "timestamp_ms": letter.timestamp_ms,
        "key": None if letter.key is None else bytes(letter.key).decode("utf-8", "replace"),
        "cause": letter.cause,
        "reason": letter.reason,
        "field": letter.field,
        "message": letter.message,
        "history": letter.history,
    }


def _content(letter: DeadLetter) -> dict[str, Any]:
    """Headers and payload byte for byte (base64, as the table has them), the payload as text too where it is text."""
    payload = None if letter.payload is None else bytes(letter.payload)
    try:
        text = None if payload is None else payload.decode()
    except UnicodeDecodeError:
        text = None
    return {
        "headers": letter.headers,
        "payload": text,
        "payload_base64": None if payload is None else base64.b64encode(payload).decode(),
        "trace": letter.trace,
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
