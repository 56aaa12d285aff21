"""A figure's endpoint, and the SQL that reads the rows it is made of."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.selectors.sales.cover import cover

WAITING = "SELECT * FROM rollup_deltas WHERE day BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True)
class Figure:
    """An endpoint and the SQL that reads its rows. days: of the period that ends on the market's last day.

    The rows are all rolled-up ones that the answer is made of: both compared periods, every currency that it holds, and
    the changes that wait to be folded in. Statements may use %(first)s, %(last)s, %(product)s and %(user)s.
    products: the lengths of the periods whose rows by product are read too, in `currency`.
    """

    path: str
    days: int
    rows: tuple[str, ...]
    products: tuple[int, ...] = ()
    currency: str = "KRW"

    def statements(self, last: date) -> tuple[str, ...]:
        """All statements, for periods that end on `last`."""
        return (*self.rows, *_products_of(last, self.products, self.currency))


def days_of(table: str, *, currency: bool = False) -> str:
    """The rows of `table` of those days; currency: in won only."""
    mine = "currency = 'KRW' AND " if currency else ""
    return f"SELECT * FROM {table} WHERE {mine}day BETWEEN %(first)s AND %(last)s"


def _products_of(last: date, periods: tuple[int, ...], currency: str) -> tuple[str, ...]:
    """The rows by product of periods of so many days, the first of which ends on `last`, each before the one before it.

    Whole months, and days at their edges, as the answers read them; what two periods share is read once.
    """
    runs = set()
    for days in periods:
        first = last - timedelta(days=days - 1)
        covered = cover(first=first, last=last)
        if covered.months:
            runs.add(("product_sales_months", "month", *covered.months))
        runs.update(("product_sales_days", "day", *run) for run in (*covered.added, *covered.removed))
        last = first - timedelta(days=1)
    return tuple(
        f"SELECT * FROM {table} WHERE currency = '{currency}' AND {day} BETWEEN '{begin}' AND '{end}'"
        for table, day, begin, end in sorted(runs)
    )
