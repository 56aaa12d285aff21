"""A user's latest orders, and the currencies that buyers paid in."""

from typing import Any

from django.db import connection

from analytics.models import OrderFact
from analytics.selectors.people.statements import HOME_CURRENCY


def latest_orders(*, user_id: int, limit: int = 20) -> list[dict[str, Any]]:
    """A user's latest orders as we know them: [{order_id, day, status, paid, currency, total}]."""
    found = OrderFact.objects.filter(buyer_id=user_id).order_by("-placed_at", "-order_id")
    columns = ("order_id", "day", "status", "paid", "currency", "total")
    return [dict(zip(columns, row, strict=True)) for row in found.values_list(*columns)[:limit]]


def paid_currencies() -> list[str]:
    """The currencies that anybody paid in, won first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT currency FROM cohort_months WHERE currency <> '' ORDER BY currency")
        found = [row[0] for row in cursor.fetchall()]
    return [HOME_CURRENCY, *(one for one in found if one != HOME_CURRENCY)]
