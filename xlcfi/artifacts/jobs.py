"""What the consumers do for models by the clock."""

from xlcfi.artifacts.queue import queue_process_start, queued
from xlcfi.artifacts.retention import old_files_strip
from xlcfi.artifacts.trainings import trainings_mend
from xlcfi.events import periodic

LOOK_SECONDS = 10.0
DAY_SECONDS = 86_400.0


@periodic(seconds=LOOK_SECONDS)
def trainings_start() -> None:
    """Has what somebody asked for in the admin trained, and notes what was cut off."""
    trainings_mend()
    if queued():
        queue_process_start()


@periodic(seconds=DAY_SECONDS)
def models_strip() -> None:
    """Lets go of the files of old versions; every training does so for its own."""
    old_files_strip()
