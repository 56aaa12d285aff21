"""Orders whose payments no event told: their baskets and their buyers' ratings, from the platform's tables."""

from collections.abc import Iterator, Sequence

import msgspec
from django.db import connection

from recommendations.services.baskets import baskets_mend
from recommendations.services.matrix import matrix_mend
from recommendations.services.measuring import orders_touch
from recommendations.services.measuring_conversions import orders_paid_back
from xlcfi.events.batch import QueuedJob
from xlcfi.events.erasure import known_as
from xlcfi.events.followups import followups_add

# The job of this app that makes their lists anew; jobs stand above services, so it is asked for by its name.
LISTS_JOB = "recommendations.lists_refresh"
# Orders that lie no further apart are looked at in one go.
NEIGHBOURS = 50

_DIFFERING = f"""
SELECT o.id, {known_as("o.buyer_id")} FROM orders o
LEFT JOIN baskets b ON b.order_id = o.id AND NOT b.provisional
WHERE o.id = ANY(%(ids)s) AND (b.order_id IS NOT NULL) <> EXISTS (
    SELECT 1 FROM payments p WHERE p.order_id = o.id
    AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))
ORDER BY o.id
"""


def baskets_reconcile(*, order_ids: Sequence[int]) -> int:
    """Settle the baskets of `order_ids` and what follows from them, in one transaction. Returns rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"ids": list(order_ids)})
        differing = cursor.fetchall()
    changed = sum(
        baskets_mend(first_order_id=first, last_order_id=last)[1]
        for first, last in _runs([order_id for order_id, _ in differing])
    )
    # Nothing here hears of refunds; what was changed lately is looked at anyway.
    orders_touch(order_ids=orders_paid_back(order_ids=order_ids))
    if changed:
        _, mended, whose = matrix_mend(user_ids=sorted({user_id for _, user_id in differing if user_id > 0}))
        if mended:
            args = msgspec.json.encode({"user_ids": whose}, order="sorted")
            followups_add(jobs=[QueuedJob(LISTS_JOB, args.decode())])
            changed += mended
    return changed


def _runs(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ascending `ids` as (first, last) of runs of neighbours."""
    start = 0
    for position in range(1, len(ids) + 1):
        if position == len(ids) or ids[position] - ids[position - 1] > NEIGHBOURS:
            yield ids[start], ids[position - 1]
            start = position
