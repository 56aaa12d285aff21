"""Parts of the answer whose table may be missing, and how each is told."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection

from analytics.selectors.funnel import quantile
from analytics.selectors.operations.rows import Row, Sums, rate
from xlcfi.platform.selectors import source_deployed


@dataclass(frozen=True)
class Part:
    """A part of the answer whose table may be missing: its name, its table, its sources, and how it is told."""

    name: str
    table: str
    sources: tuple[str, ...]
    told: Callable[[Sequence[Row]], dict[str, Any]]


def _deliveries_told(rows: Sequence[Row]) -> dict[str, Any]:
    promise = settings.DELIVERY_PROMISE_DAYS
    statuses: dict[str, int] = defaultdict(int)
    hours: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.source == "parcels":
            statuses[row.key] += row.count
        else:
            hours[row.bucket] += row.count
    came = sum(hours.values())
    late = sum(count for bucket, count in hours.items() if bucket >= promise * 24)
    return {
        "requested": sum(statuses.values()),
        "by_status": dict(sorted(statuses.items())),
        "delivered": came,
        "median_hours": _hours(quantile(hours, 0.5)),
        "p90_hours": _hours(quantile(hours, 0.9)),
        "promise_days": promise,
        "late": late,
        "late_share": rate(late, came),
    }


def _hours(bucket: int | None) -> float | None:
    """The middle of a bucket of an hour."""
    return None if bucket is None else bucket + 0.5


def _coupons_told(rows: Sequence[Row]) -> dict[str, Any]:
    issued: dict[str, Sums] = defaultdict(Sums)
    statuses: dict[str, int] = defaultdict(int)
    used: dict[str, int] = defaultdict(int)
    revenue: dict[str, Sums] = defaultdict(Sums)
    orders: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.source == "coupons_issued":
            issued[row.key].add(row)
            statuses[row.part] += row.count
        elif row.source == "coupons_used":
            used[row.key] += row.count
        else:
            revenue[row.currency].add(row)
            orders[row.key] += row.count
    given = sum(sums.count for sums in issued.values())
    redeemed = sum(sums.reached for sums in issued.values())
    coupons = sorted({*issued, *used, *orders}, key=lambda key: (len(key), key))
    names = _coupon_names([int(key) for key in coupons])
    return {
        "issued": given,
        "issued_and_used": redeemed,
        "redemption_rate": rate(redeemed, given),
        "by_status": dict(sorted(statuses.items())),
        "used": sum(used.values()),
        "revenue": [
            {"currency": code, "orders": sums.count, "gross": sums.amount, "discount": sums.discount}
            for code, sums in sorted(revenue.items())
        ],
        "by_coupon": [
            {
                "coupon_id": int(key),
                "name": names.get(int(key)),
                "issued": issued[key].count,
                "issued_and_used": issued[key].reached,
                "redemption_rate": rate(issued[key].reached, issued[key].count),
                "used": used[key],
                "orders": orders[key],
            }
            for key in coupons
        ],
    }


def _coupon_names(ids: Sequence[int]) -> dict[int, str]:
    if not ids or not source_deployed("coupons"):
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM coupons WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def _balances_told(rows: Sequence[Row]) -> dict[str, Any]:
    types: dict[str, Sums] = {name: Sums() for name in ("CHARGE", "USE", "REFUND")}
    for row in rows:
        types.setdefault(row.key, Sums()).add(row)
    return {"by_type": [{"type": name, "count": sums.count, "amount": sums.amount} for name, sums in types.items()]}


def _blockchain_told(rows: Sequence[Row]) -> dict[str, Any]:
    statuses = {row.key: row.count for row in rows}
    return {"records": sum(statuses.values()), "by_status": dict(sorted(statuses.items()))}


PARTS: Final[dict[str, Part]] = {
    part.name: part
    for part in (
        Part("deliveries", "deliveries", ("parcels", "lead_times"), _deliveries_told),
        Part("coupons", "user_coupons", ("coupons_issued", "coupons_used", "coupon_orders"), _coupons_told),
        Part("balances", "balance_histories", ("balances",), _balances_told),
        Part("blockchain", "blockchain_records", ("blockchain",), _blockchain_told),
    )
}
