"""Pages of one's own in the admin, beside those of the tables.

@page
class SalesPage(Page):
    name = "analytics_sales"                # reverse("admin:analytics_sales")
    path = "analytics/sales/"               # under /admin/
    title = _("Sales")
    permission = "analytics.view_ledgerentry"
    section = "sales"                       # where in the sidebar; "" keeps it out
    icon = "payments"                       # a Material Symbol
    template_name = "analytics/sales.html"  # {% extends "console/page.html" %}, block page_content

    def context(self, request, **parameters):
        return {"chart": line_chart(...)}
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from xlcfi.api import converters  # noqa: F401  # a page's path may hold <bigid:…>
from xlcfi.clock import SEOUL
from xlcfi.console.export import MAY_EXPORT, Sheet, sheet_response
from xlcfi.console.limits import TooSlow, statement_limit

SECTIONS: dict[str, Any] = {
    "home": "",
    "sales": _("Sales"),
    "products": _("Products"),
    "people": _("Members"),
    "operations": _("Operations"),
    "goals": _("Targets and anomalies"),
    "quality": _("Data quality"),
}
"""The parts of the sidebar that hold pages, in their order."""

_pages: dict[str, type["Page"]] = {}


class Page(View):
    """A page in the admin's frame: its title, the way to it, and who may see it.

    A subclass names itself and gives `context`; `export` where its figures can be saved; `post` where something can be
    done. Its statements together may take as long as `seconds` each.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    title: ClassVar[Any]
    description: ClassVar[Any] = ""
    permission: ClassVar[str] = ""
    section: ClassVar[str] = ""
    icon: ClassVar[str] = "insights"
    # Its address chooses what it shows (a period, a filter): worth keeping.
    choices: ClassVar[bool] = False
    order: ClassVar[int] = 100
    template_name: ClassVar[str] = "console/page.html"
    seconds: ClassVar[float] = 4.0

    @classmethod
    def allowed(cls, request: HttpRequest) -> bool:
        """Whether this person may see the page."""
        return bool(not cls.permission or request.user.has_perm(cls.permission))

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        """What the template needs."""
        return {}

    def heading(self, request: HttpRequest, **parameters: Any) -> str:
        """The title, where it depends on what is shown."""
        return str(self.title)

    def trail(self, request: HttpRequest, **parameters: Any) -> list[tuple[str, str]]:
        """The pages above this one: (title, address)."""
        return []

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        """The page's figures to be saved; None: it has no such button."""
        return None

    @classmethod
    def example(cls) -> dict[str, Any] | None:
        """Parameters to open the page with, for the tests that open every page; None where there is nothing to show."""
        return {}

    def dispatch(self, request: HttpRequest, *args: Any, **parameters: Any) -> HttpResponseBase:
        if not self.allowed(request):
            raise PermissionDenied
        with timezone.override(SEOUL):
            try:
                with statement_limit(seconds=self.seconds):
                    response = super().dispatch(request, *args, **parameters)
                    render = getattr(response, "render", None)
                    return render() if callable(render) else response
            except TooSlow:
                return self._framed(request, "console/too_slow.html", {}, parameters).render()

    def get(self, request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        if "export" in request.GET and (sheet := self.export(request, **parameters)) is not None:
            return sheet_response(request, sheet, what=str(self.heading(request, **parameters)))
        return self._framed(request, self.template_name, self.context(request, **parameters), parameters)

    def _framed(
        self, request: HttpRequest, template: str, context: dict[str, Any], parameters: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = admin.site.name
        exports = type(self).export is not Page.export and request.user.has_perm(MAY_EXPORT)
        query = request.GET.copy()
        query["export"] = "csv"
        frame = {
            **admin.site.each_context(request),
            "title": self.heading(request, **parameters),
            "description": self.description,
            "trail": [(str(_("Home")), reverse("admin:index")), *self.trail(request, **parameters)],
            "export_address": f"?{query.urlencode()}" if exports else "",
            "page": self,
        }
        return TemplateResponse(request, template, {**frame, **context})


def page(cls: type[Page]) -> type[Page]:
    """Registers a page. ValueError for a second one of the same name, or a section that does not exist."""
    known = _pages.get(cls.name)
    if known is not None and known.__qualname__ != cls.__qualname__:
        raise ValueError(f"there is a page {cls.name!r} already: {known}")
    if cls.section and cls.section not in SECTIONS:
        raise ValueError(f"{cls.section!r} is no section: they are {', '.join(SECTIONS)}")
    _pages[cls.name] = cls
    return cls


def page_named(name: str) -> type[Page] | None:
    """The page of that name, where an app has one."""
    return _pages.get(name)


def pages() -> list[type[Page]]:
    """Every page, in the order of the sidebar."""
    places = list(SECTIONS)
    return sorted(
        _pages.values(),
        key=lambda one: (places.index(one.section) if one.section else len(places), one.order, one.name),
    )


def page_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The paths of all pages but the home page, which is the site's index."""
    return [path(one.path, site.admin_view(one.as_view()), name=one.name) for one in pages() if one.name != "home"]


def home_page() -> type[Page] | None:
    """The page that is the admin's index: the one that is called `home`."""
    return _pages.get("home")


def page_address(name: str, **parameters: Any) -> str:
    """The address of a page."""
    return reverse(f"admin:{name}", kwargs=parameters or None)


__all__ = ["SECTIONS", "HttpResponse", "Page", "home_page", "page", "page_address", "page_named", "page_urls", "pages"]
