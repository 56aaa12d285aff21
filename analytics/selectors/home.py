"""The home page's figures of today, up to the minute, beside the same time of earlier days."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from analytics.selectors.sales.sums import COLUMNS, Sums
from xlcfi.clock import SEOUL

_HOURS = f"""
SELECT day, hour, {", ".join(f"SUM({column})" for column in COLUMNS)}
FROM (
    SELECT day, hour, {", ".join(COLUMNS)} FROM sales_hours WHERE currency = %(currency)s AND day = ANY(%(days)s)
    UNION ALL
    SELECT day, hour, {", ".join(COLUMNS)} FROM rollup_deltas
    WHERE currency = %(currency)s AND day = ANY(%(days)s) AND product_id IS NULL AND status IS NULL
) AS s
WHERE hour <= %(hour)s
GROUP BY day, hour
"""
_HOUR = Decimal(3600)


def days_so_far(*, days: Sequence[date], moment: datetime, currency: str) -> dict[date, Sums]:
    """Each day's sales in `currency` up to the time of day that `moment` has in Seoul. One statement over the hours.

    Sums are kept by the hour: of another day's running hour counts the part that has passed, its orders rounded down.
    """
    local = moment.astimezone(SEOUL)
    passed = Decimal(local.minute * 60 + local.second) / _HOUR
    found: dict[date, list[Sums]] = {day: [] for day in days}
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, {"currency": currency, "days": list(days), "hour": local.hour})
        for day, hour, *values in cursor.fetchall():
            sums = Sums.of(values)
            found[day].append(_part(sums, passed) if hour == local.hour and day != local.date() else sums)
    return {day: Sums.total(parts) for day, parts in found.items()}


def _part(sums: Sums, passed: Decimal) -> Sums:
    cent = Decimal("0.01")
    return Sums(
        gross=(sums.gross * passed).quantize(cent),
        discounts=(sums.discounts * passed).quantize(cent),
        refunds=(sums.refunds * passed).quantize(cent),
        cancelled=(sums.cancelled * passed).quantize(cent),
        orders=int(sums.orders * passed),
        units=int(sums.units * passed),
    )
