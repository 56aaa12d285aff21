"""A model's file: named plain arrays as an uncompressed .npz, laid out so that its members can be mapped into memory.

`numpy.load` reads it too. No member can hold objects, so reading one can't run code. Equal arrays give equal bytes.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from xlcfi.artifacts.errors import Damaged, NotPlain

if TYPE_CHECKING:
    import numpy as np

    Arrays = Mapping[str, np.ndarray[Any, Any]]

# Booleans, whole and other numbers, moments and durations, bytes and text of fixed width. No objects, no records.
KINDS = frozenset("biufcmMSU")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
# numpy is fastest where numbers begin at multiples of this.
ALIGNMENT = 64
_SUFFIX = ".npy"
_LOCAL_HEADER_BYTES = 30
# What is skipped by whoever does not know it: Android's zipalign uses the same.
_PADDING_ID = b"\x35\xd9"


def arrays_write(arrays: "Arrays", file: IO[bytes]) -> None:
    """Writes `arrays` to `file`, which is empty and can be sought in. Raises NotPlain."""
    import numpy as np

    if not arrays:
        raise NotPlain("a model without any array")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            array = np.asanyarray(arrays[name])
            if not NAME.fullmatch(name):
                raise NotPlain(f"an array can't be called {name!r}")
            _refuse_objects(name, array.dtype)
            if np.ma.isMaskedArray(array):
                raise NotPlain(f"{name} is a masked array")
            member = zipfile.ZipInfo(name + _SUFFIX)  # dated 1980: the same arrays, the same bytes
            member.file_size = array.nbytes
            member.extra = _padding(file.tell() + _LOCAL_HEADER_BYTES + len(member.filename))
            with archive.open(member, "w") as target:
                np.lib.format.write_array(target, np.asarray(array), allow_pickle=False)


def arrays_read(buffer: Any, file: IO[bytes] | None = None) -> "dict[str, np.ndarray[Any, Any]]":
    """The arrays of a file whose bytes are `buffer` (bytes or a memory map): read-only, and no copies.

    file: the same, open, where it is not all in memory. Raises Damaged for anything but a file of `arrays_write`.
    """
    try:
        with zipfile.ZipFile(file or io.BytesIO(buffer)) as archive:
            members = archive.infolist()
        return {member.filename.removesuffix(_SUFFIX): _member(buffer, member) for member in members}
    except (zipfile.BadZipFile, ValueError, EOFError, IndexError) as error:
        raise Damaged(f"it is no file of plain arrays: {error}") from error


def _member(buffer: Any, member: zipfile.ZipInfo) -> "np.ndarray[Any, Any]":
    import numpy as np

    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
        raise Damaged(f"{member.filename} is compressed or encrypted")
    header = bytes(buffer[member.header_offset : member.header_offset + _LOCAL_HEADER_BYTES])
    if header[:4] != b"PK\x03\x04":
        raise Damaged(f"{member.filename} is not where it should be")
    start = member.header_offset + _LOCAL_HEADER_BYTES
    start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    end = start + member.file_size
    if end > len(buffer):
        raise Damaged(f"{member.filename} ends behind the end of the file")
    head = io.BytesIO(bytes(buffer[start : min(end, start + 16_384)]))
    version = np.lib.format.read_magic(head)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(head)
    _refuse_objects(member.filename, dtype)
    start += head.tell()
    count = 1
    for length in shape:
        count *= length
    if start + count * dtype.itemsize != end:
        raise Damaged(f"{member.filename} is not as long as it says")
    if not count * dtype.itemsize:
        array: np.ndarray[Any, Any] = np.zeros(shape, dtype)
        array.flags.writeable = False
        return array
    flat = np.frombuffer(buffer, dtype, count, start)
    flat.flags.writeable = False
    return flat.reshape(shape, order="F" if fortran else "C")


def _refuse_objects(name: str, dtype: "np.dtype[Any]") -> None:
    if dtype.hasobject or dtype.fields is not None or dtype.subdtype is not None or dtype.kind not in KINDS:
        raise NotPlain(f"{name} holds {dtype}: only numbers, flags, moments and text of fixed width are stored")


def _padding(place: int) -> bytes:
    """What goes before the data, which would begin at `place`, so that it begins at a multiple of ALIGNMENT."""
    fill = -(place + 4) % ALIGNMENT
    return _PADDING_ID + fill.to_bytes(2, "little") + bytes(fill)
