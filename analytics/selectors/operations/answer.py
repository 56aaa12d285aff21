"""How the business runs, in one answer. A part whose table is not deployed is None."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.operations.parts import PARTS
from analytics.selectors.operations.payments import payments_told
from analytics.selectors.operations.reasons import reasons_told
from analytics.selectors.operations.rows import Row, operation_rows, rate
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.sources import KNOWN_CURRENCIES
from analytics.selectors.spans import over_spans
from xlcfi.clock import Period
from xlcfi.platform.selectors import source_deployed

# Without a status a row is of what was paid, in its currency.
_ORDERS = """
WITH RECURSIVE {known}
SELECT span, status, currency, SUM(orders)::bigint, SUM(cancelled) FROM ({rows}) AS s
GROUP BY span, status, currency ORDER BY span, status, currency
"""
_ORDERS_ROWS = """
SELECT {span} AS span, NULL AS status, currency, orders, cancelled FROM sales_days
WHERE currency = ANY (ARRAY(SELECT currency FROM known)) AND {within}
UNION ALL
SELECT {span}, NULL, currency, orders, cancelled FROM rollup_deltas
WHERE product_id IS NULL AND status IS NULL AND {within}
UNION ALL
SELECT {span}, status, '', orders, 0 FROM order_status_days WHERE {within}
UNION ALL
SELECT {span}, status, '', orders, 0 FROM rollup_deltas WHERE status IS NOT NULL AND {within}
"""


def operations(*, period: Period, compared: Mapping[str, Period]) -> dict[str, Any]:
    """Everything, for `period` and for those it is compared with. `unavailable` names the tables that are missing."""
    figures, *before = _figures([period, *compared.values()])
    return {
        **figures,
        "comparison": {
            name: {"period": period_told(other), **then}
            for (name, other), then in zip(compared.items(), before, strict=True)
        },
        "unavailable": [part.table for part in PARTS.values() if not source_deployed(part.table)],
    }


def operations_part(*, name: str, period: Period, compared: Mapping[str, Period]) -> dict[str, Any]:
    """One part (a key of PARTS) whose table is deployed, for `period` and for those it is compared with."""
    part = PARTS[name]
    found, *before = operation_rows(periods=[period, *compared.values()], sources=part.sources)
    return {
        **part.told(_of(found, part.sources)),
        "comparison": {
            key: {"period": period_told(other), **part.told(_of(then, part.sources))}
            for (key, other), then in zip(compared.items(), before, strict=True)
        },
    }


def _figures(periods: Sequence[Period]) -> list[dict[str, Any]]:
    deployed = {name: part for name, part in PARTS.items() if source_deployed(part.table)}
    wanted = ["payments", *(source for part in deployed.values() for source in part.sources)]
    told = zip(operation_rows(periods=periods, sources=wanted), reasons_told(periods), _orders(periods), strict=True)
    return [
        {
            **_sales_told(orders, reasons),
            "payments": {**payments_told(rows["payments"]), "failure_reasons": reasons["payment_failed"]},
            **{name: part.told(_of(rows, part.sources)) if name in deployed else None for name, part in PARTS.items()},
        }
        for rows, reasons, orders in told
    ]


def _sales_told(orders: "_Orders", reasons: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    created = sum(orders.statuses.values())
    cancelled = orders.statuses.get("CANCELLED", 0)
    return {
        "orders": {
            "created": created,
            "paid": orders.paid,
            "success_rate": rate(orders.paid, created),
            "by_status": orders.statuses,
        },
        "cancellations": {
            "orders": cancelled,
            "rate": rate(cancelled, created),
            "told": sum(each["count"] for each in reasons["cancel"]),
            "reasons": reasons["cancel"],
            "money": [{"currency": code, "amount": amount} for code, amount in orders.cancelled],
        },
    }


class _Orders:
    """Paid orders, all by status, and what was called off in each currency."""

    def __init__(self) -> None:
        self.paid = 0
        self.statuses: dict[str, int] = {}
        self.cancelled: list[tuple[str, Decimal]] = []


def _orders(periods: Sequence[Period]) -> list[_Orders]:
    found = [_Orders() for _ in periods]
    rows, values = over_spans(_ORDERS_ROWS, periods)
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS.format(known=KNOWN_CURRENCIES, rows=rows), values)
        for span, status, currency, orders, cancelled in cursor.fetchall():
            if status is not None and orders:
                found[span].statuses[status] = orders
            elif status is None:
                found[span].paid += orders
                if cancelled:
                    found[span].cancelled.append((currency, cancelled))
    return found


def _of(rows: Mapping[str, list[Row]], sources: Sequence[str]) -> list[Row]:
    return [row for source in sources for row in rows[source]]
