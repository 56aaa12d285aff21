"""A list of the admin as a file: the rows as they are narrowed down and sorted, run by run."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from xlcfi.console.change_list import KeysetChangeList
from xlcfi.console.export import MAY_EXPORT, ROWS_AT_ONCE, ROWS_MOST, Sheet, sheet_response
from xlcfi.console.limits import too_slow_words

if TYPE_CHECKING:
    from xlcfi.console.admin_base import ReadOnlyAdmin


class SavedAsFile(ModelAdmin):
    """The part of a `ReadOnlyAdmin` that saves its list."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def export_link(self, cl: KeysetChangeList) -> str:
        """Where this list is saved; empty for whoever may not."""
        if not cl.may_export:
            return ""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_export"
        return reverse(name) + str(cl.get_query_string())

    def get_changelist_instance(self, request: HttpRequest) -> KeysetChangeList:
        cl: KeysetChangeList = super().get_changelist_instance(request)
        cl.may_export = request.user.has_perm(MAY_EXPORT)
        return cl

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is narrowed down and sorted, as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        cl = self.get_changelist_instance(request)
        if cl.too_slow:
            self.message_user(request, too_slow_words(), messages.WARNING)
            return redirect(f"{request.path.removesuffix('export/')}{cl.get_query_string()}")
        names = [name for name in cl.list_display if name != "action_checkbox"]
        heads = [field_label(self.model, name, self) for name in names]
        sheet = Sheet(str(self.opts.model_name), heads, self._sheet_rows(cl, names))
        return sheet_response(request, sheet, model=self.model, what=str(self.opts.verbose_name_plural))

    def _sheet_rows(self, cl: KeysetChangeList, names: Sequence[Any]) -> Iterator[list[Any]]:
        mine: ReadOnlyAdmin = self
        # One more than is told, so that the file can say that there are more.
        for run in cl.keyset.walk(cl.queryset, size=ROWS_AT_ONCE, most=ROWS_MOST + 1):
            for row in run:
                yield [_value(name, mine.masked_row(cl.request, row), self) for name in names]


def field_label(model: type[models.Model], name: Any, model_admin: Any) -> str:
    """The head of a column, also of one that shows a field in its own way."""
    field = getattr(name, "console_field", None)
    shown: Any = model._meta.get_field(field) if field else None
    return str(shown.verbose_name if shown else label_for_field(name, model, model_admin))


def _value(name: Any, row: models.Model, model_admin: ModelAdmin) -> Any:
    key = getattr(name, "console_field", None)
    if key is not None:
        column: Any = row._meta.get_field(key)
        return getattr(row, column.attname)
    field, _attribute, value = lookup_field(name, row, model_admin)
    return getattr(row, field.attname) if field is not None and field.is_relation else value
