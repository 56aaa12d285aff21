"""What every admin page of a Java-owned table shares beside the console's own: an absent table is said to be absent."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.platform.selectors import source_deployed


class PlatformAdmin(ReadOnlyAdmin):
    """A Java-owned table to look at. It has indexes on its keys and foreign keys only, and we may add none: it can be
    sorted by those, and a search for words reads until the console's limit says that it takes too long."""

    def _in_seoul(self, request: HttpRequest, page: Callable[[], Any]) -> Any:
        return super()._in_seoul(request, page) if self.deployed() else self._absent(request)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        return super().export_view(request) if self.deployed() else self._absent(request)

    def deployed(self) -> bool:
        """Whether the platform has the table."""
        return source_deployed(self.opts.db_table)

    def _absent(self, request: HttpRequest) -> HttpResponseBase:
        text = _("This platform has no table “%(table)s”: the service that owns it is not deployed yet.")
        self.message_user(request, text % {"table": self.opts.db_table}, messages.WARNING)
        return redirect("admin:index")
