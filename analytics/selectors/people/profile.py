"""Everything that is known of one user's buying. Somebody unknown has zeros and nulls."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics import rfm
from analytics.selectors.completeness import completeness
from analytics.selectors.people.interests import preferred_categories
from analytics.selectors.people.lifetime import expected_value
from analytics.selectors.people.months import month_name
from analytics.selectors.people.segments import average, standing_score, window
from analytics.selectors.people.standing import buyer_standing
from analytics.selectors.people.statements import HOME_CURRENCY
from xlcfi import clock
from xlcfi.cache.json_codec import json_decode
from xlcfi.clock import SEOUL

NEW, RETURNING = "new", "returning"
_NOBODY: dict[str, Any] = {
    "orders": 0,
    "home_orders": 0,
    "gross": Decimal(0),
    "refunds": Decimal(0),
    "others": {},
    "window_orders": 0,
    "window_home_orders": 0,
    "window_gross": Decimal(0),
    "window_refunds": Decimal(0),
    "recency": 0,
    "frequency": 0,
    "money": 0,
    "segment": None,
    "first_day": None,
    "last_day": None,
    "months": [],
}


_TOLD = """
SELECT (SELECT COUNT(*) FROM reviews WHERE user_id = %(user_id)s), total_purchases, total_spent,
       spent_in_other_currencies::text, last_purchase_date, churn_risk, churn_updated_at
FROM (SELECT 1) AS one LEFT JOIN user_profiles ON user_id = %(user_id)s
"""


def user_profile(*, user_id: int, today: date | None = None) -> dict[str, Any]:
    """The answer about one user, but for the timeline."""
    day = today or clock.today()
    found, waits = buyer_standing(user_id=user_id, today=day)
    standing = found or _NOBODY
    first = standing["first_day"]
    reviews, told = _told(user_id)
    preferences = preferred_categories(user_id=user_id)
    score = standing_score(standing, (preferences.categories, reviews))
    return {
        "user_id": user_id,
        **told,
        "buyer": None if first is None else NEW if standing["orders"] == 1 else RETURNING,
        "cohort": None if first is None else month_name(first),
        "first_paid_day": first,
        "last_paid_day": standing["last_day"],
        "rfm": _rfm(standing, day),
        "score": {"value": score.value, "parts": score.parts},
        "lifetime": _lifetime(standing, day, waits=waits),
        "monthly": [_month(row) for row in standing["months"] or []],
        "preferred_categories": preferences.told,
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }


def _told(user_id: int) -> tuple[int, dict[str, Any]]:
    """How many reviews they wrote; DELIVERED orders, and the churn risk once ml told one, as `user_profiles` has it."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"user_id": user_id})
        reviews, purchases, spent, others, last, churn, updated = cursor.fetchone()
    return reviews, {
        "delivered": {
            "total_purchases": purchases or 0,
            "total_spent": Decimal(0) if spent is None else spent,
            "spent_in_other_currencies": {
                name: Decimal(str(amount)) for name, amount in (json_decode(others) if others else {}).items()
            },
            "last_purchase_date": last and last.astimezone(SEOUL).isoformat(),
        },
        "churn_risk": churn,
        "churn_updated_at": updated and updated.astimezone(SEOUL).isoformat(),
    }


def _rfm(standing: dict[str, Any], today: date) -> dict[str, Any]:
    last = standing["last_day"]
    return {
        "segment": standing["segment"],
        "recency": standing["recency"],
        "frequency": standing["frequency"],
        "money": standing["money"],
        "days_since_paid": None if last is None else max(0, (today - last).days),
        "orders": standing["window_orders"],
        "gross_revenue": standing["window_gross"],
        "refunds": standing["window_refunds"],
        "net_revenue": standing["window_gross"] - standing["window_refunds"],
        "average_order_value": average(standing["window_gross"], standing["window_home_orders"]),
        "currency": HOME_CURRENCY,
        "window": window(today),
        "cut_points": rfm.cut_points(),
    }


def _lifetime(standing: dict[str, Any], today: date, *, waits: bool) -> dict[str, Any]:
    others = [
        {"currency": name, "orders": sums["orders"], **_money(Decimal(sums["gross"]), Decimal(sums["refunds"]))}
        for name, sums in sorted(standing["others"].items())
    ]
    first = standing["first_day"]
    return {
        "orders": standing["orders"],
        "currency": HOME_CURRENCY,
        **_money(standing["gross"], standing["refunds"]),
        "average_order_value": average(standing["gross"], standing["home_orders"]),
        "other_currencies": others,
        "expected": None if first is None else expected_value(first_day=first, today=today, waits=waits),
    }


def _month(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "month": row["month"][:7],
        "currency": row["currency"],
        "orders": int(row["orders"]),
        "units": int(row["units"]),
        **_money(Decimal(row["gross"]), Decimal(row["refunds"])),
    }


def _money(gross: Decimal, refunds: Decimal) -> dict[str, Decimal]:
    return {"gross_revenue": gross, "refunds": refunds, "net_revenue": gross - refunds}
