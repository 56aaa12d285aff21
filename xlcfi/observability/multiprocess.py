"""The directory in which the web's workers keep their counts, so that one scrape sees all of them.

gunicorn.conf.py calls this from its hooks. Nothing here needs Django.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DIR_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "xlcfi-metrics-"
_ADDED_UP = ("counter", "histogram", "summary")
_KINDS = (*_ADDED_UP, "gauge")


def directory() -> Path | None:
    """The directory in use, or None in a process that counts for itself."""
    path = os.environ.get(DIR_VARIABLE)
    return Path(path) if path else None


def directory_choose() -> Path:
    """Name the directory in the environment; xlcfi.observability.metrics makes it when it is imported.

    One that is already named is kept: the operator's, or the one of the master that started this one (USR2).
    """
    path = directory()
    if path is None:
        path = Path(tempfile.gettempdir(), _PREFIX + secrets.token_hex(8))
        os.environ[DIR_VARIABLE] = str(path)
    return path


def directory_ready() -> None:
    """Make the directory that the environment names; a name that is empty is taken out of it.

    To be called before the metrics library is imported: it counts in files as soon as the variable exists, and opens
    them when the first metric is made.
    """
    path = directory()
    if path is not None:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        os.environ.pop(DIR_VARIABLE, None)


def directory_empty(path: Path) -> None:
    """Remove the counts of an earlier run, and nothing else that may lie there."""
    for kind in _KINDS:
        for file in path.glob(f"{kind}_*.db"):
            file.unlink(missing_ok=True)


def directory_remove(path: Path) -> None:
    """Remove the directory if `directory_choose` made it up; one that the operator named stays."""
    if path.name.startswith(_PREFIX) and path.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def files_locked(path: Path, *, exclusive: bool) -> Iterator[None]:
    """Hold the directory's lock: shared to read all files, exclusive to move counts from one file to another."""
    with (path / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield


def process_retire(path: Path, pid: int) -> None:
    """Fold the counts of a worker that has ended into the file of all that ended.

    Counters must not fall when a worker ends, and workers end all the time (max_requests): without folding, their
    files would pile up and make every scrape slower.
    """
    # Not above: the library decides at import whether it counts in files, and directory_choose must come first.
    from prometheus_client.mmap_dict import MmapedDict
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(pid, str(path))  # type: ignore[no-untyped-call]
    with files_locked(path, exclusive=True):
        for kind in _ADDED_UP:
            ended = path / f"{kind}_{pid}.db"
            if not ended.exists():
                continue
            total: Any = MmapedDict(str(path / f"{kind}_retired.db"))  # type: ignore[no-untyped-call]
            try:
                for key, value, _, _ in total.read_all_values_from_file(str(ended)):
                    total.write_value(key, total.read_value(key)[0] + value, 0.0)
            finally:
                total.close()
            ended.unlink()
