"""What buyers of an age bring in on average: no model of the person, no extrapolation."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.selectors.people.months import month_at, month_index, months_between
from analytics.selectors.people.segments import average
from analytics.selectors.people.statements import COHORT_MONTHS, HOME_CURRENCY, statement_values
from analytics.selectors.people.waiting import CHANGES_MOST, DUE_MOST, with_waiting

MODEL = "cohort_average"
HORIZON_MONTHS = 12

# A cohort's months that are over, at the ages asked for; and how many buyers the cohorts have that are so old. The
# person's own cohort, up to its running month, comes as age -1.
_AGE = "(extract(year FROM age({0}, cohort)) * 12 + extract(month FROM age({0}, cohort)))::int"
_CURVE = f"""
sizes AS (
    SELECT cohort, buyers, {_AGE.format("%(running)s::date")} AS oldest FROM {{rows}} AS r
    WHERE currency = '' AND month = cohort AND buyers > 0
)
SELECT age, (SELECT SUM(buyers) FROM sizes WHERE oldest > age), COALESCE(SUM(net), 0)
FROM generate_series(%(first)s, LEAST(%(last)s, (SELECT MAX(oldest) - 1 FROM sizes))) AS age
LEFT JOIN (
    SELECT {_AGE.format("r.month")} AS at, gross - refunds AS net FROM {{rows}} AS r JOIN sizes USING (cohort)
    WHERE currency = %(currency)s AND month >= cohort + make_interval(months => %(first)s)
      AND month <= cohort + make_interval(months => %(last)s) AND month < %(running)s
) AS months ON at = age
GROUP BY age
UNION ALL
SELECT -1, buyers, (SELECT COALESCE(SUM(gross - refunds), 0) FROM {{rows}} AS r
                    WHERE cohort = %(own)s AND currency = %(currency)s AND month <= %(running)s)
FROM sizes WHERE cohort = %(own)s
ORDER BY 1
"""


def expected_value(*, first_day: date, today: date, waits: bool) -> dict[str, Any]:
    """What the next HORIZON_MONTHS calendar months bring, as they brought it with buyers who are that old already.

    The sum of the average net revenue per buyer (KRW) at each of the ages to come, over all cohorts for whom that month
    is over. Ages that no cohort has reached add nothing: `months_covered` says how many were known, and the sum is null
    where none was. The person's own purchases don't enter: that is churn's and ml's. `cohort_net_per_buyer`: to date,
    for comparison with the person's own net. waits: whether some buyer's rows may be out of date. One statement.
    """
    age = months_between(first_day, today)
    common = f"{with_waiting(COHORT_MONTHS, where='TRUE')}," if waits else "WITH"
    values = {
        "first": max(age + 1, 0),
        "last": age + HORIZON_MONTHS,
        "running": month_at(month_index(today)),
        "own": month_at(month_index(first_day)),
        "currency": HOME_CURRENCY,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            common + _CURVE.format(rows="sums" if waits else COHORT_MONTHS.table),
            statement_values(today=today, changes=CHANGES_MOST, due=DUE_MOST, **values),
        )
        rows = cursor.fetchall()
    known = [net / Decimal(buyers) for at, buyers, net in rows if at >= 0]
    own = next(((buyers, net) for at, buyers, net in rows if at < 0), None)
    return {
        "model": MODEL,
        "horizon_months": HORIZON_MONTHS,
        "months_covered": len(known),
        "net_revenue": sum(known, Decimal(0)).quantize(Decimal("0.01")) if known else None,
        "cohort_net_per_buyer": average(own[1], own[0]) if own else None,
    }
