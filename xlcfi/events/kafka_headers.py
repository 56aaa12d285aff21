"""Reading records whose headers have names that are not UTF-8.

Kafka does not look into names, and clients in C send any bytes. kafka-python calls such a record corrupt, again at each
fetch: its partition would stand still for ever.
"""

from typing import Any

from kafka.record.default_records import DefaultRecordBatch
from kafka.record.util import decode_varint, encode_varint

_read_strictly = DefaultRecordBatch._read_msg


def any_header_name_is_read() -> None:
    """Have kafka-python read every header name from now on: bytes that are not UTF-8 show as `\\xff`."""
    DefaultRecordBatch._read_msg = _read


def _read(batch: Any) -> Any:
    start = batch._pos
    try:
        return _read_strictly(batch)
    except UnicodeDecodeError:
        # The rest of the batch at once: record by record, each would move all that follow it.
        rest = batch._num_records - batch._next_record_index
        batch._buffer[start:] = _with_readable_names(bytes(batch._buffer[start:]), rest)
        batch._pos = start
        return _read_strictly(batch)


def _with_readable_names(buffer: bytes, records: int) -> bytes:
    """The `records` in `buffer` with header names spelled in ASCII where they are not UTF-8."""
    written = bytearray()
    position = 0
    for _ in range(records):
        length, body = decode_varint(buffer, position)
        record = _record_with_readable_names(buffer[body : body + length])
        encode_varint(len(record), written.append)
        written += record
        position = body + length
    return bytes(written) + buffer[position:]


def _record_with_readable_names(record: bytes) -> bytearray:
    position = 0
    for _ in range(3):  # attributes, timestamp, offset
        _, position = decode_varint(record, position)
    for _ in range(2):  # key and value
        size, position = decode_varint(record, position)
        position += max(size, 0)
    count, position = decode_varint(record, position)
    written = bytearray(record[:position])
    for _ in range(count):
        size, position = decode_varint(record, position)
        name = record[position : position + size].decode("utf-8", "backslashreplace").encode()
        encode_varint(len(name), written.append)
        written += name
        value = position + size
        size, position = decode_varint(record, value)
        position += max(size, 0)
        written += record[value:position]
    return written
