"""What a training reads of our tables: who bought what when, and what the products are. Set-based, as plain arrays."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from django.db import connection

from recommendations.ranking.interactions import Events, Floats, Ints
from recommendations.ranking.items import BANDS, ItemColumns

PURCHASES_MOST: Final = 3_000_000
"""The latest so many purchases of products are read: what a training needs is bounded by it (some 38 bytes each)."""
ITEMS_MOST: Final = 8_000
"""So many products are known to a model, those bought by most. Others come into lists as new products do."""
PURCHASE_WEIGHT: Final = 5.0

# Binary: 38 bytes for each row, read as they are, without an object for any of them.
_PURCHASES = """
COPY (
    SELECT b.user_id, p.id, extract(epoch FROM b.ordered_at)::float8 / 86400
    FROM baskets b CROSS JOIN LATERAL unnest(b.product_ids) AS p(id)
    WHERE b.user_id > 0 AND b.user_id <> ALL(%(without)s) AND b.ordered_at >= %(since)s AND b.ordered_at <= %(until)s
    ORDER BY b.ordered_at DESC LIMIT %(most)s
) TO STDOUT (FORMAT binary)
"""
_ROW: Final = np.dtype(
    [("fields", ">i2"), ("l1", ">i4"), ("user", ">i8"), ("l2", ">i4"), ("item", ">i8"), ("l3", ">i4"), ("day", ">f8")]
)
_HEADER: Final = 19
_PRODUCTS = """
SELECT product_id, category_id, seller_id, price::float8, currency FROM product_features WHERE product_id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class TrainingData:
    """events: rows are people, numbered without saying who. items: the product of each item number, ascending.

    first, last: when the first and the last of them was bought. left_out: purchases of products that are not known to
    the model, because too few people bought them.
    """

    events: Events
    items: Ints
    columns: ItemColumns
    first: datetime
    last: datetime
    left_out: int

    @property
    def people(self) -> int:
        """How many."""
        return self.events.rows


def training_data(
    *,
    since: datetime,
    until: datetime,
    without: Collection[int],
    most: int = PURCHASES_MOST,
    items_most: int = ITEMS_MOST,
) -> TrainingData | None:
    """Paid orders from `since` to `until`, but for those of the users `without`; None where there are none.

    Two statements. Purchases alone: what people look at is kept too short a time, and by too few, to be told from
    what they buy; it counts when a list is made.
    """
    told = _purchases(since=since, until=until, without=without, most=most)
    if not len(told):
        return None
    product, counts = np.unique(told["item"], return_counts=True)
    left_out = 0
    if len(product) > items_most:
        kept = np.sort(np.argsort(-counts, kind="stable")[:items_most])
        left_out = int(counts.sum() - counts[kept].sum())
        product = product[kept]
        told = told[np.isin(told["item"], product)]
    people, row = np.unique(told["user"], return_inverse=True)
    events = Events.sorted(
        row=row.astype(np.int64),
        item=np.searchsorted(product, told["item"]).astype(np.int64),
        day=told["day"].astype(np.float64),
        weight=np.full(len(told), PURCHASE_WEIGHT),
        rows=len(people),
        items=len(product),
    )
    items = product.astype(np.int64)
    first, last = (datetime.fromtimestamp(float(day) * 86_400, UTC) for day in (events.day.min(), events.day.max()))
    return TrainingData(events, items, _columns(items), first, last, left_out)


def _purchases(*, since: datetime, until: datetime, without: Collection[int], most: int) -> Any:
    into = io.BytesIO()
    with connection.cursor() as cursor:
        asked = {"since": since, "until": until, "without": sorted(without), "most": most}
        statement = cursor.mogrify(_PURCHASES, asked).decode()
        cursor.copy_expert(statement, into)
    # The last two bytes say that it ends.
    return np.frombuffer(into.getbuffer()[_HEADER:-2], dtype=_ROW)


def _columns(items: Ints) -> ItemColumns:
    """Category, seller and band of price; prices as parts of the median of their currency."""
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, {"ids": items.tolist()})
        rows = cursor.fetchall()
    category, seller = np.full(len(items), -1, dtype=np.int64), np.full(len(items), -1, dtype=np.int64)
    price, currency = np.full(len(items), np.nan), np.full(len(items), "", dtype="<U8")
    if rows:
        at = np.searchsorted(items, np.array([row[0] for row in rows]))
        category[at] = [-1 if row[1] is None else row[1] for row in rows]
        seller[at] = [-1 if row[2] is None else row[2] for row in rows]
        price[at] = [np.nan if not row[3] or row[3] <= 0 else row[3] for row in rows]
        currency[at] = [row[4][:8] for row in rows]
    for each in np.unique(currency):
        of = (currency == each) & np.isfinite(price)
        if of.any():
            price[of] /= np.median(price[of])
    groups = {"category": _numbered(category), "seller": _numbered(seller), "price": _banded(price)}
    return ItemColumns({name: group for name, group in groups.items() if len(np.unique(group)) > 1}, {"price": price})


def _numbered(ids: Ints) -> Ints:
    """0, 1, … for each of the ids; -1 stays."""
    known, number = np.unique(ids, return_inverse=True)
    found: Ints = number.astype(np.int64)
    return found - int(known[0] == -1)


def _banded(amount: Any) -> Ints:
    """Bands of equal numbers of items, -1: unknown."""
    known = np.isfinite(amount)
    if not known.any():
        return np.full(len(amount), -1, dtype=np.int64)
    edges: Floats = np.unique(np.quantile(amount[known], np.linspace(0, 1, BANDS + 1)[1:-1]))
    found = np.full(len(amount), -1, dtype=np.int64)
    found[known] = np.searchsorted(edges, amount[known], side="right")
    return found
