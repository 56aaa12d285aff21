"""A version's file in PostgreSQL: parts of a megabyte, and the checksum over all of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.db import connection

from xlcfi.artifacts.errors import Damaged

PART_BYTES = 1 << 20
# So many parts come with one statement: few round trips, and far from the limit of a web process's statements.
PARTS_AT_ONCE = 8

_ADD = "INSERT INTO model_file_parts (model_version_id, part, data) VALUES (%s, %s, %s)"
_READ = """
SELECT part, data FROM model_file_parts
WHERE model_version_id = %s AND part >= %s AND part < %s ORDER BY part
"""
_REMOVE = "DELETE FROM model_file_parts WHERE model_version_id = %s"


@dataclass(frozen=True)
class StoredFile:
    """What is known of a version's file: whose it is, and what it must be."""

    version_id: int
    bytes: int
    sha256: str


def digest_of(file: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of `file`, which is left at its beginning."""
    file.seek(0)
    sha256 = hashlib.sha256()
    size = 0
    while block := file.read(PART_BYTES):
        sha256.update(block)
        size += len(block)
    file.seek(0)
    return size, sha256.hexdigest()


def parts_write(*, version_id: int, file: IO[bytes]) -> None:
    """Stores `file`, in the transaction that stores its version."""
    with connection.cursor() as cursor:
        part = 0
        while block := file.read(PART_BYTES):
            cursor.execute(_ADD, [version_id, part, block])
            part += 1


def parts_read(stored: StoredFile) -> Iterator[memoryview]:
    """The file, part by part. Raises Damaged as soon as a part is missing or too much, or at the end, for the checksum.

    So nobody may use what came before the end was reached.
    """
    sha256 = hashlib.sha256()
    parts = -(-stored.bytes // PART_BYTES)
    size = 0
    for first in range(0, parts, PARTS_AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(_READ, [stored.version_id, first, first + PARTS_AT_ONCE])
            rows = cursor.fetchall()
        if [row[0] for row in rows] != list(range(first, min(first + PARTS_AT_ONCE, parts))):
            raise Damaged("parts of its file are missing")
        for _part, data in rows:
            block = memoryview(data)
            sha256.update(block)
            size += len(block)
            yield block
    if size != stored.bytes:
        raise Damaged(f"its file has {size:,} bytes instead of {stored.bytes:,}")
    if sha256.hexdigest() != stored.sha256:
        raise Damaged("its file has another checksum than the one that was stored")


def parts_check(stored: StoredFile) -> None:
    """Reads the whole file. Raises Damaged."""
    for _block in parts_read(stored):
        pass


def parts_remove(*, version_id: int) -> None:
    """Lets go of the file."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [version_id])
