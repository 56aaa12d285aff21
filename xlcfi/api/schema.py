"""The OpenAPI description: made from the views, with the envelope and the credentials in it."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes

from xlcfi.api.views import DataView

CREDENTIALS = {
    "internalToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Internal-Token",
        "description": "JWT, HS512, sub internal-service, role INTERNAL_SERVICE, iat, exp an hour later.",
    },
    "bearerToken": {"type": "http", "scheme": "bearer", "description": "The same token as a bearer."},
    "sharedSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Internal-Secret",
        "description": "Older; goes with X-Service-Name; off unless configured.",
    },
    "gatewayUser": {
        "type": "apiKey",
        "in": "header",
        "name": "X-User-Id",
        "description": "The gateway's user, with X-User-Roles, beside one of the above or from the gateway's address.",
    },
}
FAILURE = {
    "type": "object",
    "required": ["success", "data", "error", "timestamp"],
    "properties": {
        "success": {"type": "boolean", "enum": [False]},
        "data": {"nullable": True},
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "example": "INVALID_INPUT"},
                "message": {"type": "string"},
                "details": {"type": "object", "nullable": True, "additionalProperties": {}},
            },
        },
        "timestamp": {"type": "string", "format": "date-time"},
    },
}
FAILURES = {
    "400": "A parameter, header or body is not valid.",
    "401": "No credential, a bad one, or no user where one is needed.",
    "403": "The wrong role, or somebody else's data.",
    "429": "Too many requests of this user; see Retry-After.",
    "503": "Something needed is away; see Retry-After.",
}


class PlatformCredentials(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a caller says who it is."""

    target_class = "xlcfi.api.authentication.PlatformAuthentication"
    name = list(CREDENTIALS)

    def get_security_definition(self, auto_schema: AutoSchema) -> Any:
        return list(CREDENTIALS.values())

    def get_security_requirement(self, auto_schema: AutoSchema) -> Any:
        service = ("internalToken", "bearerToken", "sharedSecret")
        return [{name: []} for name in service] + [{"internalToken": [], "gatewayUser": []}]


class DataSchema(AutoSchema):
    """Reads a DataView: its nested `Query` or `Body` is what it takes, its nested `Answer` what `data` holds."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None or not isinstance(self.view, DataView):
            return operation
        operation["description"] = f"{operation.get('description', '')}\n\nAccess: `{self.view.access.value}`.".strip()
        if not self.view.bare:
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    _put_into_envelope(response)
        for status, meaning in FAILURES.items():
            operation["responses"].setdefault(status, self._failure(meaning))
        return operation

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "Query", None)
        return [query] if query is not None and self.method == "GET" else []

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "Body", None) if self.method in ("POST", "PUT", "PATCH") else None

    def get_response_serializers(self) -> Any:
        return getattr(self.view, "Answer", OpenApiTypes.OBJECT)

    def _failure(self, meaning: str) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Failure", type=ResolvedComponent.SCHEMA, schema=FAILURE, object="Failure"
        )
        self.registry.register_on_missing(component)
        return {"description": meaning, "content": {"application/json": {"schema": component.ref}}}


def canonical_paths_only(endpoints: Sequence[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Leave out `/api/v1/…` where the same path exists as `/v1/…`. Each endpoint: path, its regex, method, callback."""
    known = {path for path, *_ in endpoints}
    return [endpoint for endpoint in endpoints if endpoint[0].removeprefix("/api") not in known - {endpoint[0]}]


def _put_into_envelope(response: dict[str, Any]) -> None:
    content = response.get("content", {}).get("application/json")
    if content is None:
        return
    content["schema"] = {
        "type": "object",
        "required": ["success", "data", "error", "timestamp"],
        "properties": {
            "success": {"type": "boolean", "enum": [True]},
            "data": content.get("schema", {}),
            "error": {"nullable": True},
            "timestamp": {"type": "string", "format": "date-time"},
        },
    }
