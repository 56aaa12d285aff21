"""Sums that many writers append to and one process at a time folds: who may fold, and who may look without moving.

An app has a table of sums and one of changes waiting to be added to them. Writers only append, in the transaction of
the fact that the change follows from. Whoever folds or mends the sums holds an advisory lock of the app's choice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


def fold_alone(*, lock: int, fold: Callable[[CursorWrapper], int]) -> int:
    """Call `fold` in a transaction of its own; returns what it returns, 0 where another process holds `lock`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return fold(cursor) if cursor.fetchone()[0] else 0


@contextmanager
def standing_still(*, lock: int, apply: bool) -> Iterator[CursorWrapper]:
    """One transaction that sees one moment, in which nobody folds; rolled back unless `apply`.

    The moment holds exactly the waiting changes whose facts it holds too. So it is right to delete the changes that
    are seen, and to make the sums equal to the facts that are seen, whatever writers append meanwhile.
    """
    outermost = not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        try:
            with transaction.atomic():
                if outermost:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                yield cursor
                if not apply:
                    transaction.set_rollback(True)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
