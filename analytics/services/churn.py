"""Keeping each profile's churn risk as the model that serves tells it."""

from collections.abc import Sequence

from django.db import connection

from ml.services.churn import churn_model_serves, churn_risks
from xlcfi import clock

BUYERS_A_RUN = 2_000

_DUE = """
SELECT user_id FROM user_profiles WHERE churn_updated_at IS NULL OR churn_updated_at < %s ORDER BY user_id LIMIT %s
"""
# The rows are the lock under which a profile is written, taken in one order by everybody.
_LOCK = "SELECT 1 FROM user_profiles WHERE user_id = ANY(%s) ORDER BY user_id FOR NO KEY UPDATE"
_WRITE = """
UPDATE user_profiles p SET churn_risk = t.risk, churn_updated_at = %s
FROM unnest(%s::bigint[], %s::float8[]) AS t(user_id, risk)
WHERE p.user_id = t.user_id
"""


def churn_refresh(*, user_ids: Sequence[int]) -> int:
    """Work out the risk of these users now; null for whoever has no paid order. Returns profiles written.

    Without a model nothing changes. Belongs into a transaction.
    """
    users = sorted(set(user_ids))
    if not users or not churn_model_serves():
        return 0
    risks = churn_risks(user_ids=users)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [users])
        cursor.execute(_WRITE, [clock.now(), users, [risks.get(user) for user in users]])
        return int(cursor.rowcount)


def churn_refresh_due() -> int:
    """The next BUYERS_A_RUN profiles whose risk is of an earlier day: risks grow while nothing happens."""
    if not churn_model_serves():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [clock.day_start(clock.today()), BUYERS_A_RUN])
        users = [row[0] for row in cursor.fetchall()]
    return churn_refresh(user_ids=users)
