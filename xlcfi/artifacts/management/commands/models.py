"""`manage.py models`: the versions of models, for operators."""

import json
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from xlcfi.artifacts.errors import StateRefused
from xlcfi.artifacts.models import ModelChange, ModelVersion
from xlcfi.artifacts.selectors import main_figure, version_named
from xlcfi.artifacts.subjects import main_metrics
from xlcfi.artifacts.trainings import operator_name
from xlcfi.artifacts.versions import version_check, version_retire, version_serve
from xlcfi.clock import SEOUL
from xlcfi.events.database import long_statements

WIDTH = 200  # of a file or a pipe


class Command(BaseCommand):
    """list, show, serve, retire, verify."""

    help = "List the versions of models, choose the one that serves, retire one, verify their files."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        do = parser.add_subparsers(dest="do", metavar="WHAT", required=True)
        listed = do.add_parser("list", help="all versions, the newest first")
        listed.add_argument("name", nargs="?", metavar="NAME", help="of this model only")
        show = do.add_parser("show", help="everything about a version, as JSON")
        serve = do.add_parser("serve", help="have a version serve, in all processes within seconds")
        retire = do.add_parser("retire", help="take a version out of service, or from those kept aside")
        verify = do.add_parser("verify", help="read the files and compare their checksums; exit code 1 for damage")
        for own in (show, serve, retire):
            own.add_argument("name", metavar="NAME")
            own.add_argument("version", type=int, metavar="VERSION")
        for own in (serve, retire):
            own.add_argument("--why", required=True, help="stays in the audit")
        verify.add_argument("name", nargs="?", metavar="NAME", help="of this model only")
        verify.add_argument("version", nargs="?", type=int, metavar="VERSION", help="this version only")

    def handle(self, *args: Any, **options: Any) -> None:
        long_statements(0)
        try:
            getattr(self, f"_{options['do']}")(options)
        except StateRefused as refused:
            raise CommandError(str(refused)) from refused

    def _list(self, options: dict[str, Any]) -> None:
        metrics = main_metrics()
        heads = ("name", "version", "state", "trained at", "data until", "metric", "MB", "by", "reason")
        shown = Table(*heads, box=None, pad_edge=False)
        for row in self._versions(options["name"]):
            figure = main_figure(row.metrics, metrics.get(row.name, ""))
            shown.add_row(
                row.name,
                str(row.version),
                row.state + (" (damaged)" if row.damage else " (no file)" if row.file_removed_at else ""),
                f"{row.trained_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
                f"{row.window_to.astimezone(SEOUL):%Y-%m-%d}",
                "" if figure is None else f"{figure:.4f}",
                f"{row.file_bytes / 1e6:.1f}",
                row.trained_by,
                row.damage or row.reason,
            )
        width = None if self.stdout.isatty() else WIDTH
        Console(file=cast("IO[str]", self.stdout), width=width, highlight=False).print(shown)

    def _show(self, options: dict[str, Any]) -> None:
        row = self._version(options)
        shown = {
            field.attname: getattr(row, field.attname)
            for field in ModelVersion._meta.concrete_fields
            if field.attname != "id"
        }
        shown["changes"] = [
            {name: str(getattr(change, name)) for name in ("at", "who", "before", "after", "why")}
            for change in ModelChange.objects.filter(model_version=row).order_by("id")
        ]
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2, default=str))

    def _serve(self, options: dict[str, Any]) -> None:
        row = version_serve(version_id=self._version(options).pk, who=operator_name(), why=options["why"])
        self.stdout.write(f"{row} serves now; every process takes it within seconds.")

    def _retire(self, options: dict[str, Any]) -> None:
        served = self._version(options).state == ModelVersion.State.SERVING
        row = version_retire(version_id=self._version(options).pk, who=operator_name(), why=options["why"])
        self.stdout.write(f"{row} is retired." + (f" No version of {row.name} serves now." if served else ""))

    def _verify(self, options: dict[str, Any]) -> None:
        damaged = 0
        for row in [self._version(options)] if options["version"] else self._versions(options["name"]):
            if row.file_removed_at is not None:
                continue
            damage = version_check(version_id=row.pk)
            damaged += bool(damage)
            self.stdout.write(f"{row} ({row.state}): {damage or 'whole'}")
        if damaged:
            raise CommandError(f"{damaged} damaged. A version that can't be read is made again by a training.")

    @staticmethod
    def _versions(name: str | None) -> list[ModelVersion]:
        rows = ModelVersion.objects.filter(name=name) if name else ModelVersion.objects.all()
        return list(rows.order_by("name", "-version"))

    @staticmethod
    def _version(options: dict[str, Any]) -> ModelVersion:
        row = version_named(name=options["name"], version=options["version"])
        if row is None:
            raise CommandError(f"There is no version {options['version']} of {options['name']!r}.")
        return row
