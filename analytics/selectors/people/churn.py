"""Buyers by what they brought in a year and how likely they stay away."""

from decimal import Decimal
from typing import Any

from django.db import connection

from analytics import churn_groups as groups

# The same rule as `churn_groups.group_of`, for all buyers at once; a test holds them together.
_GROUP = f"""
CASE WHEN p.churn_risk < {groups.AT_RISK_FROM} THEN '{groups.STAYING}'
     WHEN s.money >= {groups.VALUABLE_FROM_CLASS} AND p.churn_risk >= {groups.NEARLY_LOST_FROM}
         THEN '{groups.VALUABLE_NEARLY_LOST}'
     WHEN s.money >= {groups.VALUABLE_FROM_CLASS} THEN '{groups.VALUABLE_AT_RISK}'
     WHEN s.orders = 1 AND p.churn_risk < {groups.NEARLY_LOST_FROM} THEN '{groups.FIRST_ORDER_ONLY}'
     ELSE '{groups.OTHERS_AT_RISK}' END
"""
_FROM = "FROM user_profiles p JOIN buyer_standings s USING (user_id) WHERE p.churn_risk IS NOT NULL"
# Who brought nothing on balance has nothing at stake.
_AT_STAKE = "(p.churn_risk * GREATEST(s.window_net, 0)::float8)"
_SUMS = f"""
SELECT {_GROUP}, COUNT(*), AVG(p.churn_risk), SUM(GREATEST(s.window_net, 0)), SUM({_AT_STAKE})
{_FROM} GROUP BY 1
"""
_BUYERS = f"""
SELECT user_id, churn_risk, orders, last_day, window_net, at_stake FROM (
    SELECT user_id, p.churn_risk, s.orders, s.last_day, s.window_net, {_AT_STAKE} AS at_stake, {_GROUP} AS grouped
    {_FROM}
) AS buyers
WHERE grouped = %s ORDER BY at_stake DESC, user_id LIMIT %s
"""


def churn_sums() -> list[dict[str, Any]]:
    """Each group: buyers, mean risk, net revenue of 365 days (won), and that times each one's risk."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    empty = (0, None, Decimal(0), 0.0)
    names = ("buyers", "mean_risk", "net_revenue", "at_stake")
    return [{"group": name, **dict(zip(names, found.get(name, empty), strict=True))} for name in groups.GROUPS]


def churn_buyers(*, group: str, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` buyers of `group`, those first with whom most is at stake."""
    with connection.cursor() as cursor:
        cursor.execute(_BUYERS, [group, limit])
        names = ("user_id", "churn_risk", "orders", "last_paid_day", "net_revenue", "at_stake")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
