"""Which rollup answers which question, and the rows to read of it: what is folded and what waits to be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from analytics.selectors.sales.cover import cover
from analytics.selectors.sales.sums import COLUMNS
from xlcfi.clock import Period


class NotKept(ValueError):
    """No rollup holds these figures together: `field` is what to ask for without the other."""

    def __init__(self, field_: str, message: str) -> None:
        self.field = field_
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class SalesFilter:
    """What to look at. None: everything. A category means those below it, too; 0 or "" what is not known."""

    category: int | None = None
    seller: int | None = None
    product: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A rollup by day (and its twin by month), and which of the waiting changes belong to it."""

    table: str
    waiting: str
    months: str | None = None
    hourly: bool = False


# What a statement that reads several currencies begins with, behind WITH RECURSIVE. It goes from one currency to the
# next by the index: DISTINCT would read every day that there ever was.
KNOWN_CURRENCIES = """known(currency) AS MATERIALIZED (
    (SELECT currency FROM sales_days ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT s.currency FROM sales_days s WHERE s.currency > k.currency ORDER BY s.currency LIMIT 1)
    FROM known k WHERE k.currency IS NOT NULL
)"""
_WHOLE_ORDERS = "product_id IS NULL AND status IS NULL"
DAYS = Source("sales_days", _WHOLE_ORDERS)
HOURS = Source("sales_hours", _WHOLE_ORDERS, hourly=True)
SELLERS = Source("seller_sales_days", _WHOLE_ORDERS)
COUNTRIES = Source("country_sales_days", _WHOLE_ORDERS)
PRODUCTS = Source("product_sales_days", "product_id IS NOT NULL", months="product_sales_months")


def source_of(where: SalesFilter, *, group_by: str = "none", hourly: bool = False) -> Source:
    """The rollup that holds what is asked for. Raises NotKept where none does.

    Countries and hours are kept for the whole platform only: one by seller or product would be a row per order.
    """
    by_product = where.category is not None or where.product is not None or group_by in ("category", "product")
    by_seller = where.seller is not None or group_by == "seller"
    by_country = where.country is not None or group_by == "country"
    if by_country and (by_product or by_seller):
        name = "country" if where.country is not None else "group_by"
        raise NotKept(name, "Countries are kept for all sellers and products together only.")
    if hourly and (by_product or by_seller or by_country):
        raise NotKept("granularity", "Hours are kept for the whole platform together only.")
    if by_product:
        return PRODUCTS
    if by_seller:
        return SELLERS
    if by_country:
        return COUNTRIES
    return HOURS if hourly else DAYS


@dataclass(slots=True)
class Reading:
    """The text of a statement as it grows, and the values of its parameters, each under a name of its own."""

    values: dict[str, Any] = field(default_factory=dict)

    def put(self, value: Any) -> str:
        """A parameter's place in the text."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def rows(
        self,
        source: Source,
        where: SalesFilter,
        spans: list[Period],
        *,
        currency: str | None,
        select: str,
        monthly: bool,
    ) -> str:
        """SELECTs, joined by UNION ALL, of `source`: span's number, day, hour, then `select`, then the COLUMNS.

        currency None: all of them; the statement begins with KNOWN_CURRENCIES. monthly: whole months may be read as one
        row, whose day is the first of the month.
        """
        conditions = "".join(f" AND {condition}" for condition in self._conditions(where))
        parts = []
        for number, span in enumerate(spans):
            for table, day, run, sign in _runs(source, span, monthly=monthly and where.product is None):
                waiting = table == "rollup_deltas"
                money = self._currency(currency, waiting=waiting)
                sums = ", ".join(f"{sign}{column}" for column in COLUMNS)
                hour = "hour" if source.hourly else "0"
                parts.append(
                    f"SELECT {number} AS span, {day} AS day, {hour} AS hour, {select}, {sums} FROM {table}"
                    f" WHERE {money}{day} BETWEEN {self.put(run[0])} AND {self.put(run[1])}"
                    f"{f' AND {source.waiting}' if waiting else ''}{conditions}"
                )
        return " UNION ALL ".join(parts)

    def _currency(self, currency: str | None, *, waiting: bool) -> str:
        # Every rollup's key begins with the currency; naming all there are keeps a run of days a run in the index.
        if currency is not None:
            return f"currency = {self.put(currency)} AND "
        return "" if waiting else "currency = ANY (ARRAY(SELECT currency FROM known)) AND "

    def _conditions(self, where: SalesFilter) -> Iterator[str]:
        for column, value in (
            ("seller_id", where.seller),
            ("product_id", where.product),
            ("country", where.country),
        ):
            if value is not None:
                yield f"{column} = {self.put(value)}"
        if where.category is not None:
            yield f"product_id IN ({category_products(self.put(where.category))})"


def category_products(category: str) -> str:
    """SELECT of the products that are now in `category` (a place in the text) or below it. 0: in none that is known."""
    return f"""SELECT product_id FROM product_categories WHERE category_id IN (
        WITH RECURSIVE below(id) AS (
            SELECT {category}::bigint UNION SELECT c.id FROM categories c JOIN below b ON c.parent_id = b.id
        ) SELECT id FROM below)"""


def _runs(source: Source, span: Period, *, monthly: bool) -> Iterator[tuple[str, str, tuple[date, date], str]]:
    """(table, its day column, first and last day, sign) of what to read for `span`."""
    yield "rollup_deltas", "day", (span.first, span.last), ""
    if not monthly or source.months is None:
        yield source.table, "day", (span.first, span.last), ""
        return
    covered = cover(first=span.first, last=span.last)
    if covered.months:
        yield source.months, "month", covered.months, ""
    for run in covered.added:
        yield source.table, "day", run, ""
    for run in covered.removed:
        yield source.table, "day", run, "-"
