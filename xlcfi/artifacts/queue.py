"""Trainings that wait: done by a process of its own, which a consumer starts where somebody asked for one."""

import logging
import os
import subprocess
import sys
from functools import partial

from django.conf import settings

from xlcfi.artifacts.errors import SubjectRefused, TrainingRunning, UnknownSubject
from xlcfi.artifacts.models import ModelTraining
from xlcfi.artifacts.subjects import Progress, Subject, silent, subject_named
from xlcfi.artifacts.trainings import training_run
from xlcfi.clock import now
from xlcfi.events.failures import failure_of

logger = logging.getLogger(__name__)

State = ModelTraining.State
_started: list[subprocess.Popen[bytes]] = []


def queued() -> list[ModelTraining]:
    """What waits and could begin, in the order in which it was asked for: nothing that is being trained just now."""
    running = ModelTraining.objects.filter(state=State.RUNNING).values("name")
    return list(ModelTraining.objects.filter(state=State.QUEUED).exclude(name__in=running).order_by("id"))


def queue_work(*, progress: Progress = silent) -> int:
    """Does what waits; returns how many trainings it did. One whose name is being trained goes on waiting."""
    done = 0
    for row in queued():
        try:
            subject = subject_named(row.name)
        except UnknownSubject:
            text = "No app of this release can train it."
            ModelTraining.objects.filter(pk=row.pk).update(state=State.FAILED, outcome=text, finished_at=now())
            continue
        # What it raised is in its row: the others are not to wait for it.
        error = failure_of(partial(_run, subject, row, progress))
        if isinstance(error, TrainingRunning):
            continue
        if error is not None and not isinstance(error, SubjectRefused):
            logger.error("a training failed", exc_info=error, extra={"model": row.name})
        done += 1
    return done


def queue_process_start() -> bool:
    """Starts a process that does what waits, where this one has not started one that still runs.

    A process of its own: a training takes memory and minutes that a consumer does not have, and gives the memory back.
    """
    _started[:] = [each for each in _started if each.poll() is None]
    if _started:
        return False
    # Its figures would stay in the consumers' directory after its end.
    environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "train", "--queued"]
    _started.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL))
    return True


def _run(subject: Subject, row: ModelTraining, progress: Progress) -> None:
    training_run(subject=subject, options=subject.train_defaults(), who=row.asked_by, progress=progress, asked=row)
