"""Telling the processes that keep answers which products' counts changed, in the transaction that changes them."""

from collections.abc import Iterable

from django.db import connection

EVERY_PRODUCT = 0
# Longer than any transaction that tells, and than any answer is kept.
KEPT_SECONDS = 3_600

_TELL = """
INSERT INTO co_purchase_changes (product_id, xact, told_at)
SELECT id, pg_current_xact_id()::text::bigint, now() FROM unnest(%(ids)s::bigint[]) AS id
"""
_PRUNE = "DELETE FROM co_purchase_changes WHERE told_at < now() - make_interval(secs => %(seconds)s)"


def changes_tell(*, product_ids: Iterable[int]) -> None:
    """Note that the counts of `product_ids` change with this transaction."""
    ids = sorted(set(product_ids))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_TELL, {"ids": ids})


def changes_prune() -> None:
    """Remove what every process has seen long ago."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, {"seconds": KEPT_SECONDS})
