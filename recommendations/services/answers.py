"""What all answers have in common: the products with what is to be known of them, and a note of what was shown."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from recommendations.placing.eligibility import LeftOut, detail_objection, told
from recommendations.ranker import Ranked
from recommendations.reasons import Reason, reason_of
from recommendations.selectors.standing import standings
from recommendations.services.experiments import Assignment
from recommendations.services.exposures import exposures_record, request_id_new
from xlcfi import clock
from xlcfi.api.rendering import json_bytes
from xlcfi.upstream.products import product_details, product_details_encoded

SCORE_DIGITS = 6


def why(each: Ranked, *, bought: Collection[int]) -> Reason:
    """The sentence for a product. bought: what the one it is for bought."""
    return reason_of(each.source, standings().name_of(each.evidence), bought=each.evidence in bought)


def items_of(
    products: Sequence[Ranked], details: Mapping[int, Any], *, bought: Collection[int] = ()
) -> list[dict[str, Any]]:
    """The products of an answer, as the contract has them. details: by product id."""
    return [
        {
            "product_id": each.product_id,
            "score": round(each.score, SCORE_DIGITS),
            "reason": why(each, bought=bought),
            "source": each.source,
            "product": details[each.product_id],
        }
        for each in products
    ]


def details_told(product_ids: Sequence[int]) -> tuple[dict[int, msgspec.Raw], str, dict[int, LeftOut]]:
    """(details as JSON, where they came from, what they say against products).

    The service's details can know better than our copy of the tables; the tables' own are never newer than that.
    """
    details, source = product_details_encoded(product_ids)
    if source == "platform":
        return details, source, {}
    known = product_details(product_ids).by_id
    found = {each: detail_objection(known[each]) for each in product_ids}
    return details, source, {each: objection for each, objection in found.items() if objection is not None}


def products_answer(
    *,
    products: Sequence[Ranked],
    spare: Sequence[Ranked],
    left_out: Mapping[LeftOut, int],
    surface: str,
    algorithm: str,
    version: str = "",
    variant: Assignment,
    user_id: int | None = None,
    visitor: str | None = None,
    limit: int,
    bought: Collection[int] = (),
    more: Mapping[str, Any] | None = None,
) -> msgspec.Raw:
    """`{"products": […]}` with what answers of ours carry besides, as JSON; noted as shown.

    spare: what comes next where the product service's details forbid one of `products`. more: further keys.
    """
    shown, details, source, counts = shown_of(products, spare, left_out, limit=limit)
    request_id = request_id_new()
    exposures_record(
        request_id=request_id,
        surface=surface,
        algorithm=algorithm,
        variant=variant,
        user_id=user_id,
        visitor=visitor,
        product_ids=[each.product_id for each in shown],
        moment=clock.now(),
        model_version=version,
    )
    return msgspec.Raw(
        json_bytes(
            {
                **(more or {}),
                "algorithm": algorithm,
                "request_id": request_id,
                "products": items_of(shown, details, bought=bought),
                "product_source": source,
                "left_out": told(counts),
            }
        )
    )


def shown_of(
    products: Sequence[Ranked], spare: Sequence[Ranked], left_out: Mapping[LeftOut, int], *, limit: int
) -> tuple[list[Ranked], dict[int, msgspec.Raw], str, dict[LeftOut, int]]:
    """(what is shown, its details, where they came from, how many were left out), by the details that are shown."""
    details, source, against = details_told([each.product_id for each in products])
    counts = dict(left_out)
    if not against:
        return list(products), details, source, counts
    shown = [each for each in products if each.product_id not in against]
    if spare:
        there = {each.product_id for each in products}
        others = [each for each in spare if each.product_id not in there]
        more, source, further = details_told([each.product_id for each in others])
        details = {**details, **more}
        shown += [each for each in others if each.product_id not in further]
        if more and source != "java":
            source = "mixed"
    for objection in against.values():
        counts[objection] = counts.get(objection, 0) + 1
    return shown[:limit], details, source, counts
