"""The answer of the bought-together endpoint: what the counts say, with what each product is."""

from typing import Any

from recommendations.selectors.related import related_products
from xlcfi.upstream.products import product_details


def related_answer(*, product_id: int, limit: int) -> dict[str, Any]:
    """The contract's answer. `product_source` says where the details came from. Nobody bought it: an empty list."""
    related = related_products(product_id=product_id, limit=limit)
    details = product_details([each.product_id for each in related])
    return {
        "product_id": product_id,
        "related_products": [
            {
                "product_id": each.product_id,
                "score": round(each.score, 2),
                "product": details.by_id[each.product_id],
            }
            for each in related
        ],
        "product_source": details.source,
    }
