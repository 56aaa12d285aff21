"""How the business runs, in one answer. A part whose table is not deployed is None."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from analytics.selectors.operations.parts import PARTS
from analytics.selectors.operations.payments import payments_told
from analytics.selectors.operations.reasons import reasons_told
from analytics.selectors.operations.rows import operation_rows, rate
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales_days import orders_by_status
from xlcfi.clock import Period
from xlcfi.platform.selectors import source_deployed

_PAID_ORDERS = """
SELECT COALESCE(SUM(orders), 0)::bigint FROM (
    SELECT orders FROM sales_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT orders FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
) AS s
"""
_CANCELLED_MONEY = """
SELECT currency, SUM(cancelled) FROM (
    SELECT currency, cancelled FROM sales_days WHERE day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT currency, cancelled FROM rollup_deltas
    WHERE product_id IS NULL AND status IS NULL AND day BETWEEN %(first)s AND %(last)s
) AS s GROUP BY currency HAVING SUM(cancelled) <> 0 ORDER BY currency
"""


def operations(*, period: Period, compared: Mapping[str, Period]) -> dict[str, Any]:
    """Everything, for `period` and for those it is compared with. `unavailable` names the tables that are missing."""
    return {
        **_figures(period),
        "comparison": {name: {"period": period_told(other), **_figures(other)} for name, other in compared.items()},
        "unavailable": [part.table for part in PARTS.values() if not source_deployed(part.table)],
    }


def operations_part(*, name: str, period: Period, compared: Mapping[str, Period]) -> dict[str, Any]:
    """One part (a key of PARTS) whose table is deployed, for `period` and for those it is compared with."""
    part = PARTS[name]
    return {
        **part.told(operation_rows(period=period, sources=part.sources)),
        "comparison": {
            key: {"period": period_told(other), **part.told(operation_rows(period=other, sources=part.sources))}
            for key, other in compared.items()
        },
    }


def _figures(period: Period) -> dict[str, Any]:
    deployed = {name: part for name, part in PARTS.items() if source_deployed(part.table)}
    wanted = ["payments", *(source for part in deployed.values() for source in part.sources)]
    rows = operation_rows(period=period, sources=wanted)
    reasons = reasons_told(period)
    statuses = orders_by_status(period=period)
    (paid,) = _read(_PAID_ORDERS, period)[0]
    created = sum(statuses.values())
    cancelled = statuses.get("CANCELLED", 0)
    return {
        "orders": {"created": created, "paid": paid, "success_rate": rate(paid, created), "by_status": statuses},
        "payments": {
            **payments_told([row for row in rows if row.source == "payments"]),
            "failure_reasons": reasons["payment_failed"],
        },
        "cancellations": {
            "orders": cancelled,
            "rate": rate(cancelled, created),
            "told": sum(each["count"] for each in reasons["cancel"]),
            "reasons": reasons["cancel"],
            "money": [{"currency": code, "amount": amount} for code, amount in _read(_CANCELLED_MONEY, period)],
        },
        **{
            name: part.told([row for row in rows if row.source in part.sources]) if name in deployed else None
            for name, part in PARTS.items()
        },
    }


def _read(statement: str, period: Period) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": period.first, "last": period.last})
        return list(cursor.fetchall())
