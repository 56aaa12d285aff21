"""The backend of DATABASES: Django loads `DatabaseWrapper` from a module of this name."""

import time

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0
"""A connection that answered so recently is used without asking first."""


class DatabaseWrapper(base.DatabaseWrapper):
    """With CONN_HEALTH_CHECKS Django sends `SELECT 1` before the first statement of every request, a fifth of what a
    small answer costs. A busy connection has just proven that it works; one that rested is still asked.

    One that broke within the second gives a 503 once; Django then drops it, as it does after every error.
    """

    _answered_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        now = time.monotonic()
        if (
            self.connection is not None
            and self.settings_dict["CONN_HEALTH_CHECKS"]
            and now - self._answered_at < TRUSTED_SECONDS
        ):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._answered_at = now
