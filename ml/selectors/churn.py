"""Paid orders of buyers, as the churn model reads them: from the platform's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# A payment that was made and given back later was made. Created_at has no zone: it is Seoul's wall time. Who was erased
# is nobody here.
_PAID = """
SELECT o.buyer_id, (extract(epoch FROM o.created_at) / 86400.0)::float8, o.currency, o.total::float8
FROM orders o
WHERE {which}
  AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id
              AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))
  AND NOT EXISTS (SELECT 1 FROM erased_people e WHERE e.user_id = o.buyer_id)
"""
_OF_SOME = _PAID.format(which="o.buyer_id = ANY(%(ids)s)")
# Which buyers are taken must not follow from when they joined.
_OF_A_SHARE = _PAID.format(which="(o.buyer_id * 7919) %% 1009 < %(share)s")
SHARES = 1009


@dataclass(slots=True)
class PaidOrders:
    """Columns of the same length: whose, when (days since 1970 by Seoul's wall clock), in which currency, how much."""

    buyer: list[int] = field(default_factory=list)
    day: list[float] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    total: list[float] = field(default_factory=list)


def paid_orders_of(*, user_ids: Sequence[int]) -> PaidOrders:
    """All paid orders of these users. One query, by the platform's index of buyers."""
    return _read(_OF_SOME, {"ids": sorted(set(user_ids))})


def paid_orders_of_share(*, share: int) -> PaidOrders:
    """All paid orders of `share` in SHARES of the buyers, always the same ones."""
    return _read(_OF_A_SHARE, {"share": share})


def _read(statement: str, values: Mapping[str, Any]) -> PaidOrders:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    if not rows:
        return PaidOrders()
    buyer, day, currency, total = (list(column) for column in zip(*rows, strict=True))
    return PaidOrders(buyer, day, currency, total)
