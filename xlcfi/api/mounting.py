"""One place that says under which prefixes a path answers."""

from django.urls import URLPattern, URLResolver, include, path

from xlcfi.api import converters  # noqa: F401  # makes `<bigid:…>` known to the apps' patterns

PREFIXES = ("v1/", "api/v1/")
"""The canonical prefix, and the one the gateway sends unrewritten."""


def mounted(under: str, module: str) -> list[URLPattern | URLResolver]:
    """The patterns of the URL module `module` under `/v1/{under}` and `/api/v1/{under}`.

    `under` ends in a slash, or is empty for paths that stand right behind the prefix.
    """
    return [path(prefix + under, include(module)) for prefix in PREFIXES]
