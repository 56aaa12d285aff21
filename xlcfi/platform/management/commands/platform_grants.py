"""`manage.py platform_grants --role NAME`: prints the GRANTs that production's role needs; runs nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from xlcfi.platform.grants import default_role, platform_grants_sql


class Command(BaseCommand):
    help = "Print the SQL that lets a role read the Java-owned tables and write reviews' sentiment only. Runs nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", help="the database role of this project (default: the one in DATABASE_URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"] or default_role()
        if not role:
            raise CommandError("DATABASE_URL names no role: say --role NAME")
        self.stdout.write(platform_grants_sql(role=role))
