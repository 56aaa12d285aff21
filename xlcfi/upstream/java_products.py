"""The requests that we send to the Java product service."""

from collections.abc import Sequence

from django.conf import settings

from xlcfi.upstream.deadline import Deadline
from xlcfi.upstream.product_answers import ProductDetail, product_read_one, products_read
from xlcfi.upstream.service import JavaService, call_deadline, java_service

SERVICE = "product"
LARGEST_BATCH = 200
"""Ids in one request; more go in several, within the same time limit."""
OLDER_PATH = "/internal/products/batch"


def java_products_fetch(*, product_ids: Sequence[int]) -> dict[int, ProductDetail]:
    """What the Java product service knows of `product_ids`, by id; the ones it doesn't know are missing.

    Takes JAVA_CALL_BUDGET_MS at most. Raises UpstreamError.
    """
    service = _service()
    deadline = call_deadline()
    wanted = set(product_ids)
    found: dict[int, ProductDetail] = {}
    for start in range(0, len(product_ids), LARGEST_BATCH):
        found |= _batch(service, product_ids[start : start + LARGEST_BATCH], deadline)
    return {product_id: product for product_id, product in found.items() if product_id in wanted}


def java_product_fetch(*, product_id: int) -> ProductDetail | None:
    """What the Java product service knows of one product, by its public path. None for 404. Raises UpstreamError."""
    service = _service()
    return service.call(
        "GET",
        f"/api/products/{product_id}",
        read=product_read_one,
        headers=_headers(service),
        on_404=lambda: None,
    )


def _service() -> JavaService:
    return java_service(SERVICE, settings.JAVA_PRODUCT_SERVICE_URL)


def _batch(service: JavaService, product_ids: Sequence[int], deadline: Deadline) -> dict[int, ProductDetail]:
    path = settings.JAVA_PRODUCT_BATCH_PATH
    name = "productIds" if settings.JAVA_JSON_NAMING == "camel" else "product_ids"
    return service.call(
        "POST",
        path,
        read=products_read,
        headers=_headers(service) | ({"X-Internal-Request": "true"} if path == OLDER_PATH else {}),
        payload={name: list(product_ids)},
        deadline=deadline,
    )


def _headers(service: JavaService) -> dict[str, str]:
    return {"X-Internal-Token": service.tokens.token()}
