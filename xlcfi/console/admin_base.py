"""What every list of the admin is: read-only, fast on a million rows, to be saved as a file.

@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "day", related("product"), "amount")
    list_filter = ("kind", ("created_at", DayFilter))
    search_fields = ("event_id",)
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import capfirst

from xlcfi.clock import SEOUL
from xlcfi.console.change_list import KeysetChangeList, UncountedPaginator
from xlcfi.console.columns import related as related
from xlcfi.console.columns import shown_columns, table_row_link
from xlcfi.console.filters import bounded_filter
from xlcfi.console.indexes import indexed_columns
from xlcfi.console.keyset import column_of
from xlcfi.console.limits import TooSlow, statement_limit, too_slow_words
from xlcfi.console.personal import masked, sees_personal
from xlcfi.console.related_rows import related_rows
from xlcfi.console.saving import SavedAsFile, field_label

BIGINT_MAX = 2**63 - 1
PAGE_SECONDS = 10.0


class ReadOnlyAdmin(SavedAsFile):
    """A table to look at. Nothing can be added, changed or deleted; pages are found by key; nothing is counted.

    The list can be sorted by columns that lead an index, whatever `sortable_by` says besides. `personal_fields` are
    masked for whoever lacks `console.see_personal_data`, in lists, pages and files, and can't be searched by them.
    """

    paginator = UncountedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    ordering: Any = ("-pk",)
    actions: Any = None
    list_filter_sheet = True
    list_fullwidth = True
    list_before_template = "console/list_before.html"
    list_after_template = "console/list_after.html"
    change_form_outer_after_template = "console/related_rows.html"
    show_history = False
    personal_fields: Sequence[str] = ()

    # --- Who may

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        named = set(lookup.split("__"))
        if request is not None and not sees_personal(request) and named & self._personal_everywhere():
            return False
        return bool(super().lookup_allowed(lookup, value, request))

    def _personal_everywhere(self) -> set[str]:
        found: set[str] = set()
        for other in self.admin_site._registry.values():
            found.update(getattr(other, "personal_fields", ()))
        return found

    # --- What is shown

    def masked_row(self, request: HttpRequest, row: Any) -> Any:
        """The row as this person may see it. Nothing here is ever saved."""
        if row is not None:
            row.console_viewer = request
        if row is not None and self.personal_fields and not sees_personal(request):
            for name in self.personal_fields:
                setattr(row, name, masked(getattr(row, name)))
        return row

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return shown_columns(self.model, super().get_list_display(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return self.masked_row(request, super().get_object(request, object_id, from_field))

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return shown_columns(self.model, self.fields or self._all_fields(), named=True)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        if not self.fieldsets:
            return super().get_fieldsets(request, obj)
        return [
            (title, {**options, "fields": shown_columns(self.model, _flat([(None, options)]), named=True)})
            for title, options in self.fieldsets
        ]

    def _all_fields(self) -> list[str]:
        """The key first, then as the model has them."""
        return sorted((field.name for field in self.opts.concrete_fields), key=lambda name: name != self.opts.pk.name)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return _flat(self.get_fieldsets(request, obj))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Columns without a filter of their own get one that is bounded."""
        return [bounded_filter(self.model, name) for name in super().get_list_filter(request)]

    def get_search_fields(self, request: HttpRequest) -> Any:
        named = super().get_search_fields(request)
        if sees_personal(request):
            return named
        hidden = self._personal_everywhere()
        open_fields = [name for name in named if not hidden & set(name.strip("^=@").split("__"))]
        # With none left a number can still be looked for.
        return open_fields or (["pk"] if named else [])

    # --- The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetChangeList

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        """The columns of the list that an index leads to."""
        asked = self.sortable_by
        led = indexed_columns(self.model)
        found = []
        for name in self.get_list_display(request):
            if asked is not None and name not in asked:
                continue
            column = self._column(name)
            if column is not None and column in led:
                found.append(name)
        return found

    def _column(self, name: Any) -> str | None:
        """The database's name of what a column of the list shows or is sorted by."""
        field: Any = name
        if callable(name) or not _is_field(self.model, name):
            method = name if callable(name) else getattr(self, name, getattr(self.model, name, None))
            field = column_of(self.model, getattr(method, "admin_order_field", None) or "")
        if field == "pk":
            return str(self.opts.pk.column) if hasattr(self.opts.pk, "column") else None
        found: Any = self.opts.get_field(field) if field and _is_field(self.model, field) else None
        return None if found is None else str(found.column)

    def sortable_words(self, cl: KeysetChangeList) -> list[str]:
        """The names of the sortable columns, where there are columns that are not."""
        names = [name for name in cl.list_display if name != "action_checkbox"]
        able = cl.sortable_by or []
        if len(able) == len(names):
            return []
        return [capfirst(field_label(self.model, name, self)) for name in able]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """A number is a row's own, found by its index; anything else is looked for in `search_fields`."""
        term = search_term.strip().removeprefix("#").replace("\x00", "")
        if term.isascii() and term.isdigit() and isinstance(self.opts.pk, models.IntegerField):
            return (queryset.filter(pk=int(term)) if int(term) <= BIGINT_MAX else queryset.none()), False
        if self.get_search_fields(request) == ["pk"]:
            return (queryset.none() if term else queryset), False
        found, duplicates = super().get_search_results(request, queryset, search_term.replace("\x00", ""))
        return found, duplicates

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return self._in_seoul(
            request, lambda: super(ReadOnlyAdmin, self).changelist_view(request, {**title, **(extra_context or {})})
        )

    # --- One row

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        parent: Any = super()
        context = {"show_back_button": True, "show_history": self.show_history, **(extra_context or {})}
        return self._in_seoul(request, lambda: parent.changeform_view(request, object_id, form_url, context))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None and request.method == "GET":
            context["related_rows"] = related_rows(row, request)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        parent: Any = super()
        return self._in_seoul(request, lambda: parent.history_view(request, object_id, extra_context))

    def _in_seoul(self, request: HttpRequest, page: Callable[[], Any]) -> Any:
        """The page in Seoul's time, whatever zone is current; the way back where a statement took too long."""
        with timezone.override(SEOUL):
            try:
                # What is done (an action of a list) keeps its own transactions.
                with statement_limit(seconds=PAGE_SECONDS) if request.method == "GET" else nullcontext():
                    response = page()
                    render = getattr(response, "render", None)
                    # Rendered here: a lazy response would be rendered in whatever zone is current later.
                    return render() if callable(render) else response
            except TooSlow:
                self.message_user(request, too_slow_words(), messages.WARNING)
                return redirect("admin:index")


def row_address(model: Any, key: Any) -> str:
    """The page of a row in its table, whoever looks; empty where the table is not in the admin."""
    return table_row_link(model, key)


def _flat(fieldsets: Any) -> list[Any]:
    found: list[Any] = []
    for _name, options in fieldsets:
        for field in options["fields"]:
            found += list(field) if isinstance(field, list | tuple) else [field]
    return found


def _is_field(model: type[models.Model], name: Any) -> bool:
    return isinstance(name, str) and any(name in (one.name, one.attname) for one in model._meta.concrete_fields)
