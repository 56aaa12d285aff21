"""The request that we send to the Java member service."""

from typing import Any

from django.conf import settings

from xlcfi.upstream.errors import NotConfigured
from xlcfi.upstream.json_naming import envelope_open
from xlcfi.upstream.service import java_service

SERVICE = "member"


def member_history(*, member_id: int) -> Any | None:
    """The `data` of a member's history as the Java member service gives it; None when it doesn't know the member.

    Raises UpstreamError; its kind NotConfigured when JAVA_MEMBER_SERVICE_URL or INTERNAL_SHARED_SECRET is not set.
    """
    service = java_service(SERVICE, settings.JAVA_MEMBER_SERVICE_URL)
    if not settings.INTERNAL_SHARED_SECRET:
        raise NotConfigured("INTERNAL_SHARED_SECRET is not set")
    return service.call(
        "GET",
        f"/api/v1/members/{member_id}/history",
        read=envelope_open,
        headers={"X-Internal-Secret": settings.INTERNAL_SHARED_SECRET},
        on_404=lambda: None,
    )
