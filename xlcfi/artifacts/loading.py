"""From a stored version to arrays in memory, verified."""

import hashlib
import logging
import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlcfi.artifacts.arrays_file import arrays_read
from xlcfi.artifacts.errors import Damaged
from xlcfi.artifacts.local_files import directory, file_put, old_files_remove, path_of
from xlcfi.artifacts.models import ModelVersion
from xlcfi.artifacts.storage import StoredFile, parts_read
from xlcfi.artifacts.subjects import Loaded

if TYPE_CHECKING:
    import numpy as np

logger = logging.getLogger(__name__)


def stored_file(row: ModelVersion) -> StoredFile:
    """What the file of `row` must be. Raises Damaged where it was let go of."""
    if row.file_removed_at is not None:
        raise Damaged("its file was removed, as it is old")
    return StoredFile(row.pk, row.file_bytes, row.sha256)


def version_load(row: ModelVersion) -> Loaded:
    """The model of `row`, its checksum compared. Its arrays are read-only.

    They are pages of the copy on this machine, where there is a place for one; otherwise they are in memory. Raises
    Damaged, and what the database raises.
    """
    return Loaded(
        name=row.name,
        version=row.version,
        arrays=_arrays(row),
        parameters=row.parameters,
        metrics=row.metrics,
        trained_at=row.trained_at,
        window=(row.window_from, row.window_to),
        features=tuple(row.features),
    )


def _arrays(row: ModelVersion) -> "dict[str, np.ndarray[Any, Any]]":
    stored = stored_file(row)
    place = directory()
    if place is not None:
        path = path_of(place=place, name=row.name, version=row.version, sha256=row.sha256)
        try:
            if (arrays := _mapped(path, stored)) is not None:
                return arrays
            file_put(path, parts_read(stored))
            old_files_remove(path, name=row.name)
            if (arrays := _mapped(path, stored)) is not None:
                return arrays
        except OSError as error:
            # A full disk is no reason to do without the model.
            logger.warning("no copy of a model could be kept", extra={"path": str(path), "error": str(error)})
    return arrays_read(b"".join(parts_read(stored)))


def _mapped(path: Path, stored: StoredFile) -> "dict[str, np.ndarray[Any, Any]] | None":
    """The arrays of the copy at `path`; None where there is none, or it is not what was stored. Raises OSError."""
    try:
        with path.open("rb") as file:
            pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if len(pages) != stored.bytes or hashlib.sha256(pages).hexdigest() != stored.sha256:
                logger.warning("a copy of a model is damaged: it is fetched again", extra={"path": str(path)})
                return None
            return arrays_read(pages, file)
    except (FileNotFoundError, ValueError):  # an empty file can't be mapped
        return None
