"""Trying again, after a pause that grows, as long as there is time."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from xlcfi.upstream.deadline import Deadline

T = TypeVar("T")

PAUSES = (0.05, 0.15)
"""Seconds before the second and the third attempt, before spreading."""


def retried(
    attempt: Callable[[], T],
    *,
    on: tuple[type[Exception], ...],
    deadline: Deadline,
    pauses: Sequence[float] = PAUSES,
    sleep: Callable[[float], None] = time.sleep,
    spread: Callable[[], float] = random.random,
) -> T:
    """What `attempt` returns; after an error of a kind in `on` it is run again, once for each of `pauses`.

    Each pause is spread over its upper half (`spread` returns 0..1), so that callers who failed together do not come
    back together. Where the pause would outlast `deadline` the error is raised at once.
    """
    for pause in pauses:
        try:
            return attempt()
        except on:
            wait = pause * (0.5 + 0.5 * spread())
            if wait >= deadline.left:
                raise
            sleep(wait)
    return attempt()
