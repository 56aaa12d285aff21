"""What others read of the platform's tables without knowing them."""

import time
from collections.abc import Sequence
from decimal import Decimal
from threading import Lock
from typing import Final, TypedDict

from django.db import connection

from xlcfi.errors import SourceNotDeployed
from xlcfi.platform.schema import PLATFORM_TABLES

BIGINT_MAX: Final = 2**63 - 1
SOURCE_SECONDS: Final = 30.0
"""For how long this process believes what it last saw about a table being there."""


class ProductCard(TypedDict):
    """A product as the API shows it. `price` is in `currency`; None where unknown."""

    id: int
    name: str
    price: Decimal
    currency: str
    category_id: int | None
    category_name: str | None
    seller_id: int | None
    stock: int
    status: str
    image_url: str | None


# Each lateral read is an index access by key; the categories and pictures of products that were not asked for are
# never touched.
_PRODUCT_CARDS_SQL: Final = """
select p.id, p.name, p.price, p.currency, p.category_id, c.name, p.seller_id, p.stock, p.status, i.url
from products p
left join categories c on c.id = p.category_id
left join lateral (
    select url from product_images where product_id = p.id order by sort_order, id limit 1
) i on true
where p.id = any(%s)
"""


def product_cards(ids: Sequence[int]) -> dict[int, ProductCard]:
    """The products with these ids, by id, in the order of `ids`; unknown ids are left out. One query, by key.

    The picture is the one with the lowest `sort_order`, then the lowest id. Products of any status are given, hidden
    ones too: whether to show them is the caller's business.
    """
    wanted = list(dict.fromkeys(product_id for product_id in ids if 0 < product_id <= BIGINT_MAX))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCT_CARDS_SQL, [wanted])
        found = {
            row[0]: ProductCard(
                id=row[0],
                name=row[1],
                price=row[2],
                currency=row[3],
                category_id=row[4],
                category_name=row[5],
                seller_id=row[6],
                stock=row[7],
                status=row[8],
                image_url=row[9],
            )
            for row in cursor.fetchall()
        }
    return {product_id: found[product_id] for product_id in wanted if product_id in found}


_sources_lock = Lock()
_sources_seen: tuple[float, str, frozenset[str]] | None = None


def sources_deployed() -> frozenset[str]:
    """The Java-owned tables that this platform has, as of at most SOURCE_SECONDS ago. At worst one query."""
    global _sources_seen
    database = str(connection.settings_dict["NAME"])
    seen = _sources_seen
    if seen is not None and seen[1] == database and time.monotonic() < seen[0] + SOURCE_SECONDS:
        return seen[2]
    with connection.cursor() as cursor:
        cursor.execute("select t from unnest(%s) t where to_regclass(t) is not null", [list(PLATFORM_TABLES)])
        tables = frozenset(str(row[0]) for row in cursor.fetchall())
    with _sources_lock:
        _sources_seen = (time.monotonic(), database, tables)
    return tables


def source_deployed(table: str) -> bool:
    """Whether the platform has this Java-owned table. ValueError for a table that no Java service owns."""
    if table not in PLATFORM_TABLES:
        raise ValueError(f"{table!r} is no Java-owned table: they are {', '.join(PLATFORM_TABLES)}")
    return table in sources_deployed()


def require_source(table: str) -> None:
    """Raise SourceNotDeployed (404 SOURCE_NOT_DEPLOYED) where the platform has no such table."""
    if not source_deployed(table):
        raise SourceNotDeployed(details={"source": table})


def sources_forget() -> None:
    """Look again at the next question, whatever was seen."""
    global _sources_seen
    _sources_seen = None
