"""One buyer's standing and months, as of the moment of asking: by indexes on the buyer, never late.

Kept rows are read where nothing of the buyer's waits, and made anew from the facts where something does.
"""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from analytics.selectors.people.statements import STANDING_VALUES, recomputed, statement_values
from analytics.selectors.people.waiting import CHANGES_MOST, WAITS
from xlcfi.cache.json_codec import json_decode

_NAMES = (*STANDING_VALUES, "months")
_COLUMNS = ", ".join(f"s.{name}" for name in STANDING_VALUES)
_MONTHS = """
SELECT jsonb_agg(to_jsonb(m) ORDER BY m.month DESC, m.currency) FROM (
    SELECT date_trunc('month', day::timestamp)::date AS month, currency, SUM(orders) AS orders, SUM(units) AS units,
           SUM(gross) AS gross, SUM(refunds) AS refunds
    FROM {days} GROUP BY 1, 2
) AS m
"""
# Who waits has no index of its own: where many wait, nobody's kept row is trusted.
_KEPT = f"""
SELECT waits, changed OR COALESCE(s.renew_on <= %(today)s, false), s.user_id, {_COLUMNS},
       ({_MONTHS.format(days="buyer_days WHERE user_id = %(user_id)s")})
FROM ({WAITS}) AS w,
     (SELECT COUNT(*) > %(changes)s OR COALESCE(bool_or(user_id = %(user_id)s), false) AS changed
      FROM (SELECT user_id FROM buyer_changes LIMIT %(changes)s + 1) AS c) AS theirs
LEFT JOIN buyer_standings s ON s.user_id = %(user_id)s
"""
_ANEW = f"""
WITH {recomputed(touched="SELECT %(user_id)s::bigint AS user_id")}
SELECT {_COLUMNS}, ({_MONTHS.format(days="new_days")}) FROM new_standings s
"""


class Standing(NamedTuple):
    """figures: the columns of BuyerStanding, and `months`: [{month, currency, orders, units, gross, refunds}], latest
    first; None for somebody who never paid. waits: whether any buyer's rows may be out of date.
    """

    figures: dict[str, Any] | None
    waits: bool


def buyer_standing(*, user_id: int, today: date) -> Standing:
    """Where a buyer stands. One statement, or two where something of theirs waits."""
    values = statement_values(today=today, user_id=user_id, changes=CHANGES_MOST)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, values)
        waits, anew, known, *row = cursor.fetchone()
        if anew:
            cursor.execute(_ANEW, values)
            found = cursor.fetchone()
            known, row = found, list(found or ())
    if known is None:
        return Standing(None, waits)
    figures = dict(zip(_NAMES, row, strict=True))
    figures["others"] = _parsed(figures["others"])
    figures["months"] = _parsed(figures["months"])
    return Standing(figures, waits)


def _parsed(text: Any) -> Any:
    """JSON with exact amounts: Django hands a jsonb column of a statement of one's own on as text."""
    return json_decode(text) if isinstance(text, str) else text
