"""What every admin page of a Java-owned table shares: read-only, in Seoul's time, no counting of whole tables."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import connections, models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from xlcfi.clock import SEOUL
from xlcfi.platform.selectors import BIGINT_MAX, source_deployed

COUNT_AT_MOST = 10_000
"""A list shows no more rows than this, so that no page counts a large table to the end."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to COUNT_AT_MOST rows; of a whole table, PostgreSQL's own estimate saves even that."""

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        if not rows.query.has_filters() and self._estimate(rows) >= COUNT_AT_MOST:
            return COUNT_AT_MOST
        return rows.order_by()[:COUNT_AT_MOST].count()

    @staticmethod
    def _estimate(rows: "QuerySet[models.Model]") -> float:
        with connections[rows.db].cursor() as cursor:
            cursor.execute("select reltuples from pg_class where oid = to_regclass(%s)", [rows.model._meta.db_table])
            row = cursor.fetchone()
        return float(row[0]) if row else 0.0


class PlatformAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A Java-owned table to look at. Nothing can be added, changed or deleted; an absent table is said to be absent."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return [field.name for field in self.opts.concrete_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[models.Model]", search_term: str
    ) -> "tuple[QuerySet[models.Model], bool]":
        """A number is an id, found by its index; anything else is looked for in `search_fields`."""
        term = search_term.strip().removeprefix("#")
        if term.isascii() and term.isdigit():
            return (queryset.filter(pk=int(term)) if int(term) <= BIGINT_MAX else queryset.none()), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return self._shown(request, lambda: super(PlatformAdmin, self).changelist_view(request, extra_context))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        parent: Any = super()
        return self._shown(request, lambda: parent.changeform_view(request, object_id, form_url, extra_context))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        parent: Any = super()
        return self._shown(request, lambda: parent.history_view(request, object_id, extra_context))

    def _shown(self, request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
        """The page in Seoul's time, or the way back with a word where the Java service is not deployed."""
        if not source_deployed(self.opts.db_table):
            text = _("This platform has no table “%(table)s”: the service that owns it is not deployed yet.")
            self.message_user(request, text % {"table": self.opts.db_table}, messages.WARNING)
            return redirect("admin:index")
        with timezone.override(SEOUL):
            response = page()
            render = getattr(response, "render", None)
            # Rendered here: a lazy response would be rendered in whatever zone is current later.
            return render() if callable(render) else response
