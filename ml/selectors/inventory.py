"""Rises of stock that were seen, and the alerts that follow."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from ml.models import InventoryAlert

# A rise between two rows of ours. Days without a row had the stock of the row before.
_RISES = """
SELECT product_id, day, stock, stock - LAG(stock) OVER (PARTITION BY product_id ORDER BY day) AS rise
FROM product_snapshots WHERE product_id = ANY(%s) ORDER BY product_id, day
"""
RISK_SCOPE = "risk"


def stock_rises(*, product_ids: Sequence[int]) -> dict[int, tuple[date, list[tuple[date, int]]]]:
    """By product: the first day with a snapshot, and (day, units) of each rise after it, oldest first. One query."""
    found: dict[int, tuple[date, list[tuple[date, int]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RISES, [sorted(product_ids)])
        for product, day, _stock, rise in cursor.fetchall():
            rises = found.setdefault(product, (day, []))[1]
            if rise is not None and rise > 0:
                rises.append((day, int(rise)))
    return found


def alerts_after(
    *, key: tuple[Any, ...] | None, limit: int, seller: int | None, kind: str | None
) -> list[InventoryAlert]:
    """Up to limit + 1 alerts, the most money at risk first, after (money, product) of the last one given."""
    rows = InventoryAlert.objects.order_by("-at_risk", "product_id")
    if seller is not None:
        rows = rows.filter(seller_id=seller)
    if kind is not None:
        rows = rows.filter(kinds__contains=[kind])
    if key is not None:
        risk, product = key
        rows = rows.filter(Q(at_risk__lt=risk) | Q(at_risk=risk, product_id__gt=product))
    return list(rows[: limit + 1])
