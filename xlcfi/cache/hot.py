"""Answers that this process saw in Redis a moment ago: a busy key costs a round trip now and then, not every time."""

import time
from collections.abc import Callable
from typing import Final

SECONDS: Final = 0.2
"""For how long a look counts: by so much more than the rest between two computings an answer can be behind."""
AT_MOST: Final = 512
"""Keys kept. They are answers of a few kilobytes."""


class HotCopies:
    """Raw values by key, each for SECONDS. Thread-safe: every step is one operation on a dict."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, bytes]] = {}

    def get(self, key: str) -> bytes | None:
        """What was kept under `key` less than SECONDS ago."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and self._clock() < kept[0] else None

    def keep(self, key: str, raw: bytes) -> None:
        """Keep `raw` for SECONDS from now."""
        if len(self._kept) >= AT_MOST and key not in self._kept:
            self._kept.clear()
        self._kept[key] = (self._clock() + SECONDS, raw)

    def forget(self, *keys: str) -> None:
        """Keep nothing of `keys`; of nothing at all where none is named."""
        for key in keys or tuple(self._kept):
            self._kept.pop(key, None)
