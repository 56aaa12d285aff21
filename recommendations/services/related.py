"""The answer of the bought-together endpoint: what the counts say, with what each product is."""

import msgspec

from recommendations.selectors.related import related_products
from xlcfi.api.rendering import json_bytes
from xlcfi.cache.moment import MomentCache
from xlcfi.upstream.products import product_details

# The same for every caller. A popular product is asked for many times a second; a second old is fresh enough (the
# contract gives two).
_answers: MomentCache[tuple[int, int], msgspec.Raw] = MomentCache(seconds=1.0, at_most=5_000)


def related_answer(*, product_id: int, limit: int) -> msgspec.Raw:
    """The contract's answer as JSON, at most a second old.

    `product_source` says where the details came from. A product that nobody bought has an empty list.
    """
    return _answers.get_or_make((product_id, limit), lambda: _answer_make(product_id=product_id, limit=limit))


def _answer_make(*, product_id: int, limit: int) -> msgspec.Raw:
    related = related_products(product_id=product_id, limit=limit)
    details = product_details([each.product_id for each in related])
    return msgspec.Raw(
        json_bytes(
            {
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
        )
    )
