"""How a column of a table is shown, in lists and on the page of one row: keys as links, money, moments in Seoul.

A `ReadOnlyAdmin` shows its fields so by itself; these functions are for what it can't know.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xlcfi.clock import SEOUL
from xlcfi.console.formats import NOTHING, money
from xlcfi.console.pages import page_named

Shown = Callable[[Any], Any]

# Where a row has a page of its own beside its table's: by table, the page's name. The pages are the apps'.
PAGES = {"users": "analytics_person", "products": "analytics_product"}


@cache
def related(name: str, *, named: bool = False) -> Shown:
    """A column of a foreign key: `#123`, linked to its row's page as far as the viewer may see that, without a read.

    named: with the row in words, for one read; not for lists.
    """

    def column(row: Any) -> Any:
        field = row._meta.get_field(name)
        key = getattr(row, field.attname)
        if key is None:
            return NOTHING
        viewer = getattr(row, "console_viewer", None)
        text = f"#{key}"
        if named and (words := _in_words(row, name, viewer)):
            text = f"#{key} {words}"
        link = row_link(field.related_model, key, viewer)
        return format_html('<a class="console-link" href="{}">{}</a>', link, text) if link else text

    return _column(column, name)


@cache
def amount(name: str, currency: str = "currency") -> Shown:
    """A column of money, with the sign of the row's currency; without a currency of its own, bare."""

    def column(row: Any) -> SafeString:
        kind = getattr(row, currency, None)
        value = getattr(row, name)
        text = NOTHING if value is None else money(value, str(kind)) if kind else f"{value:,}"
        return format_html('<span class="console-number">{}</span>', text)

    return _column(column, name)


@cache
def moment(name: str) -> Shown:
    """A column of a moment: in Seoul, to the second, never broken within the day or the time."""

    def column(row: Any) -> "SafeString | str":
        return moment_text(getattr(row, name))

    return _column(column, name)


@cache
def day(name: str) -> Shown:
    """A column of a Seoul day, written as everywhere else here: 2026-11-22, whatever the language."""

    def column(row: Any) -> "SafeString | str":
        value = getattr(row, name)
        return NOTHING if value is None else format_html('<span class="console-whole">{}</span>', value.isoformat())

    return _column(column, name)


def moment_text(value: datetime | None) -> "SafeString | str":
    """A moment in Seoul to the second, sortable by eye, broken between day and time at most; a dash for none."""
    if value is None:
        return NOTHING
    day, time = f"{value.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}".split()
    return format_html('<span class="console-whole">{}</span> <span class="console-whole">{}</span>', day, time)


def shown_columns(model: type[models.Model], names: Iterable[Any], *, named: bool = False) -> list[Any]:
    """The columns as they are shown: what is a field and has a way of its own is replaced by it."""
    return [_headed(model, _shown(model, name, named) if isinstance(name, str) else name) for name in names]


@cache
def _headed(model: type[models.Model], column: Any) -> Any:
    """A column of a field with the field's name as its head."""
    field = getattr(column, "console_field", None)
    if field is None or hasattr(column, "short_description"):
        return column

    def headed(row: Any) -> Any:
        return column(row)

    headed.short_description = model._meta.get_field(field).verbose_name  # type: ignore[attr-defined,union-attr]
    return _column(headed, field)


def _shown(model: type[models.Model], name: str, named: bool) -> Any:
    field: Any = next((one for one in model._meta.concrete_fields if name in (one.name, one.attname)), None)
    if isinstance(field, models.ForeignKey):
        return related(field.name, named=named)
    if isinstance(field, models.DateTimeField):
        return moment(field.name)
    if isinstance(field, models.DateField):
        return day(field.name)
    if isinstance(field, models.DecimalField):
        return amount(field.name)
    return name


def row_link(model: Any, key: Any, viewer: Any = None) -> str:
    """The page of a row, as far as `viewer` (a request) may see it: its own where it has one, otherwise its table's."""
    page = page_named(PAGES.get(model._meta.db_table, ""))
    if page is not None and (viewer is None or page.allowed(viewer)):
        return reverse(f"admin:{page.name}", args=[key])
    if viewer is not None and not viewer.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
        return ""
    return table_row_link(model, key)


def table_row_link(model: Any, key: Any) -> str:
    """The page of a row in its table; empty where the table is not in the admin."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
    except NoReverseMatch:
        return ""


def _in_words(row: Any, name: str, viewer: Any) -> str:
    """What the related row is called, as the viewer may know it; nothing where it is gone."""
    try:
        other = getattr(row, name)
    except ObjectDoesNotExist:
        return ""
    model_admin = admin.site._registry.get(type(other))
    if viewer is not None and model_admin is not None and hasattr(model_admin, "masked_row"):
        other = model_admin.masked_row(viewer, other)
    words = str(other)
    return "" if words == f"#{other.pk}" else words


def _column(column: Shown, name: str) -> Shown:
    column.__name__ = name
    column.console_field = name  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column
