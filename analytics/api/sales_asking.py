"""What sales are asked for: which ones a caller may see, which place a page goes on after."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from analytics.api.asking import Id
from analytics.api.paging import Key, cursor_read
from analytics.selectors.sales.sources import NotKept, SalesFilter
from xlcfi.api.caller import Caller
from xlcfi.errors import Forbidden, InvalidInput

LEVELS = ["leaf", "top"]


class AskWhich(serializers.Serializer[None]):
    """Which sales: of a category and those below it, of a seller, a product, buyers in a country."""

    category = Id(required=False)
    seller = Id(required=False)
    product = Id(required=False)
    country = serializers.RegexField(r"\A[A-Z]{2}\Z", required=False, help_text="where the buyer is")


def filter_allowed(caller: Caller, query: Mapping[str, Any]) -> SalesFilter:
    """What `query` filters by; for a seller always their own sales. Raises Forbidden where it asks for another's."""
    seller = query.get("seller")
    if caller.seller_id is not None:
        if seller not in (None, caller.seller_id):
            raise Forbidden("A seller sees their own sales only.")
        seller = caller.seller_id
    return SalesFilter(
        category=query.get("category"), seller=seller, product=query.get("product"), country=query.get("country")
    )


@contextmanager
def not_kept_told() -> Iterator[None]:
    """Turn NotKept into the 400 that names the field."""
    try:
        yield
    except NotKept as wrong:
        raise InvalidInput(f"Not valid: {wrong.field}.", details={"fields": {wrong.field: [str(wrong)]}}) from wrong


def place_after(cursor: str | None, *, by: str, scope: str) -> tuple[Decimal, int | str] | None:
    """The place that a page of members goes on after: a sum and an id. Raises InvalidInput for a bad cursor."""
    kinds = (Decimal, str if by == "country" else int)
    found: Key | None = cursor_read(cursor, scope=scope, kinds=kinds)
    return None if found is None else (found[0], found[1])
