"""The answer of the bought-together endpoint: what the counts say, with what each product is."""

import msgspec

from recommendations.selectors.related import Related, co_purchase_changes, related_products
from xlcfi.api.rendering import json_bytes
from xlcfi.cache.watched import WatchedCache
from xlcfi.upstream.products import product_details_encoded

# The same for every caller. A purchase is seen at the next look, well within the contract's two seconds; so there is
# no need to ask again what has not changed. What a product costs and whether it is in stock is asked for apart.
_related: WatchedCache[list[Related]] = WatchedCache(
    look=co_purchase_changes, look_every=0.5, seconds=600.0, at_most=20_000
)


def related_answer(*, product_id: int, limit: int) -> msgspec.Raw:
    """The contract's answer as JSON.

    `product_source` says where the details came from. A product that nobody bought has an empty list.
    """
    related = _related.get_or_make(product_id, limit, lambda: related_products(product_id=product_id, limit=limit))
    details, source = product_details_encoded([each.product_id for each in related])
    return msgspec.Raw(
        json_bytes(
            {
                "product_id": product_id,
                "related_products": [
                    {
                        "product_id": each.product_id,
                        "score": round(each.score, 2),
                        "product": details[each.product_id],
                    }
                    for each in related
                ],
                "product_source": source,
            }
        )
    )
