"""A producer that sends what kafka-python's own refuses to send, and what other clients do send."""

from collections.abc import Sequence
from typing import Any

from kafka import KafkaProducer
from kafka.record.default_records import DefaultRecordBatchBuilder

NULL = b"(no header value)"
"""Stands for a header without a value: Java sends those, and kafka-python reads them but does not write them."""


class Name(str):
    """A header's name whose bytes are not UTF-8: clients in C send any."""

    def __new__(cls, raw: bytes) -> "Name":
        made = super().__new__(cls, raw.decode("latin-1"))
        made.raw = raw
        return made

    def encode(self, *about: Any) -> bytes:
        return self.raw


_append_values = DefaultRecordBatchBuilder.append


def _append(self: Any, offset: int, timestamp: int, key: Any, value: Any, headers: Any, **about: Any) -> Any:
    told = [(name, None if each is NULL else each) for name, each in headers]
    return _append_values(self, offset, timestamp, key, value, told, **about)


class OtherProducer(KafkaProducer):
    """Sends `Name`s and headers without a value."""

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        DefaultRecordBatchBuilder.append = _append

    def sends(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Sequence[tuple[str, bytes | None]] = (),
        partition: int = 0,
    ) -> Any:
        """The future of the record; a tombstone needs a key here and gets one."""
        told = [(name, NULL if each is None else each) for name, each in headers]
        key = b"7" if key is None and value is None else key
        return self.send(topic, value=value, key=key, headers=told, partition=partition)
