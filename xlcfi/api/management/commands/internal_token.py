"""Print an internal token, as the Java services show it to us."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xlcfi.api.tokens import LIFETIME_SECONDS, internal_token_mint


class Command(BaseCommand):
    help = f"Print an internal token that is valid for {LIFETIME_SECONDS // 60} minutes, for use with curl."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--header", action="store_true", help="print it as the header that curl -H takes")

    def handle(self, *args: Any, **options: Any) -> None:
        token = internal_token_mint()
        self.stdout.write(f"X-Internal-Token: {token}" if options["header"] else token)
