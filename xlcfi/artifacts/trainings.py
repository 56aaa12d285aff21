"""Trainings: one of a name at a time, each with a row that says how far it is and what came of it."""

import getpass
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from xlcfi.artifacts.errors import StateRefused, SubjectRefused, TrainingRunning
from xlcfi.artifacts.models import ModelTraining, ModelVersion
from xlcfi.artifacts.plain import json_ready
from xlcfi.artifacts.retention import old_versions_strip
from xlcfi.artifacts.selectors import serving_id
from xlcfi.artifacts.serving import serving, serving_forget
from xlcfi.artifacts.subjects import Candidate, Progress, Subject
from xlcfi.artifacts.telling import telling
from xlcfi.artifacts.versions import WHICHEVER, version_add, version_serve
from xlcfi.clock import now

logger = logging.getLogger(__name__)

State = ModelTraining.State
# Keeps these advisory locks apart from those of others; the second half is the subject's name.
_LOCK_SPACE = 0x30DF
OUTCOME_MAX = 2_000
ANYWAY = "It is to serve although it is not better"
CUT_OFF = "Its process ended before it was done."


@dataclass(frozen=True)
class Trained:
    """What a training gave. version: None where nothing was to be stored."""

    candidate: Candidate
    version: ModelVersion | None
    serves: bool
    reason: str
    seconds: float


def training_ask(*, name: str, who: str) -> ModelTraining:
    """Queues a training; the one that waits already, where one does."""
    waiting = ModelTraining.objects.filter(name=name, state=State.QUEUED).first()
    if waiting is not None:
        return waiting
    # Two who ask at once: the index lets one row in, and both get it.
    ModelTraining.objects.bulk_create(
        [ModelTraining(name=name, state=State.QUEUED, asked_by=who, asked_at=now())], ignore_conflicts=True
    )
    return ModelTraining.objects.filter(name=name).latest("id")


def training_run(
    *,
    subject: Subject,
    options: Mapping[str, Any],
    who: str,
    progress: Progress,
    serve_anyway: bool = False,
    asked: ModelTraining | None = None,
) -> Trained:
    """Trains `subject` and stores what comes of it; it serves where it is better, or is to serve anyway.

    Raises TrainingRunning where somebody trains it already, and what the training raises, after noting that.
    """
    with single_training(subject.name):
        row = _begin(subject.name, options, who, asked)
        try:
            with telling(training_id=row.pk, also=progress) as told:
                trained = _train(subject, options, who=row.asked_by, progress=told, serve_anyway=serve_anyway)
        except BaseException as error:
            words = str(error) if isinstance(error, SubjectRefused) else f"{type(error).__name__}: {error}"
            _end(row, State.FAILED, words or CUT_OFF)
            raise
        _end(row, State.DONE, trained.reason, trained.version)
        facts = {"model": subject.name, "serves": trained.serves, "seconds": round(trained.seconds, 1)}
        logger.info("a model was trained", extra=facts)
        serving_forget(subject.name)
        old_versions_strip(name=subject.name)
        return trained


def training_try(*, subject: Subject, options: Mapping[str, Any], progress: Progress) -> Trained:
    """Trains `subject` and stores nothing. Raises as `training_run`."""
    with single_training(subject.name):
        began = time.monotonic()
        candidate = _candidate(subject, options, progress)
        return Trained(candidate, None, False, candidate.reason, time.monotonic() - began)


@contextmanager
def single_training(name: str) -> Iterator[None]:
    """Holds the right to train `name`. Raises TrainingRunning where another process has it.

    The lock belongs to the connection: it ends with it, even when the process is killed.
    """
    if not _locked(name):
        raise TrainingRunning(name)
    try:
        yield
    finally:
        _unlock(name)


def trainings_mend() -> int:
    """Notes as failed what claims to run and whose process is gone; returns how many."""
    mended = 0
    for name in ModelTraining.objects.filter(state=State.RUNNING).values_list("name", flat=True).distinct():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
            if cursor.fetchone()[0]:
                mended += _cut_off(name)
    return mended


def operator_name() -> str:
    """Who runs this command, as the machine knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as orchestrators like them
        return f"uid {os.getuid()}"


def _train(
    subject: Subject, options: Mapping[str, Any], *, who: str, progress: Progress, serve_anyway: bool
) -> Trained:
    began = time.monotonic()
    beaten = serving_id(name=subject.name)
    candidate = _candidate(subject, options, progress)
    seconds = time.monotonic() - began
    version = version_add(name=subject.name, candidate=candidate, who=who, seconds=seconds)
    if not candidate.better and not serve_anyway:
        return Trained(candidate, version, False, candidate.reason, seconds)
    try:
        why = candidate.reason if candidate.better else f"{ANYWAY}: {candidate.reason}"
        instead_of = WHICHEVER if serve_anyway else beaten
        version = version_serve(version_id=version.pk, who=who, why=why, instead_of=instead_of)
    except StateRefused as refused:
        ModelVersion.objects.filter(pk=version.pk).update(reason=str(refused))
        return Trained(candidate, version, False, str(refused), seconds)
    return Trained(candidate, version, True, why, seconds)


def _candidate(subject: Subject, options: Mapping[str, Any], progress: Progress) -> Candidate:
    serving_forget(subject.name)
    return subject.train(options, serving=serving(subject.name), progress=progress)


def _begin(name: str, options: Mapping[str, Any], who: str, asked: ModelTraining | None) -> ModelTraining:
    # Whoever has the lock trains: another that says it runs does not.
    _cut_off(name)
    moment = now()
    if asked is None:
        return ModelTraining.objects.create(
            name=name,
            state=State.RUNNING,
            options=json_ready(options),
            asked_by=who,
            asked_at=moment,
            started_at=moment,
        )
    waits = ModelTraining.objects.filter(pk=asked.pk, state=State.QUEUED)
    if not waits.update(state=State.RUNNING, started_at=moment):
        raise TrainingRunning(name)  # or it ran just now
    return asked


def _cut_off(name: str) -> int:
    return ModelTraining.objects.filter(name=name, state=State.RUNNING).update(
        state=State.FAILED, outcome=CUT_OFF, finished_at=now()
    )


def _end(row: ModelTraining, state: str, outcome: str, version: ModelVersion | None = None) -> None:
    with transaction.atomic():
        ModelTraining.objects.filter(pk=row.pk).update(
            state=state,
            outcome=outcome.replace("\x00", "")[:OUTCOME_MAX],
            finished_at=now(),
            model_version=version,
        )


def _locked(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
        return bool(cursor.fetchone()[0])


def _unlock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_SPACE, name])
