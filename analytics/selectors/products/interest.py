"""How many who looked at a product bought it."""

from typing import Any

from django.db import connection

from analytics.selectors.interest import Interest, interest_by_day
from xlcfi.clock import Period

STEPS = ("viewed", "ordered", "paid", "delivered")

_FUNNEL = """
SELECT COALESCE(SUM(viewed), 0), COALESCE(SUM(ordered), 0), COALESCE(SUM(paid), 0), COALESCE(SUM(delivered), 0)
FROM funnel_days WHERE product_id = %(product)s AND day BETWEEN %(first)s AND %(last)s
"""


def product_conversion(*, product_id: int, period: Period) -> dict[str, Any]:
    """What people did with a product in `period`, by day and in all, and how far those got who viewed it. Two queries.

    The funnel counts signed-in buyers' journeys that began in `period`; its rates are shares of `viewed`, null without
    one. Days on which nothing happened are missing from `by_day`.
    """
    days = interest_by_day(product_ids=[product_id], first=period.first, last=period.last)
    whole = (
        Interest(*(sum(counts) for counts in zip(*(day.interest for day in days), strict=True))) if days else Interest()
    )
    with connection.cursor() as cursor:
        cursor.execute(_FUNNEL, {"product": product_id, "first": period.first, "last": period.last})
        funnel = dict(zip(STEPS, (int(count) for count in cursor.fetchone()), strict=True))
    viewed = funnel["viewed"]
    return {
        **whole._asdict(),
        "by_day": [{"date": day.day.isoformat(), **day.interest._asdict()} for day in days],
        "funnel": {
            **funnel,
            **{f"{step}_rate": round(funnel[step] / viewed, 4) if viewed else None for step in STEPS[1:]},
        },
    }
