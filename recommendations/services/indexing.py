"""Starting the process that tokenizes, when there is something to tokenize.

The tokenizer takes a quarter of a gigabyte and seconds to load: a consumer that did it itself would stay that large,
and its lists would wait. So a process of its own does it, stays a while for what comes next, and ends.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from recommendations.services.content import words_waiting

logger = logging.getLogger(__name__)

INDEXING_LOCK: Final = 7_204_120_005
LINGER_SECONDS: Final = 30
REST_SECONDS: Final = 10.0
"""After one that ended at once (or failed) the next is not started sooner."""


class Indexer:
    """The indexing process that this process has started, if any."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._not_before = 0.0

    def start_if_needed(self) -> bool:
        """Start one where texts wait and nobody is at it, here or elsewhere. Returns whether it did. Waits for none."""
        with self._starting:
            if self._process is not None:
                if self._process.poll() is None:
                    return False
                if self._process.returncode:
                    logger.warning("indexing products ended with status %s", self._process.returncode)
                self._process = None
            if time.monotonic() < self._not_before or not words_waiting() or _somebody_indexes():
                return False
            self._not_before = time.monotonic() + REST_SECONDS
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    str(Path(settings.BASE_DIR) / "manage.py"),
                    "index_products",
                    f"--linger={LINGER_SECONDS}",
                ],
                cwd=settings.BASE_DIR,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            return True

    def end(self) -> None:
        """End the process that was started."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=10)


indexer = Indexer()


def _somebody_indexes() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND (classid::bigint << 32) + objid::bigint = %s)",
            [INDEXING_LOCK],
        )
        return bool(cursor.fetchone()[0])
