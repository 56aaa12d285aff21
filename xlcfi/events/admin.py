"""What the event loop keeps, for people to look at."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from xlcfi.clock import now
from xlcfi.events.admin_base import (
    ReadOnlyAdmin,
    RecentValuesFilter,
    block,
    moment,
    pairs_shown,
    payload_shown,
    shortened,
)
from xlcfi.events.admin_dead_letters import DeadLetterAdmin
from xlcfi.events.admin_status import StatusPage as StatusPage
from xlcfi.events.models import DeadLetter, FollowUp, Outbox, PeriodicRun, PruneRun
from xlcfi.events.readable import headers_readable, readable

admin.site.register(DeadLetter, DeadLetterAdmin)


def _json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


class _ChoiceFilter(admin.SimpleListFilter):
    """Filters by a condition of several; each is a choice and the lookups it stands for."""

    conditions: dict[str, tuple[Any, dict[str, Any]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, words) for name, (words, _lookups) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        chosen = self.conditions.get(self.value() or "")
        return queryset.filter(**chosen[1]) if chosen else queryset


class FailedFilter(_ChoiceFilter):
    """Whether it failed before."""

    title = _("attempts")
    parameter_name = "tried"
    conditions = {
        "never": (_("not tried yet"), {"attempts": 0}),
        "failed": (_("failed, to be tried again"), {"attempts__gt": 0}),
    }


class SentFilter(_ChoiceFilter):
    """Whether the broker has it."""

    title = _("sent?")
    parameter_name = "sent"
    conditions = {
        "no": (_("waiting"), {"sent_at__isnull": True}),
        "refused": (_("waiting, refused before"), {"sent_at__isnull": True, "attempts__gt": 0}),
        "yes": (_("sent by the relay"), {"sent_at__isnull": False}),
    }


class _WithErrors(ReadOnlyAdmin):
    @admin.display(description=_("last error"))
    def short_error(self, row: Any) -> str:
        """The last error, cut for the list."""
        return shortened(row.last_error)

    @admin.display(description=_("last error"))
    def error_text(self, row: Any) -> "SafeString | str":
        """The last error, whole."""
        return block(row.last_error) if row.last_error else "-"


@admin.register(FollowUp)
class FollowUpAdmin(_WithErrors):
    """Work that waits to be done after events."""

    list_display = ("asked_for", "job", "short_args", "due", "attempts", "short_error")
    list_filter = (FailedFilter, ("job", RecentValuesFilter))
    search_fields = ("job",)
    fields = ("job", "args_text", "asked_for", "due", "attempts", "error_text")

    @admin.display(description=_("asked for at"), ordering="id")
    def asked_for(self, row: FollowUp) -> "SafeString | str":
        return moment(row.created_at)

    @admin.display(description=_("due"), ordering="run_after")
    def due(self, row: FollowUp) -> "SafeString | str":
        return moment(row.run_after)

    @admin.display(description=_("arguments"))
    def short_args(self, row: FollowUp) -> str:
        return shortened(_json(row.args), 80)

    @admin.display(description=_("arguments"))
    def args_text(self, row: FollowUp) -> SafeString:
        return block(_json(row.args, indent=2))


@admin.register(Outbox)
class OutboxAdmin(_WithErrors):
    """What we publish: what waits for the broker, and what it has."""

    list_display = ("written", "topic", "event_id", "sent", "attempts", "short_error")
    list_filter = (SentFilter, ("topic", RecentValuesFilter))
    search_fields = ("event_id__exact",)
    search_help_text = _("The whole event id.")
    fields = (
        "event_id",
        "topic",
        "partition",
        "key_text",
        "headers_text",
        "payload_text",
        "written",
        "sent",
        "attempts",
        "next_try",
        "error_text",
    )

    @admin.display(description=_("written at"), ordering="id")
    def written(self, row: Outbox) -> "SafeString | str":
        return moment(row.created_at)

    @admin.display(description=_("sent at"))
    def sent(self, row: Outbox) -> Any:
        return moment(row.sent_at) if row.sent_at else _("waiting")

    @admin.display(description=_("next try"))
    def next_try(self, row: Outbox) -> "SafeString | str":
        return "-" if row.sent_at else moment(row.next_try_at)

    @admin.display(description=_("key"))
    def key_text(self, row: Outbox) -> str:
        return readable(None if row.key is None else bytes(row.key)).text or "-"

    @admin.display(description=_("payload"))
    def payload_text(self, row: Outbox) -> SafeString:
        return payload_shown(row, row.value)

    @admin.display(description=_("headers"))
    def headers_text(self, row: Outbox) -> SafeString:
        return pairs_shown(headers_readable(row.headers))


@admin.register(PeriodicRun)
class PeriodicRunAdmin(_WithErrors):
    """What the consumers do by the clock."""

    list_display = ("name", "due", "overdue", "short_error")
    ordering = ("name",)
    fields = ("name", "due", "overdue", "error_text")

    @admin.display(description=_("due"), ordering="next_at")
    def due(self, row: PeriodicRun) -> "SafeString | str":
        return moment(row.next_at)

    @admin.display(description=_("seconds overdue"))
    def overdue(self, row: PeriodicRun) -> str:
        return f"{max(0.0, (now() - row.next_at).total_seconds()):,.0f}"


@admin.register(PruneRun)
class PruneRunAdmin(ReadOnlyAdmin):
    """How far old rows were let go of."""

    list_display = ("name", "pruned_before", "ran", "removed_rows")
    ordering = ("name",)
    fields = list_display

    @admin.display(description=_("rows from before"), ordering="before")
    def pruned_before(self, row: PruneRun) -> "SafeString | str":
        return moment(row.before)

    @admin.display(description=_("last run"), ordering="ran_at")
    def ran(self, row: PruneRun) -> "SafeString | str":
        return moment(row.ran_at)

    @admin.display(description=_("rows removed so far"), ordering="removed")
    def removed_rows(self, row: PruneRun) -> str:
        return f"{row.removed:,}"
