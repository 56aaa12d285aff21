"""Copies of models' files on this machine: processes that map the same file share its pages."""

import logging
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

# Of a name: the one that serves, and the one before, which a slower process may be about to read.
KEPT = 2
# What a process was writing when it was ended.
ABANDONED_SECONDS = 3_600.0
_WRITING = ".part"


def directory() -> Path | None:
    """Where copies are kept, made if need be: only we can write there. None where there is no such place."""
    places = (
        [Path(settings.MODEL_CACHE_DIR)]
        if settings.MODEL_CACHE_DIR
        else [settings.BASE_DIR / "var" / "models", Path(tempfile.gettempdir()) / f"xlcfi-models-{os.getuid()}"]
    )
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            if place.stat().st_uid == os.getuid() and os.access(place, os.R_OK | os.W_OK | os.X_OK):
                return place
        except OSError:
            continue
    logger.warning("no directory for copies of models: each process holds its own", extra={"tried": str(places[0])})
    return None


def path_of(*, place: Path, name: str, version: int, sha256: str) -> Path:
    """The copy of a version. The checksum tells apart what several databases call the same."""
    return place / f"{name}@{version}-{sha256[:16]}.npz"


def file_put(path: Path, blocks: Iterable[bytes | memoryview]) -> None:
    """Writes `path` from `blocks`: it appears whole or not at all. Raises OSError, and what `blocks` raises."""
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=_WRITING)
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                file.write(block)
        os.replace(written, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(written)
        raise


def old_files_remove(kept: Path, *, name: str) -> None:
    """Removes the copies of older versions of `name`. A process that has one mapped keeps its pages."""

    def written_at(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    files = sorted(kept.parent.glob(f"{name}@*"), key=written_at, reverse=True)
    whole = [path for path in files if path.suffix == ".npz" and path != kept]
    abandoned = [
        path for path in files if path.suffix == _WRITING and written_at(path) < time.time() - ABANDONED_SECONDS
    ]
    for path in [*whole[KEPT - 1 :], *abandoned]:
        with suppress(OSError):
            path.unlink()
