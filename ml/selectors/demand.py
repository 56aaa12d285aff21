"""What the demand model reads of the platform, and what was forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max

from ml.models import DemandForecast, DemandOverride

if TYPE_CHECKING:
    import numpy as np

    from ml.demand.series import Series

DAYS = 1_095

# A payment that was made and given back later was made. Created_at has no zone: it is Seoul's wall time.
_SALES = """
SELECT i.product_id, o.created_at::date - %(first)s::date, SUM(i.quantity)::float8
FROM orders o JOIN order_items i ON i.order_id = o.id
WHERE o.created_at >= %(first)s AND o.created_at < %(until)s
  AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id
              AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))
GROUP BY 1, 2
"""
_PRODUCTS = """
SELECT id, COALESCE(category_id, 0), COALESCE(seller_id, 0), price::float8, currency,
       created_at::date - %s::date, stock, status
FROM products ORDER BY id
"""
_SNAPSHOTS = """
SELECT product_id, day - %(first)s::date, price::float8, LEAST(stock, lowest_stock), stock, status FROM
product_snapshots WHERE day < %(until)s ORDER BY product_id, day
"""
_UNIT_PRICES = """
SELECT u.product_id, u.day - %(first)s::date, u.price::float8
FROM product_unit_prices u JOIN products p ON p.id = u.product_id AND p.currency = u.currency
WHERE u.day < %(until)s ORDER BY u.product_id, u.day
"""


@dataclass(frozen=True)
class Shelf:
    """All products of the platform, by number; arrays of shape (products,) in the order of `series.items`.

    category, seller: 0 where unknown. price: today's, in `currency`. stock: today's.
    """

    series: "Series"
    product: "np.ndarray[Any, np.dtype[np.int64]]"
    category: "np.ndarray[Any, np.dtype[np.int64]]"
    seller: "np.ndarray[Any, np.dtype[np.int64]]"
    price: "np.ndarray[Any, np.dtype[np.float64]]"
    currency: list[str]
    stock: "np.ndarray[Any, np.dtype[np.int64]]"


def shelf_until(*, until: date, days: int = DAYS) -> Shelf | None:
    """Sales of all products on the `days` days before `until`, paid orders only; None where nothing was sold.

    Days on which stock was seen at nothing are hidden; before the snapshots of a product began nobody knows.
    """
    import numpy as np

    from ml.demand.series import Series

    first = until - timedelta(days=days)
    bounds = {"first": first, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_SALES, bounds)
        sales = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 3)
        if not len(sales):
            return None
        cursor.execute(_PRODUCTS, [first])
        products = cursor.fetchall()
        cursor.execute(_SNAPSHOTS, bounds)
        snapshots = cursor.fetchall()
        cursor.execute(_UNIT_PRICES, bounds)
        unit_prices = cursor.fetchall()
    # A market younger than the days that are read begins with its first sale.
    skipped = int(sales[:, 1].min())
    first, days = first + timedelta(days=skipped), days - skipped
    number = np.array([row[0] for row in products], dtype=np.int64)
    sales = sales[np.isin(sales[:, 0].astype(np.int64), number)]
    row = np.searchsorted(number, sales[:, 0].astype(np.int64))
    units = np.zeros((len(number), days), dtype=np.float32)
    units[row, sales[:, 1].astype(np.int64) - skipped] = np.maximum(sales[:, 2], 0)
    category = np.array([row[1] for row in products], dtype=np.int64)
    listed = np.clip([row[5] - skipped for row in products], 0, days)
    sold = units > 0
    # Sold before it was listed: the platform's date is that of a later change.
    start = np.where(sold.any(axis=1), np.minimum(sold.argmax(axis=1), listed), listed)
    place = {int(product): index for index, product in enumerate(number)}
    series = Series(
        [str(product) for product in number], first, units, start,
        np.unique(category, return_inverse=True)[1], _hidden(snapshots, place, units.shape, skipped),
        _prices(products, unit_prices, snapshots, place, units.shape, skipped),
    )  # fmt: skip
    return Shelf(
        series, number, category, np.array([row[2] for row in products], dtype=np.int64),
        np.array([row[3] for row in products], dtype=np.float64), [row[4] for row in products],
        np.array([row[6] for row in products], dtype=np.int64),
    )  # fmt: skip


def _hidden(
    snapshots: Sequence[Any], place: dict[int, int], shape: tuple[int, int], skipped: int
) -> "np.ndarray[Any, np.dtype[np.bool_]] | None":
    """Days at whose end, or during which, nothing was left; None before any snapshot."""
    import numpy as np

    if not snapshots:
        return None
    found = np.zeros(shape, dtype=bool)
    for product, day, _price, lowest, stock, status in snapshots:
        if product not in place:
            continue
        at = max(day - skipped, 0)
        # What held at the end of a day holds until the next row.
        found[place[product], at:] = stock <= 0 or status == "SOLD_OUT"
        if at < shape[1] and day >= skipped:
            found[place[product], at] |= lowest <= 0
    return found


def _prices(
    products: Sequence[Any], unit_prices: Sequence[Any], snapshots: Sequence[Any], place: dict[int, int],
    shape: tuple[int, int], skipped: int,
) -> "np.ndarray[Any, np.dtype[np.float32]]":  # fmt: skip
    """The price of each day; before the first that is known that one, without any today's."""
    import numpy as np

    found = np.full(shape, np.nan, dtype=np.float32)
    for product, day, price in unit_prices:
        if product in place:
            found[place[product], max(day - skipped, 0) :] = price
    for product, day, price, *_ in snapshots:
        if product in place:
            found[place[product], max(day - skipped, 0) :] = price
    known = ~np.isnan(found)
    first = found[np.arange(len(found)), known.argmax(axis=1)]
    today = np.array([row[3] for row in products], dtype=np.float32)
    return np.where(known, found, np.where(known.any(axis=1), first, today)[:, None])


def last_sale_day() -> date | None:
    """The Seoul day of the latest order; None before any. By the key: later orders have higher numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MAX(created_at)::date FROM (SELECT created_at FROM orders ORDER BY id DESC LIMIT 1000) o"
        )
        found: date | None = cursor.fetchone()[0]
        return found


def forecast_of(*, product_id: int) -> DemandForecast | None:
    """The forecast of a product as it was last made."""
    return DemandForecast.objects.filter(pk=product_id).first()


def overrides_of(*, product_id: int, first: date, last: date) -> list[DemandOverride]:
    """What planners say of days from `first` to `last`, the oldest word first."""
    return list(
        DemandOverride.objects.filter(product_id=product_id, first_day__lte=last, last_day__gte=first).order_by("pk")
    )


def forecasts_state() -> tuple[date | None, int | None]:
    """(first day, version) of the forecasts as they were last made; None where there are none."""
    found = DemandForecast.objects.aggregate(day=Max("first_day"), version=Max("version"))
    return found["day"], found["version"]


def units_sold(*, product_id: int, first: date, last: date) -> float:
    """Units of paid orders of a product from `first` to `last`. By the platform's index of products."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(i.quantity), 0)::float8 FROM order_items i JOIN orders o ON o.id = i.order_id "
            "WHERE i.product_id = %s AND o.created_at >= %s AND o.created_at < %s AND EXISTS (SELECT 1 FROM payments p "
            "WHERE p.order_id = o.id AND (p.status = 'COMPLETED' "
            "OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL)))",
            [product_id, first, last + timedelta(days=1)],
        )
        return float(cursor.fetchone()[0])
