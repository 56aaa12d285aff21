"""The signs of life of a consumer: what its process tells, for whoever answers for it or watches over it."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from xlcfi.events.kafka_positions import Waiting

STANDING_SECONDS = 1.0


class Standing(msgspec.Struct, frozen=True):
    """How a consumer stands in its group ("assigned", "standby", "joining") and what waits in its partitions."""

    state: str
    waiting: list[Waiting] = []


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What a consumer's process last told. Times that end in _at are monotonic seconds of this machine.

    state: "starting", "assigned", "standby", "joining", "stopped". batch_time: Unix time of the last batch's commit.
    """

    consumer: str
    group: str
    pid: int
    told_at: float
    turned_at: float
    state: str
    reason: str = ""
    retries: int = 0
    batch_time: float | None = None
    waiting: list[Waiting] = []


class Pulse:
    """What the loop tells as it turns. Telling costs nothing; another thread passes it on, whatever the loop does.

    consumer: the group's short name.
    """

    def __init__(self, *, consumer: str = "", group: str = "") -> None:
        self._consumer = consumer
        self._group = group
        self._stand: Callable[[], Standing] | None = None
        self._standing = Standing("starting")
        self._stood_at = 0.0
        self._reason = ""
        self._retries = 0
        self._batch_time: float | None = None
        self.turned_at = time.monotonic()

    def stands(self, stand: Callable[[], Standing]) -> None:
        """From now on `stand` is asked once a second, in the loop's thread."""
        self._stand = stand

    def turned(self) -> None:
        """The loop is alive."""
        self.turned_at = time.monotonic()
        if self._stand is not None and self.turned_at - self._stood_at >= STANDING_SECONDS:
            self._stood_at = self.turned_at
            self._standing = self._stand()

    def applied(self) -> None:
        """A batch is committed."""
        self._retries, self._batch_time = 0, time.time()

    def retrying(self) -> None:
        """A batch was put back."""
        self._retries += 1

    def stopped(self, reason: str) -> None:
        """The consumer has ended by itself and must not be started again before somebody has looked."""
        self._standing, self._reason = Standing("stopped"), reason

    def sign(self) -> Sign:
        """All of it, now."""
        return Sign(
            consumer=self._consumer,
            group=self._group,
            pid=os.getpid(),
            told_at=time.monotonic(),
            turned_at=self.turned_at,
            state=self._standing.state,
            reason=self._reason,
            retries=self._retries,
            batch_time=self._batch_time,
            waiting=self._standing.waiting,
        )


def sign_write(place: Path, sign: Sign) -> None:
    """Leave `sign` in the directory `place`, where it replaces the consumer's last one. Raises OSError."""
    path = _file(place, sign.consumer)
    draft = path.with_suffix(f".{sign.pid}")
    draft.write_bytes(msgspec.json.encode(sign))
    draft.replace(path)


def sign_read(place: Path, consumer: str) -> Sign | None:
    """The last sign of `consumer`; None if there is none."""
    try:
        return msgspec.json.decode(_file(place, consumer).read_bytes(), type=Sign)
    except (OSError, msgspec.DecodeError):
        return None


def signs_remove(place: Path, consumers: Iterable[str]) -> None:
    """Forget what `consumers` told in an earlier run."""
    for consumer in consumers:
        _file(place, consumer).unlink(missing_ok=True)


def _file(place: Path, consumer: str) -> Path:
    return place / f"consumer_{consumer}.json"
