"""The class under every view of the API."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from xlcfi.api.caller import Access, Caller
from xlcfi.api.envelope import success_envelope
from xlcfi.api.parameters import parse_parameters

USER_IN_PATH = ("user_id", "member_id")
"""Names of path parameters that say whose data a path is about."""


class DataView(APIView):
    """Parses, makes one call, renders. Who asks, the envelope, errors and limits are the kernel's.

    `access` says who may come in. With USER_SELF the path's `user_id` (or `member_id`) is compared with the caller.
    `bare`: one of the older forms: its answers have no envelope (its errors do), and LEGACY_OPEN_CIDRS may come in.
    `any_accept`: a download: `Accept` is not judged. Return a Django response for it; the kernel leaves it as it is.
    """

    access: ClassVar[Access]
    bare: ClassVar[bool] = False
    any_accept: ClassVar[bool] = False

    @property
    def caller(self) -> Caller:
        """Who asks."""
        caller = self.request.user
        assert isinstance(caller, Caller)
        return caller

    def parse(self, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What the request asks for, checked by `form`: the body of a POST, PUT or PATCH, else the query string.

        Raises InvalidInput with the names of the fields that are wrong, unknown, missing or given twice.
        """
        return parse_parameters(self.request, form)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # DRF asks for permission before it counts; here a user who is refused all the time is counted too.
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_throttles(request)
        owner = next((kwargs[name] for name in USER_IN_PATH if name in kwargs), None)
        self.access.check(self.caller, user_id=owner)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(response, Response) and not response.exception and not self.bare:
            response.data = success_envelope(response.data)
        return super().finalize_response(request, response, *args, **kwargs)
