"""A list that pages by the place of a row, sorts by indexed columns only and never counts."""

from typing import Any

from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

from xlcfi.console.indexes import rows_estimated
from xlcfi.console.keyset import BadCursor, Keyset, column_of
from xlcfi.console.limits import TooSlow, statement_limit

AFTER, BEFORE = "after", "before"


class UncountedPaginator(Paginator):  # type: ignore[type-arg]
    """What Django's admin asks of a paginator, without a count: a page knows only whether another follows.

    The lists page by themselves; this one serves the search behind filters ("autocomplete").
    """

    template_name = "console/pagination.html"

    @cached_property
    def count(self) -> int:
        """The number of rows that can be paged through: nobody counted them."""
        return self.per_page * 50

    def page(self, number: Any) -> Any:
        """The page, of a list with one row more where another page follows."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        page: Any = self._get_page(rows[: self.per_page], number, self)  # type: ignore[attr-defined]
        page.has_next = lambda: len(rows) > self.per_page
        return page


class KeysetChangeList(ChangeList):
    """See the module. `too_slow` says that the statement was given up; the list is empty then."""

    too_slow = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self._after = request.GET.get(AFTER)
        self._before = request.GET.get(BEFORE)
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        found: dict[str, Any] = super().get_filters_params(params)
        return found

    def get_ordering(self, request: HttpRequest, queryset: "QuerySet[Any]") -> list[str]:
        """By one column and the primary key."""
        self.keyset = self._keyset(request)
        return self.keyset.ordering()

    def _keyset(self, request: HttpRequest) -> Keyset:
        chosen = request.GET.get(ORDER_VAR, "").split(".")[0]
        number = chosen.lstrip("-")
        if number.isascii() and number.isdigit() and 0 < int(number) < len(self.list_display):
            name = self.list_display[int(number)]
            field = self.get_ordering_field(name)
            if self.sortable_by is None or name in self.sortable_by:
                column = column_of(self.model, field) if field is not None else None
                if column is not None:
                    return Keyset(self.model, column, chosen.startswith("-"))
        default = (self.model_admin.get_ordering(request) or ("-pk",))[0]
        column = column_of(self.model, default) or "pk"
        down = default.startswith("-") if isinstance(default, str) else bool(getattr(default, "descending", False))
        return Keyset(self.model, column, down)

    def get_results(self, request: HttpRequest) -> None:
        size = self.list_per_page
        rows: list[models.Model] = []
        more = False
        try:
            with statement_limit():
                rows, more = self.keyset.page(self.queryset, size=size, after=self._after, before=self._before)
        except BadCursor:
            self._after = self._before = None
            with statement_limit():
                rows, more = self.keyset.page(self.queryset, size=size)
        except TooSlow:
            self.too_slow = True
        backward = self._before is not None
        has_next = bool(rows) and (more or backward)
        has_previous = bool(rows) and (more if backward else self._after is not None)
        self.next_link = self._link(AFTER, rows[-1]) if has_next else ""
        self.previous_link = self._link(BEFORE, rows[0]) if has_previous else ""
        self.first_link = self.get_query_string() if self._after or self._before else ""
        self.whole = not has_next and not has_previous and not self.too_slow
        self.result_list = [self.model_admin.masked_row(request, row) for row in rows]
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = False
        self.show_admin_actions = bool(rows)
        self.can_show_all = self.multi_page = False
        self.paginator = UncountedPaginator(rows, size)

    def _link(self, which: str, row: models.Model) -> str:
        return str(self.get_query_string({which: self.keyset.place(row)}))

    @cached_property
    def estimate(self) -> int | None:
        """About how many rows the table has, where nothing narrows the list down and it has more than this page."""
        narrowed = self.queryset.query.has_filters()
        return None if narrowed or self.whole else rows_estimated(self.model)

    @cached_property
    def export_link(self) -> str:
        """The address of this list as a file; empty for whoever may not have it."""
        return str(self.model_admin.export_link(self))

    @cached_property
    def sortable_names(self) -> list[str]:
        """What the list can be sorted by, in words, where something can't be."""
        return list(self.model_admin.sortable_words(self))
