"""Money of several currencies as one sum, labelled as converted: beside the other figures, never among them."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db import connection

from analytics.selectors.sales.sums import CENT

WON = "KRW"

_LATEST = """
SELECT c.currency, r.day, r.krw_per_unit, r.source
FROM unnest(%s::text[]) AS c(currency)
CROSS JOIN LATERAL (
    SELECT day, krw_per_unit, source FROM currency_rates
    WHERE currency = c.currency AND day <= %s ORDER BY day DESC LIMIT 1
) AS r
"""


class Rate(NamedTuple):
    """The won that one unit was worth on `day`, and who says so."""

    day: date
    krw_per_unit: Decimal
    source: str


def rates_on(*, currencies: list[str], day: date) -> dict[str, Rate]:
    """The latest rate of each of `currencies` that was recorded for `day` or a day before it; some may have none."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [currencies, day])
        return {currency: Rate(at, rate, source) for currency, at, rate, source in cursor.fetchall()}


def converted(*, amounts: Mapping[str, Decimal], day: date) -> dict[str, Any]:
    """Net revenue in every currency as one sum in won, at the latest rates that are known for `day`.

    Each amount is rounded to two decimals by itself, halves up. A currency without a rate is left out of the total and
    named in `incomplete`; won needs none.
    """
    foreign = sorted(currency for currency, amount in amounts.items() if currency != WON and amount)
    known = rates_on(currencies=foreign, day=day) if foreign else {}
    total = amounts.get(WON, Decimal(0))
    rates = []
    for currency in foreign:
        if currency not in known:
            continue
        rate = known[currency]
        won = (amounts[currency] * rate.krw_per_unit).quantize(CENT, ROUND_HALF_UP)
        total += won
        rates.append(
            {
                "currency": currency,
                "day": rate.day.isoformat(),
                "rate": rate.krw_per_unit,
                "source": rate.source,
                "amount": amounts[currency],
                "converted": won,
            }
        )
    return {
        "currency": WON,
        "total": total,
        "rates": rates,
        "incomplete": [currency for currency in foreign if currency not in known],
    }
