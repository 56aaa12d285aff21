"""How long the admin lets a statement take: what people ask for by hand must not hold up what machines ask for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

SECONDS = 3.0


class TooSlow(Exception):
    """A statement was given up: it would have read too many rows. The message is for people."""


@contextmanager
def statement_limit(*, seconds: float = SECONDS) -> Iterator[None]:
    """Each statement inside may take so long; TooSlow when one takes longer. What it changed is undone then.

    Inside a transaction that is open already, its limit is as before afterwards.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{round(seconds * 1000)}ms"])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) == "57014":
            raise TooSlow from error
        raise


def too_slow_words() -> str:
    """That a list would take too long, and what to do."""
    return _("Too many rows to look through: narrow down by number or by day.")
