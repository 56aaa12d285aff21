"""One buyer's standing and months, made from the facts at the moment of asking: by indexes on the buyer, never late."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.people.statements import STANDING_VALUES, recomputed, statement_values

_ONE = f"""
WITH {recomputed(touched="SELECT %(user_id)s::bigint AS user_id")},
months AS (
    SELECT date_trunc('month', day::timestamp)::date AS month, currency, SUM(orders) AS orders, SUM(units) AS units,
           SUM(gross) AS gross, SUM(refunds) AS refunds
    FROM new_days GROUP BY 1, 2
)
SELECT {", ".join(f"s.{name}" for name in STANDING_VALUES)},
       (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.month DESC, m.currency) FROM months m) AS months
FROM new_standings s
"""


def buyer_standing(*, user_id: int, today: date) -> dict[str, Any] | None:
    """The columns of BuyerStanding, and `months`: [{month, currency, orders, units, gross, refunds}], latest first.

    None for somebody who never paid.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE, statement_values(today=today, user_id=user_id))
        row = cursor.fetchone()
        if row is None:
            return None
        found = dict(zip([column[0] for column in cursor.description], row, strict=True))
    found["others"] = _parsed(found["others"])
    found["months"] = _parsed(found["months"])
    return found


def _parsed(text: Any) -> Any:
    """JSON with exact amounts: Django hands a jsonb column of a statement of one's own on as text."""
    return json.loads(text, parse_float=Decimal) if isinstance(text, str) else text
