"""Recording what other currencies are worth in won."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import connection, transaction

from xlcfi.copying import rows_copy

COLUMNS = ("currency", "day", "krw_per_unit", "source")
NEEDED = COLUMNS[:3]
LARGEST, FINEST = Decimal(10) ** 12, Decimal("0.00000001")
SHOWN_FAULTS = 10

_STAGE = """
CREATE TEMP TABLE IF NOT EXISTS told_rates (
    currency varchar(3), day date, krw_per_unit numeric(20,8), source varchar(120)
) ON COMMIT DELETE ROWS;
DELETE FROM told_rates;
"""
# In order of the key: two imports at once wait for each other, they do not block each other.
_PUT = """
INSERT INTO currency_rates AS t (currency, day, krw_per_unit, source)
SELECT currency, day, krw_per_unit, source FROM told_rates ORDER BY currency, day
ON CONFLICT (currency, day) DO UPDATE
SET krw_per_unit = excluded.krw_per_unit, source = excluded.source, recorded_at = now()
WHERE (t.krw_per_unit, t.source) IS DISTINCT FROM (excluded.krw_per_unit, excluded.source)
"""


class BadRates(ValueError):
    """Lines of a file that say no rate: `faults` tells them, by number."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class ToldRate:
    """One line: so many won for one unit of `currency` on `day`."""

    currency: str
    day: date
    krw_per_unit: Decimal
    source: str


def rates_parse(*, lines: Iterable[Mapping[str, str | None]], source: str) -> list[ToldRate]:
    """The rates that the lines of a CSV file tell; `source` where a line names none.

    Raises BadRates with the first faults: a missing column, no currency code, no day, no positive number, the same day
    of a currency twice.
    """
    found: dict[tuple[str, date], ToldRate] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        try:
            rate = _rate(line, source)
            if (rate.currency, rate.day) in found:
                raise ValueError(f"{rate.currency} {rate.day} is there twice")
            found[rate.currency, rate.day] = rate
        except (ValueError, InvalidOperation) as fault:
            faults.append(f"line {number}: {fault}")
            if len(faults) == SHOWN_FAULTS:
                break
    if faults:
        raise BadRates(faults)
    return list(found.values())


def rates_record(*, rates: Iterable[ToldRate], apply: bool) -> int:
    """Put `rates` in, over what was recorded for the same days. Returns how many are new or differ; if not `apply`,
    would be."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGE)
        rows_copy(cursor, table="told_rates", columns=COLUMNS, rows=_rows(rates))
        cursor.execute(_PUT)
        changed = int(cursor.rowcount)
        if not apply:
            transaction.set_rollback(True)
    return changed


def _rate(line: Mapping[str, str | None], source: str) -> ToldRate:
    values = {name: (line.get(name) or "").strip() for name in COLUMNS}
    missing = [name for name in NEEDED if not values[name]]
    if missing:
        raise ValueError(f"no {', '.join(missing)}")
    currency = values["currency"]
    if len(currency) != 3 or not currency.isascii() or not currency.isupper() or not currency.isalpha():
        raise ValueError(f"{currency!r} is no currency: three capital letters")
    if currency == "KRW":
        raise ValueError("won needs no rate")
    try:
        rate = Decimal(values["krw_per_unit"])
    except InvalidOperation:
        raise ValueError(f"{values['krw_per_unit']!r} is no number") from None
    if not rate.is_finite() or not FINEST <= rate < LARGEST:
        raise ValueError(f"{values['krw_per_unit']} is no rate: at least {FINEST}, below {LARGEST}")
    return ToldRate(currency, date.fromisoformat(values["day"]), rate, (values["source"] or source)[:120])


def _rows(rates: Iterable[ToldRate]) -> Iterator[tuple[str, date, Decimal, str]]:
    return ((rate.currency, rate.day, rate.krw_per_unit, rate.source) for rate in rates)
