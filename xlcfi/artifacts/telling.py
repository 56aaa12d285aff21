"""How far a training is, written to its row from a thread beside it: the training's own transactions hide nothing."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection

from xlcfi.artifacts.models import ModelTraining
from xlcfi.artifacts.subjects import Progress
from xlcfi.events.failures import failure_of

logger = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 2.0
STAGE_MAX = 100


@contextmanager
def telling(*, training_id: int, also: Progress) -> Iterator[Progress]:
    """Gives a Progress that notes the latest of what it is told, at most every TELL_EVERY_SECONDS, and tells `also`."""
    ended = threading.Event()
    latest: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, of: int) -> None:
        latest[:] = [(stage, done, of)]
        also(stage, done, of)

    def run() -> None:
        told: tuple[str, int, int] | None = None
        while not ended.wait(TELL_EVERY_SECONDS):
            if latest and latest[0] != told:
                told = latest[0]
                failure = failure_of(partial(_note, training_id, told))
                if failure is not None:
                    logger.warning("progress of a training could not be noted", extra={"error": str(failure)})
                    connection.close()
        connection.close()

    thread = threading.Thread(target=run, name="telling", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        ended.set()
        thread.join()


def _note(training_id: int, told: tuple[str, int, int]) -> None:
    stage, done, of = told
    ModelTraining.objects.filter(pk=training_id, state=ModelTraining.State.RUNNING).update(
        stage=stage[:STAGE_MAX], done=done, of=of
    )
