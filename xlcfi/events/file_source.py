"""Events from a file of JSON lines: the demo's live feed, backfills, and what a broker no longer keeps."""

import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from django.db import connection

from xlcfi.events.file_lines import record_in
from xlcfi.events.models import FilePosition
from xlcfi.events.record import Record
from xlcfi.events.source import SourceBroken

# A record of a broker's default limit, four times over: longer lines are read in pieces, and refused.
LINE_MAX = 16 * 2**20
_SAVE = """
INSERT INTO events_fileposition (consumer_group, path, first_line, line, byte, updated_at)
VALUES (%s, %s, %s, %s, %s, statement_timestamp())
ON CONFLICT (consumer_group, path) DO UPDATE SET first_line = excluded.first_line, line = excluded.line,
    byte = excluded.byte, updated_at = excluded.updated_at
"""


class FileSource:
    """Records from the lines of `path`, plain or gzipped.

    reader: under which name the position is kept, "" to keep none and begin at the first line. follow: wait for more
    lines at the end, as `tail -F` does; a line counts once its newline is there.
    """

    def __init__(self, path: Path, *, reader: str = "", follow: bool = False, batch: int = 500) -> None:
        self._path = path
        self._reader = reader
        self._follow = follow
        self._batch = self._limit = batch
        self._packed = path.suffix == ".gz"
        self._file: BinaryIO | None = None
        self._line = self._byte = 0
        self._partial = b""
        # The checksum of the first line, once that is needed and there.
        self._first = ""
        self._ended = False
        if follow and self._packed:
            raise SourceBroken(f"{path} is compressed: only a plain file can be followed.")
        if not follow and not path.is_file():
            raise SourceBroken(f"There is no file {path}.")
        self._sha256 = "" if follow else _digest(path)

    @property
    def exhausted(self) -> bool:
        return self._ended

    @property
    def bytes_read(self) -> int:
        """How far it is, in bytes of the text."""
        return self._byte

    def poll(self, seconds: float) -> list[Record]:
        until = time.monotonic() + seconds
        while True:
            records = self._read() if self._opened() else []
            if records or self._ended or time.monotonic() >= until:
                return records
            time.sleep(min(0.1, max(0.0, until - time.monotonic())))

    def limit(self, records: int) -> None:
        self._limit = min(self._batch, records)

    def still_ours(self, records: Sequence[Record]) -> list[Record]:
        return list(records)

    def commit(self, held: Sequence[Record] = ()) -> None:
        # The place of a line that is held is not known any more: it is kept when that one is done.
        if self._reader and self._line and not held:
            self._first = self._first or _first_line(self._path)
            with connection.cursor() as cursor:
                cursor.execute(_SAVE, [self._reader, self._key, self._first, self._line, self._byte])

    def keep_alive(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _key(self) -> str:
        return os.path.realpath(self._path)[-1024:]

    def _opened(self) -> bool:
        """Whether there is a file to read; opens it, anew where it was replaced or cut."""
        if self._file is not None:
            if not self._follow or (os.fstat(self._file.fileno()).st_size >= self._byte and self._is_same()):
                return True
            self.close()
            self._partial, self._first = b"", ""
        try:
            line, byte = self._kept()
            file = _open(self._path)
        except FileNotFoundError:
            if self._follow:
                return False
            raise SourceBroken(f"There is no file {self._path}.") from None
        except OSError as error:
            raise SourceBroken(f"{self._path} can't be read: {error.strerror or error}") from error
        file.seek(byte)
        self._file, self._line, self._byte = file, line, byte
        return True

    def _is_same(self) -> bool:
        assert self._file is not None
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            # Moved away, and nothing in its place yet: what is left to read in it is still to be read.
            return True

    def _kept(self) -> tuple[int, int]:
        """The line and byte where this reader stopped, if the file still begins as it did then."""
        kept = FilePosition.objects.filter(group=self._reader, path=self._key).first() if self._reader else None
        if kept is None or kept.first_line != _first_line(self._path):
            return 0, 0
        if not self._packed and kept.byte > self._path.stat().st_size:
            return 0, 0
        return kept.line, kept.byte

    def _read(self) -> list[Record]:
        records: list[Record] = []
        while len(records) < self._limit:
            text = self._next_line()
            if text is None:
                break
            self._line += 1
            if content := text.strip():
                records.append(self._record(content))
        return records

    def _next_line(self) -> bytes | None:
        """The next whole line, None where there is none (yet)."""
        assert self._file is not None
        try:
            text = self._partial + self._file.readline(LINE_MAX)
        except (EOFError, OSError, zlib.error) as error:
            raise SourceBroken(f"{self._path} is damaged behind line {self._line}: {error}") from error
        if not text:
            self._ended = not self._follow
            return None
        if self._follow and not text.endswith(b"\n") and len(text) < LINE_MAX:
            self._partial = text
            return None
        self._partial = b""
        self._byte += len(text)
        return text

    def _record(self, text: bytes) -> Record:
        line = self._line

        def identity() -> str:
            # A file that grows has no checksum of its own yet: there the line's does.
            return f"file:{self._sha256 or hashlib.sha256(text).hexdigest()}:{line}"

        return record_in(text, line=line, identity=identity)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _first_line(path: Path) -> str:
    """What tells this file from another of the same name."""
    with _open(path) as file:
        return hashlib.sha256(file.readline(LINE_MAX)).hexdigest()
