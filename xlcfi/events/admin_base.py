"""What the admin pages of the loop's tables share: they show, and change nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from xlcfi.clock import SEOUL
from xlcfi.events.readable import Readable, bytes_size
from xlcfi.platform.admin_base import BoundedPaginator

LOOK_BACK = 10_000
"""A filter offers the values of so many of the newest rows: a page must not read a large table to its end."""


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A table to look at. Nothing can be added, changed or deleted, and no page counts a large table."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering = ("-pk",)

    class Media:
        css = {"all": ("events/admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name)}
        return super().change_view(request, object_id, form_url, {**title, **(extra_context or {})})


class RecentValuesFilter(admin.FieldListFilter):
    """Filters by one value of a column, offering those that occur in the newest rows."""

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        self._name = field_path
        self._chosen = params.get(field_path, [""])[-1]
        super().__init__(field, request, params, model, model_admin, field_path)
        self._values = _recent(model, field.column)
        if self._chosen and self._chosen not in self._values:
            self._values.append(self._chosen)

    def expected_parameters(self) -> list[str | None]:
        return [self._name]

    def has_output(self) -> bool:
        return bool(self._values)

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {
            "selected": not self._chosen,
            "query_string": changelist.get_query_string(remove=[self._name]),
            "display": _("All"),
        }
        for value in self._values:
            yield {
                "selected": self._chosen == value,
                "query_string": changelist.get_query_string({self._name: value}),
                "display": self.words(value),
            }

    def words(self, value: str) -> str:
        """What people read instead of `value`."""
        return value


def _recent(model: type[models.Model], column: str) -> list[str]:
    quoted = connection.ops.quote_name
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {quoted(column)} FROM (SELECT {quoted(column)} FROM {table} ORDER BY {key} DESC LIMIT %s)"
            " AS newest ORDER BY 1",
            [LOOK_BACK],
        )
        return [row[0] for row in cursor.fetchall() if row[0]]


def moment(value: datetime | None) -> "SafeString | str":
    """A moment in Seoul to the second, sortable by eye, broken between day and time at most; a dash for none."""
    if value is None:
        return "-"
    day, time = f"{value.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}".split()
    return format_html('<span class="events-whole">{}</span> <span class="events-whole">{}</span>', day, time)


def shortened(text: str, characters: int = 120) -> str:
    """One line of `text` for a list."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1] + "…"


def block(text: str) -> SafeString:
    """Text of several lines, as it is."""
    return format_html('<pre class="events-block">{}</pre>', text)


def bytes_shown(what: Readable) -> SafeString:
    """Bytes for the page: what they are, how many, and their beginning."""
    kinds = {
        "none": _("none"),
        "json": _("JSON"),
        "wrapped": _("JSON inside a JSON string"),
        "text": _("text, not JSON"),
        "bytes": _("not UTF-8: shown with � in place of what is no text, and the first bytes below"),
    }
    if what.kind == "none":
        return format_html("{}", kinds["none"])
    note = f"{kinds[what.kind]}, {bytes_size(what.size)}"
    if what.cut:
        note += ", " + _("only the beginning is shown")
    dump = block(what.hexadecimal) if what.hexadecimal else ""
    return format_html('<div><p class="events-note">{}</p>{}{}</div>', note, block(what.text), dump)


def pairs_shown(pairs: list[tuple[str, str]]) -> SafeString:
    """Names and values as a table; a dash for none."""
    if not pairs:
        return format_html("{}", "-")
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", pairs)
    return format_html('<table class="events-table">{}</table>', rows)
