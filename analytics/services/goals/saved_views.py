"""Keeping a page of the admin with its filters under a name.

What is kept is a path of this site's admin and a query string, never a whole address: a saved view that is shared must
not lead anybody elsewhere, nor log them out or start a download.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.auth.models import User
from django.urls import Resolver404, resolve

from analytics.models import SavedView
from xlcfi.errors import Forbidden, InvalidInput, NotFound

NAME_MOST, ADDRESS_MOST = 100, 2_000
VIEWS_MOST = 200
"""So many one person may keep."""
# Pages that do something when they are opened, or lead on to an address that they are given.
_NO_PAGES = {"login", "logout", "jsi18n", "autocomplete", "view_on_site", "language", "password_change"}
_LEADING_ON = {"next", "url", "redirect", "redirect_to", "return", "return_to", "continue", "_popup", "_to_field"}
_DROPPED = {"export", "csrfmiddlewaretoken"}
# Browsers read a backslash as a slash and leave out tabs and line ends: //host by another way.
_TRICKS = re.compile(r"[\x00-\x20\\\x7f]")


def view_save(*, user: User, name: str, address: str, shared: bool) -> SavedView:
    """Keep `address` (a path of the admin, with its query string) as `name`; the same name again keeps the new one.

    Raises InvalidInput with the field that is wrong.
    """
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > NAME_MOST:
        raise _wrong("name", f"Has to have 1 to {NAME_MOST} characters.")
    path, query = address_checked(address)
    known = SavedView.objects.filter(owner=user).exclude(name=name).count()
    if known >= VIEWS_MOST:
        raise _wrong("name", f"You keep {VIEWS_MOST} views already.")
    view, _made = SavedView.objects.update_or_create(
        owner=user, name=name, defaults={"path": path, "query": query, "shared": shared}
    )
    return view


def view_share(*, user: User, view_id: int, shared: bool) -> None:
    """Show a view of one's own to others, or no longer. Raises NotFound, Forbidden for somebody else's."""
    view = _own(user, view_id)
    view.shared = shared
    view.save(update_fields=["shared"])


def view_delete(*, user: User, view_id: int) -> None:
    """Forget a view of one's own. Raises NotFound, Forbidden for somebody else's."""
    _own(user, view_id).delete()


def address_checked(address: str) -> tuple[str, str]:
    """`address` as path and query string. Raises InvalidInput for what is no page of this site's admin."""
    if len(address) > ADDRESS_MOST:
        raise _wrong("address", f"Has more than {ADDRESS_MOST} characters.")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise _no_page() from error
    outside = parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//")
    if outside or _TRICKS.search(address) or "//" in parts.path or "/.." in parts.path or "%" in parts.path:
        raise _no_page()
    try:
        found = resolve(parts.path)
    except Resolver404 as error:
        raise _no_page() from error
    page = str(found.url_name or "")
    if found.app_name != "admin" or page in _NO_PAGES or page.endswith(("_export", "_delete", "_add")) or not page:
        raise _no_page()
    return parts.path, _query(parse_qsl(parts.query, keep_blank_values=True))


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in pairs if name not in _DROPPED]
    leading = sorted({name for name, _ in kept if name.lower() in _LEADING_ON})
    if leading:
        raise _wrong("address", f"A view can't lead on to another page: {', '.join(leading)}.")
    return urlencode(kept)


def _own(user: User, view_id: int) -> SavedView:
    view = SavedView.objects.filter(id=view_id).first()
    if view is None:
        raise NotFound("There is no such view.")
    if view.owner_id != user.pk:
        raise Forbidden("This view is somebody else's.")
    return view


def _no_page() -> InvalidInput:
    return _wrong("address", "Is no page of this admin.")


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, details={"fields": {field: [message]}})
