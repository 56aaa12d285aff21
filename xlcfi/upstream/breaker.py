"""A circuit breaker: a service that fails too often is left alone for a while, then tried with a few calls.

The rules are Resilience4j's for a count-based window, so that both sides of the platform behave alike.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from xlcfi.upstream.errors import BreakerOpen


class State(IntEnum):
    """What a breaker does with calls. The numbers are those of the metric."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(frozen=True)
class BreakerRules:
    """When a breaker opens and for how long.

    failure_share: part of the last `window` calls, at least `least_calls`, that opens it when failed.
    open_seconds: how long it refuses all calls. trials: how many calls then decide whether it closes.
    """

    window: int = 10
    least_calls: int = 5
    failure_share: float = 0.5
    open_seconds: float = 10.0
    trials: int = 3


class CircuitBreaker:
    """Counts the outcomes of calls and refuses them while the service is down. Thread-safe.

    clock: monotonic seconds. on_change: told each new state, outside of the lock.
    """

    def __init__(
        self,
        rules: BreakerRules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[State], None] = lambda state: None,
    ) -> None:
        self.rules = rules or BreakerRules()
        self._clock = clock
        self._on_change = on_change
        self._lock = threading.Lock()
        self._state = State.CLOSED
        self._failures: deque[bool] = deque(maxlen=self.rules.window)
        self._opened_at = 0.0
        self._admitted = 0
        # Each state's calls carry its number: what was under way before a change says nothing about what is after it.
        self._era = 0

    @property
    def state(self) -> State:
        """The state by now: an open breaker whose time is over reads half open."""
        with self._lock:
            return State.HALF_OPEN if self._state is State.OPEN and self._time_is_over() else self._state

    @property
    def refuses(self) -> bool:
        """True when a call now would be refused. Costs nothing while all is well."""
        if self._state is State.CLOSED:
            return False
        with self._lock:
            if self._state is State.OPEN:
                return not self._time_is_over()
            return self._admitted >= self.rules.trials and not self._time_is_over()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around one call: any exception counts as a failure. Raises BreakerOpen instead of letting it begin."""
        era = self._admit()
        failed = True
        try:
            yield
            failed = False
        finally:
            self._record(era, failed=failed)

    def _admit(self) -> int:
        changed = None
        with self._lock:
            if self._state is State.OPEN:
                if not self._time_is_over():
                    raise BreakerOpen("failed too often a moment ago")
                changed = self._change_to(State.HALF_OPEN)
            if self._state is State.HALF_OPEN:
                if self._admitted >= self.rules.trials:
                    if not self._time_is_over():
                        raise BreakerOpen("trials are under way")
                    # The trials never reported (their threads were killed): another round.
                    changed = self._change_to(State.HALF_OPEN)
                self._admitted += 1
            era = self._era
        self._tell(changed)
        return era

    def _record(self, era: int, *, failed: bool) -> None:
        changed = None
        with self._lock:
            if era != self._era:
                return
            self._failures.append(failed)
            enough = self.rules.trials if self._state is State.HALF_OPEN else self.rules.least_calls
            if len(self._failures) >= enough:
                if sum(self._failures) >= self.rules.failure_share * len(self._failures):
                    changed = self._change_to(State.OPEN)
                elif self._state is State.HALF_OPEN:
                    changed = self._change_to(State.CLOSED)
        self._tell(changed)

    def _time_is_over(self) -> bool:
        return self._clock() - self._opened_at >= self.rules.open_seconds

    def _change_to(self, state: State) -> State:
        self._state = state
        self._era += 1
        self._admitted = 0
        self._failures.clear()
        self._opened_at = self._clock()
        return state

    def _tell(self, changed: State | None) -> None:
        if changed is not None:
            self._on_change(changed)
