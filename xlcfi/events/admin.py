"""Dead letters and the queue, for people to look at."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xlcfi.events.models import DeadLetter, FollowUp

SHOWN_BYTES = 20_000


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(DeadLetter)
class DeadLetterAdmin(_ReadOnly):
    """What could not be applied, and why."""

    list_display = ("created_at", "group", "topic", "reason", "field", "short_message", "state")
    list_filter = ("state", "cause", "group", "topic", "reason")
    search_fields = ("record_id", "event_id", "message")
    date_hierarchy = "created_at"
    show_full_result_count = False
    exclude = ("payload", "key")
    readonly_fields = ("key_text", "payload_text")

    @admin.display(description=_("message"))
    def short_message(self, letter: DeadLetter) -> str:
        """The message, cut for the list."""
        return letter.message[:120]

    @admin.display(description=_("key"))
    def key_text(self, letter: DeadLetter) -> str:
        """The key as text."""
        return "" if letter.key is None else bytes(letter.key)[:SHOWN_BYTES].decode("utf-8", "replace")

    @admin.display(description=_("payload"))
    def payload_text(self, letter: DeadLetter) -> str:
        """The payload as text, as far as a page can bear it."""
        return "" if letter.payload is None else bytes(letter.payload)[:SHOWN_BYTES].decode("utf-8", "replace")


@admin.register(FollowUp)
class FollowUpAdmin(_ReadOnly):
    """Work that waits to be done after events."""

    list_display = ("created_at", "job", "args", "run_after", "attempts", "last_error")
    list_filter = ("job",)
    show_full_result_count = False
