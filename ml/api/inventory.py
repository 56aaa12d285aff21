"""What runs out, what to order and what will expire, over HTTP."""

import base64
import binascii
import json
from decimal import Decimal, InvalidOperation
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ml.services.inventory import KINDS, alert_rows
from xlcfi.api.caller import Access
from xlcfi.api.converters import LARGEST_ID
from xlcfi.api.views import DataView
from xlcfi.errors import InvalidInput

LONGEST_NUMBER = 45


class AlertRow(serializers.Serializer[None]):
    """A product whose stock needs somebody. assumed: which of its figures are a category's or our defaults."""

    product_id = serializers.IntegerField()
    seller_id = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=KINDS))
    stock = serializers.IntegerField()
    daily_demand = serializers.FloatField()
    runs_out_on = serializers.DateField(allow_null=True)
    reorder_point = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    order_quantity = serializers.IntegerField()
    minimum_order_quantity = serializers.IntegerField()
    lead_time_days = serializers.IntegerField()
    service_level = serializers.FloatField()
    shelf_life_days = serializers.IntegerField(allow_null=True)
    expiring_units = serializers.IntegerField()
    expires_on = serializers.DateField(allow_null=True)
    money_at_risk = serializers.FloatField()
    currency = serializers.CharField()
    assumed = serializers.ListField(child=serializers.CharField())
    as_of = serializers.DateTimeField()


class AlertsAnswer(serializers.Serializer[None]):
    """next: the cursor of the next page, null at the end."""

    items = AlertRow(many=True)
    next = serializers.CharField(allow_null=True)


class InventoryAlertsView(DataView):
    """Stock that needs somebody."""

    access = Access.SELLER
    Answer = AlertsAnswer

    class Query(serializers.Serializer[None]):
        """Which page; kind: of which kind only."""

        limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
        cursor = serializers.CharField(required=False, max_length=200)
        kind = serializers.ChoiceField(choices=KINDS, required=False)

    @extend_schema(parameters=[Query], tags=["ml"])
    def get(self, request: Request) -> Response:
        """What runs out when, how much to order, what will expire; the most money at risk first. A seller sees their
        own.

        언제 품절되는지, 얼마나 발주할지, 무엇이 유통기한을 넘길지. 위험 금액이 큰 순서.
        """
        query = self.parse(self.Query)
        limit = query["limit"]
        rows = alert_rows(
            key=_key(query.get("cursor")), limit=limit, seller=self.caller.seller_id, kind=query.get("kind")
        )
        following = _cursor(rows[limit - 1]) if len(rows) > limit else None
        return Response({"items": rows[:limit], "next": following})


def _cursor(row: dict[str, Any]) -> str:
    body = json.dumps([str(row["money_at_risk"]), row["product_id"]])
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def _key(cursor: str | None) -> tuple[Decimal, int] | None:
    """What a cursor goes on after. Raises InvalidInput for one that we did not make."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        risk, product = json.loads(text)
        if not isinstance(risk, str) or len(risk) > LONGEST_NUMBER or type(product) is not int:
            raise ValueError
        amount = Decimal(risk)
        if not amount.is_finite() or not 0 <= product <= LARGEST_ID:
            raise ValueError
    except (binascii.Error, ValueError, TypeError, InvalidOperation, RecursionError) as error:
        raise InvalidInput(details={"fields": {"cursor": ["Not a cursor of this list."]}}) from error
    return amount, product
