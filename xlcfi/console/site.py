"""The admin's site: its home, our pages, the language switch."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite

from xlcfi.console.autocomplete import BoundedAutocomplete
from xlcfi.console.pages import home_page, page_urls


class ConsoleSite(UnfoldAdminSite):
    """unfold's site with a home page that an app registers, and the pages of all apps."""

    enable_nav_sidebar = True
    site_header = site_title = "XLCfi 데이터"
    index_title = _("Home")
    site_url = None
    login_template = "console/login.html"

    def extra_urls(self) -> list[URLPattern]:
        """Beside the tables' own."""
        language = csrf_protect(set_language)
        return [path("language/", language, name="language"), *page_urls(self)]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        home = home_page()
        if home is None or not home.allowed(request):
            answer: TemplateResponse = super().index(request, extra_context)
            return answer
        return home.as_view()(request)  # type: ignore[return-value]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        found: Any = BoundedAutocomplete.as_view(admin_site=self)(request)
        return found  # type: ignore[no-any-return]
