"""Start-up checks: settings that are valid one by one and dangerous together, views that forgot who may come in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from xlcfi.api.caller import Access
from xlcfi.api.views import DataView

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def gateway_and_open_addresses_are_apart(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """An address in both lists would open the older forms to everybody who comes through the gateway."""
    both = [
        f"{trusted} and {opened}"
        for trusted in settings.TRUSTED_GATEWAY_CIDRS
        for opened in settings.LEGACY_OPEN_CIDRS
        if trusted.version == opened.version and trusted.overlaps(opened)
    ]
    if not both:
        return []
    return [
        Error(
            f"TRUSTED_GATEWAY_CIDRS and LEGACY_OPEN_CIDRS overlap: {', '.join(both)}.",
            hint="Whoever comes through the gateway would get the older forms without a credential.",
            id="xlcfi.E001",
        )
    ]


@register(Tags.security)
def gateway_is_recognised(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Without a marker every call of the gateway without a user would count as a service's, which sees all."""
    if settings.GATEWAY_MARKER_HEADERS:
        return []
    return [
        Error(
            "GATEWAY_MARKER_HEADERS is empty.",
            hint="Visitors that the gateway forwards with its credential would be taken for services.",
            id="xlcfi.E002",
        )
    ]


@register(Tags.security)
def trusted_networks_are_narrow(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A wide network holds more than the gateway."""
    widest = {4: 16, 6: 48}
    return [
        checks.Warning(
            f"{name} holds {network}, which is wide.",
            hint="Name the gateway's own addresses: everybody in it may say to be any user.",
            id="xlcfi.W001",
        )
        for name, networks in (
            ("TRUSTED_GATEWAY_CIDRS", settings.TRUSTED_GATEWAY_CIDRS),
            ("LEGACY_OPEN_CIDRS", settings.LEGACY_OPEN_CIDRS),
        )
        for network in networks
        if network.prefixlen < widest[network.version] and not network.is_loopback
    ]


@register(Tags.urls)
def every_view_says_who_may_come_in(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A DataView without `access` would answer 500 to everybody."""
    views = {view for _, view in every_route() if isinstance(view, type) and issubclass(view, DataView)}
    return [
        Error(f"{view.__module__}.{view.__qualname__} has no `access`.", id="xlcfi.E003")
        for view in sorted(views, key=lambda view: view.__qualname__)
        if not isinstance(getattr(view, "access", None), Access)
    ]


def every_route(patterns: Sequence[Any] | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Each route of the deployable with its view class, or its function where it has no class."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, getattr(pattern.callback, "view_class", pattern.callback)
