"""The personal list in the shapes of older clients."""

from typing import Any

import msgspec

from recommendations.reasons import PERSONAL
from recommendations.services.personal import personal_answer


class _Item(msgspec.Struct):
    product_id: int
    score: float
    reason: msgspec.Raw
    source: str
    product: msgspec.Raw


class _List(msgspec.Struct):
    algorithm: str
    recommendations: list[_Item]


def older_products(*, user_id: int) -> list[msgspec.Raw]:
    """The products of the list, as JSON each."""
    return [each.product for each in _list(user_id).recommendations]


def older_answer(*, member_id: int) -> dict[str, Any]:
    """The list with its products apart. confidence: the share of it that comes from what is known of the member."""
    found = _list(member_id)
    known = sum(each.source not in PERSONAL for each in found.recommendations)
    return {
        "memberId": member_id,
        "products": [each.product for each in found.recommendations],
        "recommendations": [
            {name: getattr(each, name) for name in each.__struct_fields__} for each in found.recommendations
        ],
        "algorithm": found.algorithm,
        "confidence": round(known / len(found.recommendations), 2) if found.recommendations else 0.0,
    }


def _list(user_id: int) -> _List:
    return _decoder.decode(personal_answer(user_id=user_id))


_decoder = msgspec.json.Decoder(_List)
