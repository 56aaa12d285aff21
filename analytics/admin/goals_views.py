"""The page of saved views: a page of the admin with its filters, kept under a name, opened again, shared."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import SavedView
from analytics.selectors.goals.saved_views import saved_views
from analytics.services.goals.saved_views import (
    ADDRESS_MOST,
    NAME_MOST,
    address_checked,
    view_delete,
    view_save,
    view_share,
)
from xlcfi.console.pages import Page, page, page_address
from xlcfi.console.tools import page_tool
from xlcfi.errors import DataError, InvalidInput
from xlcfi.platform.selectors import BIGINT_MAX

RIGHTS = {
    "save": "analytics.add_savedview",
    "share": "analytics.change_savedview",
    "hide": "analytics.change_savedview",
    "delete": "analytics.delete_savedview",
}


@page
class SavedViewsPage(Page):
    """One's own views and those that others share."""

    name = "analytics_saved_views"
    path = "analytics/saved-views/"
    title = gettext_lazy("Saved views")
    description = gettext_lazy(
        "Pages with their filters under a name. “Save this view” on a page keeps it; here an address can be given."
    )
    permission = "analytics.view_savedview"
    section = "goals"
    icon = "bookmark"
    order = 30
    template_name = "analytics/saved_views.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        user = _user(request)
        found = saved_views(user=user)
        return {
            "mine": [view for view in found if view.owner_id == user.pk],
            "others": [view for view in found if view.owner_id != user.pk],
            "rights": {what: user.has_perm(right) for what, right in RIGHTS.items()},
            "address": request.GET.get("page", "")[:ADDRESS_MOST] or _came_from(request),
            "name_most": NAME_MOST,
            "address_most": ADDRESS_MOST,
        }

    def post(self, request: HttpRequest, **parameters: Any) -> HttpResponse:
        """Save, share, hide or delete a view."""
        action, user = request.POST.get("action", ""), _user(request)
        if action not in RIGHTS or not user.has_perm(RIGHTS[action]):
            raise PermissionDenied
        try:
            view = _do(action, user, request)
            if view is not None and "stay" in request.POST:
                messages.success(request, _("Saved as “%(name)s”. It is among the saved views.") % {"name": view.name})
                return redirect(view.url)
            messages.success(request, _("Done."))
        except DataError as error:
            messages.error(request, _(error.message))
        return redirect(page_address(self.name))


@page_tool
def save_view_tool(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The form that keeps the page that is open, with its query, under a name; for whoever may keep views."""
    if not (request.user.has_perm(SavedViewsPage.permission) and request.user.has_perm(RIGHTS["save"])):
        return None
    address, action = request.get_full_path(), page_address(SavedViewsPage.name)
    return "analytics/save_view.html", {"action": action, "address": address, "name_most": NAME_MOST}


def _do(action: str, user: User, request: HttpRequest) -> SavedView | None:
    """Does it; the view where one was saved."""
    if action == "save":
        name, address = request.POST.get("name", ""), request.POST.get("address", "").strip()
        return view_save(user=user, name=name, address=_own(request, address), shared="shared" in request.POST)
    number = request.POST.get("view", "")
    view_id = int(number) if number.isascii() and number.isdigit() and int(number) <= BIGINT_MAX else 0
    if action == "delete":
        view_delete(user=user, view_id=view_id)
    else:
        view_share(user=user, view_id=view_id, shared=action == "share")
    return None


def _own(request: HttpRequest, address: str) -> str:
    """A whole address of this very site as its path: what people copy from the address bar."""
    return address.removeprefix(f"{request.scheme}://{request.get_host()}")


def _came_from(request: HttpRequest) -> str:
    """The page of this admin that led here; empty for any other."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
        if parts.netloc != request.get_host() or parts.path == request.path:
            return ""
        path, query = address_checked(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    except (ValueError, InvalidInput):
        return ""
    return f"{path}?{query}" if query else path


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
