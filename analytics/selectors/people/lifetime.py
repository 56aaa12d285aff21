"""What buyers of an age bring in on average: no model of the person, no extrapolation."""

from datetime import date
from decimal import Decimal
from typing import Any

from analytics.selectors.people.cohorts import Cohort, cohorts_read, net_curve
from analytics.selectors.people.months import month_at, month_index, months_between
from analytics.selectors.people.segments import average
from analytics.selectors.people.statements import HOME_CURRENCY

MODEL = "cohort_average"
HORIZON_MONTHS = 12
_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 1)


def expected_value(*, first_day: date, today: date) -> dict[str, Any]:
    """What the next HORIZON_MONTHS calendar months bring, as they brought it with buyers who are that old already.

    The sum of the average net revenue per buyer (KRW) at each of the ages to come, over all cohorts for whom that month
    is over. Ages that no cohort has reached add nothing: `months_covered` says how many were known, and the sum is null
    where none was. The person's own purchases don't enter: that is churn's and ml's. `cohort_net_per_buyer`: to date,
    for comparison with the person's own net.
    """
    read = cohorts_read(first=_FIRST, last=_LAST, currency=HOME_CURRENCY, today=today)
    curve = [net / buyers for net, buyers, _ in net_curve(read, today=today)]
    age = months_between(first_day, today)
    known = curve[age + 1 : age + 1 + HORIZON_MONTHS]
    own = _cohort_of(read, first_day)
    return {
        "model": MODEL,
        "horizon_months": HORIZON_MONTHS,
        "months_covered": len(known),
        "net_revenue": sum(known, Decimal(0)).quantize(Decimal("0.01")) if known else None,
        "cohort_net_per_buyer": average(own.cumulative_net(age=age), own.buyers) if own else None,
    }


def _cohort_of(read: list[Cohort], day: date) -> Cohort | None:
    month = month_at(month_index(day))
    return next((one for one in read if one.month == month), None)
