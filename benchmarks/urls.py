"""The project's paths, and beside them the baselines: a view that does nothing, and one that counts at request time."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.upstream.products import product_details
from xlcfi.urls import urlpatterns as project_urlpatterns

COUNT_NOW = """
WITH mine AS (
    SELECT DISTINCT i.order_id FROM order_items i JOIN payments p ON p.order_id = i.order_id
    WHERE i.product_id = %(id)s
      AND (p.status = 'COMPLETED' OR (p.status IN ('REFUNDED', 'CANCELLED') AND p.paid_at IS NOT NULL))
)
SELECT i.product_id, COUNT(DISTINCT i.order_id), (SELECT COUNT(*) FROM mine)
FROM mine JOIN order_items i USING (order_id)
WHERE i.product_id <> %(id)s
GROUP BY i.product_id ORDER BY 2 DESC, 1 LIMIT 5
"""


class NothingView(DataView):
    """What authentication, tracing, metrics and the envelope cost."""

    access = Access.VISITOR

    def get(self, request: Request) -> Response:
        return Response({})


class RelatedNowView(DataView):
    """The same answer as ours, counted from the platform's tables at request time."""

    access = Access.VISITOR

    def get(self, request: Request, product_id: int) -> Response:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_NOW, {"id": product_id})
            rows = cursor.fetchall()
        details = product_details([row[0] for row in rows])
        related: list[dict[str, Any]] = [
            {"product_id": other, "score": round(both / whole, 2), "product": details.by_id[other]}
            for other, both, whole in rows
        ]
        return Response({"product_id": product_id, "related_products": related, "product_source": details.source})


def plain(request: HttpRequest) -> JsonResponse:
    """What Django and our middleware cost, without DRF and authentication."""
    return JsonResponse({})


# Behind the project's own: finding the view costs the baselines no less than it costs ours.
urlpatterns = [
    *project_urlpatterns,
    path("bench/plain", plain),
    path("bench/nothing", NothingView.as_view()),
    path("bench/related/<bigid:product_id>", RelatedNowView.as_view()),
]
