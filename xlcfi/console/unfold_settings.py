"""unfold's settings: our name, colours, sidebar, languages. Everything is served by us, nothing by a CDN."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse


def _language_address(request: HttpRequest) -> str:
    return reverse("admin:language")


def _style(request: HttpRequest) -> str:
    return static("console/console.css")


def _script(request: HttpRequest) -> str:
    return static("console/console.js")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "XLCfi 데이터",
    "SITE_HEADER": "XLCfi 데이터",
    "SITE_SYMBOL": "monitoring",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("console/icon.svg")}],
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": _language_address},
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [_style],
    "SCRIPTS": [_script],
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
    "SIDEBAR": {"show_search": True, "command_search": False, "navigation": "xlcfi.console.navigation.sidebar"},
}
