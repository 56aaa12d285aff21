"""`manage.py evaluate NAME`: how good something is, against its baselines."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.management.stages import staged_progress
from xlcfi.artifacts.management.subject_options import subject_options, subject_parsers
from xlcfi.artifacts.plain import json_ready
from xlcfi.artifacts.subjects import Subject, subject_named, subjects


class Command(BaseCommand):
    """Needs no database, and looks at none, where the subject's options give it files."""

    help = "Measure how good a model is, against its baselines; with files no database is needed."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        subject_parsers(
            parser,
            [subject for subject in subjects() if subject.can_evaluate],
            add=lambda subject, own: subject.evaluate_arguments(own),
            also=lambda own: own.add_argument("--json", action="store_true", help="the report as JSON on stdout"),
            required=True,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        subject: Subject = subject_named(options["subject"])
        try:
            with staged_progress(subject.name) as progress:
                report = subject.evaluate(subject_options(options), progress=progress)
        except SubjectRefused as refused:
            raise CommandError(str(refused)) from refused
        except FileNotFoundError as missing:
            raise CommandError(f"There is no file {missing.filename}.") from missing
        plain = json_ready(report)
        if options["json"]:
            self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            self.stdout.write(subject.report_text(plain))
