"""Filters of lists that cost nothing to offer: none of them reads a large table to its end."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xlcfi.clock import day_start, today

LOOK_BACK = 10_000
"""A filter offers the values of so many of the newest rows: a page must not read a large table to its end."""
BIGINT_MAX = 2**63 - 1


class _FieldFilter(admin.FieldListFilter):
    """What filters of a column share: their own parameters, which no column has."""

    suffixes: ClassVar[tuple[str, ...]] = ("",)

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        self.names = [f"{field_path}{suffix}" for suffix in self.suffixes]
        self.given = {name: params.get(name, [""])[-1] for name in self.names}
        self.model, self.field_name = model, field_path
        super().__init__(field, request, params, model, model_admin, field_path)

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def has_output(self) -> bool:
        return True

    def others(self, changelist: Any) -> list[tuple[str, str]]:
        """The other parameters of the list, for a form's hidden fields."""
        return [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in self.names
            for value in values
        ]


class RecentValuesFilter(_FieldFilter):
    """By one value of a column, offering those that occur in the newest rows."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self._chosen = self.given[field_path]
        self._values = _recent(model, field.column)
        if self._chosen and self._chosen not in self._values:
            self._values.append(self._chosen)

    def has_output(self) -> bool:
        return bool(self._values)

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {
            "selected": not self._chosen,
            "query_string": changelist.get_query_string(remove=self.names),
            "display": _("All"),
        }
        for value in self._values:
            yield {
                "selected": self._chosen == value,
                "query_string": changelist.get_query_string({self.names[0]: value}),
                "display": self.words(value),
            }

    def words(self, value: str) -> str:
        """What people read instead of `value`."""
        return value


class DayFilter(_FieldFilter):
    """From a Seoul day to another, both included; with the usual stretches to choose from."""

    template = "console/filters/days.html"
    suffixes = ("__from", "__to")

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self.first, self.last = (_day(self.given[name]) for name in self.names)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        moments = isinstance(self.field, models.DateTimeField)
        found: dict[str, date | datetime] = {}
        if self.first is not None:
            found[f"{self.field_path}__gte"] = day_start(self.first) if moments else self.first
        if self.last is not None:
            after = self.last + timedelta(days=1)
            found[f"{self.field_path}__lt"] = day_start(after) if moments else after
        return queryset.filter(**found)

    def choices(self, changelist: Any) -> Iterator[Any]:
        links = [
            {
                "selected": (self.first, self.last) == stretch,
                "query_string": changelist.get_query_string(
                    {name: str(day) for name, day in zip(self.names, stretch, strict=True)}
                ),
                "display": words,
            }
            for words, stretch in self._stretches()
        ]
        yield {
            "links": links,
            "all": changelist.get_query_string(remove=self.names),
            "others": self.others(changelist),
            "first_name": self.names[0],
            "last_name": self.names[1],
            "first": self.first,
            "last": self.last,
        }

    @staticmethod
    def _stretches() -> list[tuple[str, tuple[date, date]]]:
        now = today()
        month = now.replace(day=1)
        before = month - timedelta(days=1)
        return [
            (_("Today"), (now, now)),
            (_("Last 7 days"), (now - timedelta(days=6), now)),
            (_("Last 30 days"), (now - timedelta(days=29), now)),
            (_("This month"), (month, now)),
            (_("Last month"), (before.replace(day=1), before)),
            (_("This year"), (now.replace(month=1, day=1), now)),
        ]


class RelatedFilter(_FieldFilter):
    """By the row that a foreign key names: its number, looked up while one types where its table can be searched."""

    template = "console/filters/related.html"

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        text = self.given[self.names[0]].strip().removeprefix("#")
        if not text:
            return queryset
        if not (text.isascii() and text.isdigit()) or int(text) > BIGINT_MAX:
            return queryset.none()
        return queryset.filter(**{self.field_path: int(text)})

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {
            "name": self.names[0],
            "value": self.given[self.names[0]],
            "others": self.others(changelist),
            "all": changelist.get_query_string(remove=self.names),
            "lookup": reverse("admin:autocomplete"),
            "app_label": self.model._meta.app_label,
            "model_name": self.model._meta.model_name,
            "field_name": self.field_path,
            "list_id": f"console-{self.names[0]}-found",
        }


def bounded_filter(model: type[models.Model], name: Any) -> Any:
    """The filter for a column that is named without one: never a list of all that a column holds."""
    if not isinstance(name, str) or "__" in name:
        return name
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return (name, RelatedFilter)
    if isinstance(field, models.DateField):
        return (name, DayFilter)
    if isinstance(field, models.BooleanField) or getattr(field, "choices", None):
        return name
    return (name, RecentValuesFilter)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _recent(model: type[models.Model], column: str) -> list[str]:
    quoted = connection.ops.quote_name
    table, key = quoted(model._meta.db_table), quoted(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {quoted(column)} FROM (SELECT {quoted(column)} FROM {table} ORDER BY {key} DESC LIMIT %s)"
            " AS newest ORDER BY 1",
            [LOOK_BACK],
        )
        return [str(row[0]) for row in cursor.fetchall() if row[0] not in (None, "")]
