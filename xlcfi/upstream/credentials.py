"""What we show the Java services: the internal token, made once and used until shortly before it ends."""

import threading
import time
from collections.abc import Callable

from xlcfi.api.tokens import LIFETIME_SECONDS, internal_token_mint

RENEW_BEFORE_SECONDS = 300.0
"""How long before its end a token is replaced: more than any clock skew between us and the services."""


class TokenKeeper:
    """Keeps a token from `mint` that lives `lifetime` seconds. Thread-safe. `clock` returns monotonic seconds."""

    def __init__(
        self,
        *,
        mint: Callable[[], str] = internal_token_mint,
        lifetime: float = LIFETIME_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mint = mint
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def token(self) -> str:
        """A token with at least RENEW_BEFORE_SECONDS to live."""
        with self._lock:
            now = self._clock()
            if not self._token or now >= self._good_until:
                self._token = self._mint()
                self._good_until = now + self._lifetime - RENEW_BEFORE_SECONDS
            return self._token

    def forget(self) -> None:
        """A service refused the token: the next call makes a new one, with the secret of then."""
        with self._lock:
            self._token = ""
