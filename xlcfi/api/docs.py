"""The OpenAPI description and the page to read it, over HTTP."""

import threading
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

_making = threading.Lock()
_made: dict[tuple[str, str | None], Any] = {}


class KeptSchema(SchemaGenerator):
    """Makes the description once for each process and language.

    drf-spectacular loads its extensions at the first use, and two threads that do so at once fail. And it takes half a
    second, for something that changes with a release only.
    """

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        if self.api_version or not public:
            with _making:
                return super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]
        key = (settings.ROOT_URLCONF, get_language())
        with _making:
            if key not in _made:
                _made[key] = super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]
            return _made[key]


class SchemaView(SpectacularAPIView):
    """OpenAPI 3 of every path, as YAML or JSON."""

    generator_class = KeptSchema


class DocsView(SpectacularSwaggerView):
    """A page to read the description; its scripts come from here, not from the internet."""

    url_name = "schema"
