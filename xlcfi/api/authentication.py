"""Who sent a request, from its headers and its address. The rules are in docs/endpoints.md, "Who may call"."""

import hmac
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from xlcfi.api.caller import Caller
from xlcfi.api.tokens import internal_token_check
from xlcfi.errors import InvalidInput, NotAuthenticated

LARGEST_ID = 2**63 - 1
USER_ID = re.compile(r"[1-9][0-9]{0,18}")
ROLE_SEPARATORS = re.compile(r"[,;\s\[\]]+")

Networks = tuple[IPv4Network | IPv6Network, ...]


class PlatformAuthentication(BaseAuthentication):
    """Makes `request.user` the Caller."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        view = request.parser_context["view"]
        caller = caller_of(request.META, older_form=getattr(view, "bare", False))
        # The request that middleware sees (logs, metrics) is not this one but the one inside.
        request._request.caller = caller  # type: ignore[attr-defined]
        return caller, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="xlcfi"'


def caller_of(meta: Mapping[str, Any], *, older_form: bool = False) -> Caller:
    """The caller behind the WSGI environment `meta`.

    Raises NotAuthenticated without a credential or with a bad one, InvalidInput for an X-User-Id that names nobody.
    """
    credential, refusal = _credential(meta)
    if not credential and not address_in(meta.get("REMOTE_ADDR"), settings.TRUSTED_GATEWAY_CIDRS):
        if older_form and address_in(meta.get("REMOTE_ADDR"), settings.LEGACY_OPEN_CIDRS):
            return Caller.service()
        raise refusal or NotAuthenticated()
    if "HTTP_X_USER_ID" in meta:
        return Caller.user(_user_id(meta["HTTP_X_USER_ID"]), _roles(meta.get("HTTP_X_USER_ROLES", "")))
    if came_through_gateway(meta):
        return Caller.visitor()
    if credential:
        return Caller.service()
    raise NotAuthenticated()


def came_through_gateway(meta: Mapping[str, Any]) -> bool:
    """Whether one of GATEWAY_MARKER_HEADERS is present (`Name`) or has its value (`Name=value`)."""
    for marker in settings.GATEWAY_MARKER_HEADERS:
        name, has_value, value = marker.partition("=")
        sent = meta.get("HTTP_" + name.strip().upper().replace("-", "_"))
        if sent is None:
            continue
        # A doubled header arrives joined by commas; one part that marks the gateway is enough.
        if not has_value or value.strip().lower() in [part.strip().lower() for part in sent.split(",")]:
            return True
    return False


def address_in(address: str | None, networks: Networks) -> bool:
    """Whether the peer's `address` lies in one of `networks`. What forwarding headers claim is never asked."""
    if not address or not networks:
        return False
    try:
        peer = ip_address(address)
    except ValueError:
        return False  # a Unix socket has no address
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped is not None:
        peer = peer.ipv4_mapped
    return any(peer in network for network in networks)


def _credential(meta: Mapping[str, Any]) -> tuple[bool, NotAuthenticated | None]:
    """Whether a credential was shown and, if not, what was wrong with one that only might have been ours."""
    if "HTTP_X_INTERNAL_TOKEN" in meta:
        internal_token_check(meta["HTTP_X_INTERNAL_TOKEN"].strip())
        return True, None
    if _shared_secret_shown(meta):
        return True, None
    scheme, _, token = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return False, None
    try:
        internal_token_check(token.strip())
    except NotAuthenticated as refusal:
        # Perhaps a user's own token that the gateway passed on: it opens nothing, and closes nothing either.
        return False, refusal
    return True, None


def _shared_secret_shown(meta: Mapping[str, Any]) -> bool:
    expected, shown = settings.INTERNAL_SHARED_SECRET, meta.get("HTTP_X_INTERNAL_SECRET")
    if not expected or shown is None:
        return False
    if not hmac.compare_digest(expected.encode(), shown.encode("latin-1", "replace")):
        raise NotAuthenticated("X-Internal-Secret is not the right one.")
    if not meta.get("HTTP_X_SERVICE_NAME", "").strip():
        raise NotAuthenticated("X-Internal-Secret goes with X-Service-Name.")
    return True


def _user_id(sent: str) -> int:
    text = sent.strip()
    # A comma: the gateway added its header to one that the client had sent. Neither can be believed.
    if not USER_ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise InvalidInput("X-User-Id should be one positive whole number.", details={"fields": {"X-User-Id": []}})
    return int(text)


def _roles(sent: str) -> set[str]:
    return {role.upper().removeprefix("ROLE_") for role in ROLE_SEPARATORS.split(sent) if role}
