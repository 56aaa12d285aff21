"""How dead letters are narrowed down in the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xlcfi.events.admin_base import RecentValuesFilter
from xlcfi.events.admin_words import reason_words
from xlcfi.events.models import DeadLetter

ALL_STATES = "all"


class StateFilter(admin.SimpleListFilter):
    """What waits for somebody, unless something else is asked for; a search looks at all of them."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self._otherwise = ALL_STATES if request.GET.get("q") else str(DeadLetter.State.NEW)
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*DeadLetter.State.choices, (ALL_STATES, _("All"))]

    def value(self) -> str:
        return super().value() or self._otherwise

    def choices(self, changelist: Any) -> Iterator[Any]:
        for name, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: name})
            yield {"selected": self.value() == str(name), "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: "QuerySet[DeadLetter]") -> "QuerySet[DeadLetter]":
        return queryset if self.value() == ALL_STATES else queryset.filter(state=self.value())


class ReasonFilter(RecentValuesFilter):
    """By the reason, in words."""

    def words(self, value: str) -> str:
        return reason_words(value)
