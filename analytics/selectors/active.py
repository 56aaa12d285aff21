"""How many buyers were active or new in a period."""

from django.db import connection

from xlcfi.clock import Period

# Each buyer active in the period has exactly one day there after which the next one lies beyond it. Days that wait
# to be chained in count where their buyer has no other day in the period.
_ACTIVE = """
SELECT (
    SELECT COUNT(*) FROM active_days WHERE day BETWEEN %(first)s AND %(last)s AND next_day IS NULL
) + (
    SELECT COUNT(*) FROM active_days WHERE day BETWEEN %(first)s AND %(last)s AND next_day > %(last)s
) + (
    SELECT COUNT(DISTINCT d.user_id) FROM active_deltas d
    WHERE d.day BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (SELECT 1 FROM active_days a
                      WHERE a.user_id = d.user_id AND a.day BETWEEN %(first)s AND %(last)s)
)
"""


def active_users(*, period: Period) -> int:
    """Buyers with a paid order or any behaviour on a Seoul day of `period`."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, {"first": period.first, "last": period.last})
        return int(cursor.fetchone()[0])


def new_buyers(*, period: Period) -> int:
    """BUYER accounts created in `period`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM buyers WHERE joined_day BETWEEN %s AND %s", [period.first, period.last])
        return int(cursor.fetchone()[0])
