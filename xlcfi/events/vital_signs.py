"""What the signs of life of a container's consumers mean: for the orchestrator, for Prometheus, for the supervisor."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xlcfi.events.pulse import Sign, sign_read
from xlcfi.events.watchdog import stuck_seconds
from xlcfi.observability import metrics
from xlcfi.observability.health import Vital, readiness, vitals_read_with
from xlcfi.observability.scrape import Labels

# A process that has told nothing for so long is gone or frozen: the broker has given its partitions to others, and
# what it said of them must not stand beside what those say.
SILENT_SECONDS = 10.0


class Watched:
    """The consumers called `names`, whose signs are left in the directory `place`."""

    def __init__(self, names: Sequence[str], place: Path) -> None:
        self._names = names
        self._place = place

    def offer(self) -> None:
        """Let this process answer for them: /health… and /metrics."""
        readiness.require("kafka")
        vitals_read_with(self.vitals)
        metrics.EVENT_LAG.read_with(lambda: self._waiting(lambda lag, since: float(lag)))
        metrics.EVENT_LAG_SECONDS.read_with(lambda: self._waiting(_age))
        metrics.CONSUMER_UP.read_with(lambda: {(vital.name,): float(vital.ready) for vital in self.vitals()})
        metrics.CONSUMER_TURN_AGE.read_with(
            lambda: {(sign.consumer,): max(time.monotonic() - sign.turned_at, 0.0) for sign in self._signs()}
        )
        metrics.CONSUMER_BATCH_TIME.read_with(
            lambda: {(sign.consumer,): sign.batch_time for sign in self._signs() if sign.batch_time is not None}
        )

    def turning(self) -> bool:
        """Whether every one that was started and has not stopped by itself shows signs of life."""
        return all(vital.alive for vital in self.vitals())

    def vitals(self) -> list[Vital]:
        """How each of them is."""
        return [_vital(name, sign_read(self._place, name)) for name in self._names]

    def _signs(self) -> list[Sign]:
        return [sign for name in self._names if (sign := sign_read(self._place, name)) is not None]

    def _waiting(self, value: Callable[[int, float | None], float]) -> Mapping[Labels, float]:
        return {
            (sign.group, each.topic, str(each.partition)): value(each.lag, each.since)
            for sign in self._signs()
            if not _silent(sign)
            for each in sign.waiting
        }


def _vital(name: str, sign: Sign | None) -> Vital:
    if sign is None:
        return Vital(name, alive=True, ready=False, about={"state": "starting"})
    age = max(time.monotonic() - sign.turned_at, 0.0)
    about: dict[str, object] = {"state": sign.state, "turned_seconds_ago": round(age, 1)}
    if sign.state == "stopped":
        # A restart would only send more events to the dead letters: somebody has to look first.
        return Vital(name, alive=True, ready=False, about=about | {"reason": sign.reason})
    if not _runs(sign.pid):
        # The supervisor starts it again.
        return Vital(name, alive=True, ready=False, about=about | {"state": "restarting"})
    about |= {"partitions": len(sign.waiting), "lag": sum(each.lag for each in sign.waiting), "retries": sign.retries}
    turning = age <= stuck_seconds()
    ready = turning and not _silent(sign) and sign.state in ("assigned", "standby")
    return Vital(name, alive=turning, ready=ready, about=about if turning else about | {"state": "stuck"})


def _silent(sign: Sign) -> bool:
    return time.monotonic() - sign.told_at > SILENT_SECONDS


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _age(lag: int, since: float | None) -> float:
    return max(time.time() - since, 0.0) if lag and since is not None else 0.0
