"""`manage.py train NAME`: a new version of a model, which serves if it is better than the one that does."""

import json
import logging
import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from xlcfi.artifacts.errors import NotPlain, SubjectRefused, TrainingRunning
from xlcfi.artifacts.management.stages import staged_progress
from xlcfi.artifacts.management.subject_options import subject_options, subject_parsers
from xlcfi.artifacts.plain import json_ready
from xlcfi.artifacts.queue import queue_work
from xlcfi.artifacts.subjects import Subject, subject_named, subjects
from xlcfi.artifacts.trainings import Trained, operator_name, training_run, training_try
from xlcfi.events.database import large_statements, long_statements
from xlcfi.events.failures import failure_of

logger = logging.getLogger(__name__)

RUNNING_EXIT_CODE = 3
NICE = 10


class Command(BaseCommand):
    """Exit codes: 0 trained (whether it serves or was kept aside), 1 failed, 2 wrong options, 3 it is being trained."""

    help = (
        "Train a model. It serves where it beats the one that does on the validation window; otherwise it is kept "
        "aside with the reason. Exit code 0: trained, 1: failed, 3: somebody else trains it at this moment."
    )
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="train every model, one after the other")
        which.add_argument("--queued", action="store_true", help="do the trainings that were asked for in the admin")
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="with --queued: go on looking, so often, until stopped"
        )
        self._how(parser)
        trained = [subject for subject in subjects() if subject.can_train]
        subject_parsers(
            parser, trained, add=lambda subject, own: subject.train_arguments(own), also=self._how, required=False
        )

    @staticmethod
    def _how(parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="train and say what came of it, but store nothing")
        parser.add_argument(
            "--serve-anyway", action="store_true", help="have it serve even where it is not better; stays in the audit"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if sum((bool(options["subject"]), options["all"], options["queued"])) != 1:
            raise CommandError("Name one model, or say --all or --queued.", returncode=2)
        long_statements(0)
        large_statements()
        if options["queued"]:
            self._queued(options["every"])
            return
        chosen = [one for one in subjects() if one.can_train] if options["all"] else [subject_named(options["subject"])]
        failures = [failure for subject in chosen if (failure := self._one(subject, options))]
        if failures:
            texts = "\n".join(text for text, _code in failures)
            raise CommandError(texts, returncode=max(code for _text, code in failures))

    def _one(self, subject: Subject, options: dict[str, Any]) -> tuple[str, int] | None:
        """Trains one; what went wrong and its exit code, None where nothing did."""
        own = subject.train_defaults() if options["all"] else subject_options(options)
        given: list[Trained] = []

        def train() -> None:
            with staged_progress(subject.name) as progress:
                if options["dry_run"]:
                    given.append(training_try(subject=subject, options=own, progress=progress))
                    return
                trained = training_run(
                    subject=subject,
                    options=own,
                    who=operator_name(),
                    progress=progress,
                    serve_anyway=options["serve_anyway"],
                )
                given.append(trained)

        error = failure_of(train)
        if error is None:
            self._tell(subject, given[0])
            return None
        if isinstance(error, TrainingRunning):
            return f"{subject.name} is being trained already; wait for its end.", RUNNING_EXIT_CODE
        if isinstance(error, SubjectRefused | NotPlain):
            return f"{subject.name}: {error}", 1
        if isinstance(error, OperationalError | InterfaceError):
            return f"{subject.name}: the database does not answer as it should: {error}", 1
        if not options["all"]:
            raise error
        # A fault of one is no reason to leave the others as they are.
        logger.error("a training failed", exc_info=error, extra={"model": subject.name})
        return f"{subject.name}: {type(error).__name__}: {error}", 1

    def _tell(self, subject: Subject, trained: Trained) -> None:
        candidate, version = trained.candidate, trained.version
        self.stdout.write(json.dumps(json_ready(candidate.metrics), ensure_ascii=False, indent=2))
        what = f"{subject.name} {version.version}" if version else f"{subject.name} (nothing was stored)"
        size = f", {version.file_bytes:,} bytes" if version else ""
        verb = (
            "serves now"
            if trained.serves
            else "kept aside"
            if version
            else "would serve"
            if candidate.better
            else ("would be kept aside")
        )
        self.stdout.write(f"{what}: {verb}, {trained.seconds:.1f} s{size}. {trained.reason}")

    def _queued(self, every: float | None) -> None:
        os.nice(NICE)  # what answers people goes first
        while True:
            try:
                queue_work()  # how far it is stands in its row, for the admin
            except (OperationalError, InterfaceError) as error:
                if every is None:
                    raise CommandError(f"The database does not answer as it should: {error}") from error
                logger.warning("the trainings that wait can't be looked up", extra={"error": str(error)})
                connection.close()
            if every is None:
                return
            time.sleep(every)
