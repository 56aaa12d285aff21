"""One view of each kind, to try the kernel on."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from xlcfi.api.caller import Access
from xlcfi.api.views import DataView
from xlcfi.errors import NotFound, Unavailable


class WhoView(DataView):
    """Tells who the caller is."""

    access = Access.VISITOR

    def get(self, request: Request, **path: Any) -> Response:
        caller = self.caller
        return Response({"kind": caller.kind.value, "user_id": caller.user_id, "roles": sorted(caller.roles)})


class UserView(WhoView):
    access = Access.USER_SELF


class SellerView(WhoView):
    access = Access.SELLER


class AdminView(WhoView):
    access = Access.ADMIN


class ServiceView(WhoView):
    access = Access.SERVICE


class OlderView(WhoView):
    access = Access.SERVICE
    bare = True


class ListView(DataView):
    access = Access.VISITOR

    class Query(serializers.Serializer[Any]):
        limit = serializers.IntegerField(min_value=1, max_value=50, default=5)
        period = serializers.ChoiceField(choices=["day", "week"], default="day")
        ids = serializers.ListField(child=serializers.IntegerField(), required=False)
        verbose = serializers.BooleanField(default=True)

    def get(self, request: Request) -> Response:
        return Response(self.parse(self.Query))


class EchoView(DataView):
    access = Access.VISITOR

    class Body(serializers.Serializer[Any]):
        price = serializers.DecimalField(max_digits=20, decimal_places=2)
        note = serializers.CharField(required=False)

    def post(self, request: Request) -> Response:
        return Response(self.parse(self.Body))


class MoneyView(DataView):
    access = Access.VISITOR

    def get(self, request: Request) -> Response:
        amounts = ["35900.10", "9007199254740993.25", "1E+3", "-0.01", "NaN"]
        return Response({"amounts": [Decimal(amount) for amount in amounts], "rate": float("nan")})


class DownloadView(DataView):
    access = Access.VISITOR
    any_accept = True

    def get(self, request: Request) -> HttpResponse:
        if "missing" in request.query_params:
            raise NotFound
        return HttpResponse("a,b\n", content_type="text/csv")


RAISED: dict[str, Exception] = {
    "unforeseen": ZeroDivisionError("secret detail"),
    "database": OperationalError("server closed the connection unexpectedly"),
    "unavailable": Unavailable(retry_after=7),
    "not-found": Http404(),
    "denied": PermissionDenied(),
    "suspicious": SuspiciousOperation("odd"),
}


class RaisingView(DataView):
    access = Access.VISITOR

    def get(self, request: Request, what: str) -> Response:
        raise RAISED[what]


def raising_plainly(request: HttpRequest, what: str) -> HttpResponse:
    """The same outside DRF."""
    raise RAISED[what]


class DatabaseView(DataView):
    access = Access.VISITOR

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('statement_timeout')")
            row = cursor.fetchone()
        return Response({"statement_timeout": row[0] if row else None})
