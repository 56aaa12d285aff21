"""The OpenAPI description and the page to read it, over HTTP."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView


class SchemaView(SpectacularAPIView):
    """OpenAPI 3 of every path, as YAML or JSON."""


class DocsView(SpectacularSwaggerView):
    """A page to read the description; its scripts come from here, not from the internet."""

    url_name = "schema"
