"""Dead letters in the admin: to be found, read, sent through again or given up, and never edited."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xlcfi.events.admin_base import (
    ReadOnlyAdmin,
    RecentValuesFilter,
    block,
    bytes_shown,
    moment,
    pairs_shown,
    payload_shown,
    shortened,
)
from xlcfi.events.admin_filters import ReasonFilter, StateFilter
from xlcfi.events.admin_handling import AT_ONCE, Handled, letters_discard, letters_retry
from xlcfi.events.admin_words import done_words, reason_words, result_words, state_words
from xlcfi.events.models import DeadLetter
from xlcfi.events.readable import headers_readable, readable
from xlcfi.platform.selectors import BIGINT_MAX

LISTED = 20
REASON_MAX = 500
CONFIRMED = "confirmed"
FROM_LETTER = "from_letter"  # the button on a letter's own page says so, to come back to it


class DeadLetterAdmin(ReadOnlyAdmin):
    """What could not be applied, why, and what people did about it."""

    list_display = ("id", "state_text", "failed_at", "group", "topic", "short_reason", "short_message")
    list_filter = (
        StateFilter,
        "created_at",
        "cause",
        ("group", RecentValuesFilter),
        ("topic", RecentValuesFilter),
        ("reason", ReasonFilter),
    )
    search_fields = ("record_id", "event_id", "message")
    search_help_text = gettext_lazy("Number, key, record, event id or words of the message.")
    actions = ("retry", "discard")
    show_history = True
    change_form_template = "admin/events/deadletter/change_form.html"
    list_display_links = ("id", "failed_at")
    fieldsets = (
        (None, {"fields": ("state_text", "reason_text", "field_text", "message_text", "cause", "group", "failed_at")}),
        (gettext_lazy("What people did"), {"fields": ("history_text",)}),
        (
            gettext_lazy("The event"),
            {
                "fields": (
                    "event_id",
                    "topic",
                    ("partition", "offset"),
                    "record_id",
                    "record_time",
                    "key_text",
                    "headers_text",
                    "payload_text",
                )
            },
        ),
        (gettext_lazy("Stack trace"), {"fields": ("trace_text",), "classes": ("collapse",)}),
    )

    # --- Who may

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whether this person may send dead letters through again."""
        return bool(request.user.has_perm("events.retry_deadletter"))

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """Whether this person may give dead letters up."""
        return bool(request.user.has_perm("events.discard_deadletter"))

    # --- Finding

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        match = request.resolver_match
        listed = match is not None and str(match.url_name).endswith("changelist")
        # A list of fifty megabytes is no list.
        return rows.defer("payload", "trace", "headers", "key") if listed else rows

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Besides the words: a letter's number, and the key of its event (the order's number, mostly)."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(key=term.encode("utf-8", "replace"))
        number = term.removeprefix("#")
        if number.isascii() and number.isdigit() and int(number) <= BIGINT_MAX:
            found |= Q(pk=int(number))
        for name in self.search_fields:
            found |= Q(**{f"{name}__icontains": term.replace("\x00", "")})
        return queryset.filter(found), False

    # --- Reading

    @admin.display(description=gettext_lazy("failed at"), ordering="created_at")
    def failed_at(self, letter: DeadLetter) -> "SafeString | str":
        return moment(letter.created_at)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_text(self, letter: DeadLetter) -> SafeString:
        again = sum(each.get("what") == "retry failed" for each in letter.history)
        times = _("failed again %(times)s×") % {"times": again} if again else ""
        return format_html(
            '<span class="console-state events-state-{}">{}</span> {}', letter.state, state_words(letter.state), times
        )

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def reason_text(self, letter: DeadLetter) -> str:
        words = reason_words(letter.reason)
        code = "" if words == letter.reason else f" ({letter.reason})"
        return f"{words}{code}"

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def short_reason(self, letter: DeadLetter) -> str:
        return reason_words(letter.reason)

    @admin.display(description=gettext_lazy("message"))
    def short_message(self, letter: DeadLetter) -> str:
        return shortened(f"{letter.field}: {letter.message}" if letter.field else letter.message)

    @admin.display(description=gettext_lazy("field"))
    def field_text(self, letter: DeadLetter) -> str:
        return letter.field or "-"

    @admin.display(description=gettext_lazy("message"))
    def message_text(self, letter: DeadLetter) -> SafeString:
        return block(letter.message)

    @admin.display(description=gettext_lazy("record time"))
    def record_time(self, letter: DeadLetter) -> "SafeString | str":
        milliseconds = letter.timestamp_ms
        if milliseconds is None or not 0 <= milliseconds < 253_402_300_800_000:
            return "-" if milliseconds is None else str(milliseconds)
        return moment(datetime.fromtimestamp(milliseconds / 1000, UTC))

    @admin.display(description=gettext_lazy("key"))
    def key_text(self, letter: DeadLetter) -> "SafeString | str":
        key = readable(None if letter.key is None else bytes(letter.key))
        return bytes_shown(key) if key.kind == "bytes" else key.text or "-"

    @admin.display(description=gettext_lazy("payload"))
    def payload_text(self, letter: DeadLetter) -> SafeString:
        return payload_shown(letter, letter.payload)

    @admin.display(description=gettext_lazy("headers"))
    def headers_text(self, letter: DeadLetter) -> SafeString:
        return pairs_shown(headers_readable(letter.headers))

    @admin.display(description=gettext_lazy("stack trace"))
    def trace_text(self, letter: DeadLetter) -> "SafeString | str":
        return block(letter.trace) if letter.trace else "-"

    @admin.display(description=gettext_lazy("history"))
    def history_text(self, letter: DeadLetter) -> "SafeString | str":
        if not letter.history:
            return _("Nobody has done anything about it yet.")
        heads = format_html_join("", '<th scope="col">{}</th>', [(_("when"),), (_("who"),), (_("what"),), (_("note"),)])
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    moment(datetime.fromisoformat(each["at"])),
                    each["who"],
                    done_words(each["what"]),
                    result_words(each["note"]) if each["what"] == "retried" else each["note"],
                )
                for each in letter.history
            ),
        )
        table = '<table class="console-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        return format_html(table, heads, rows)

    # --- Doing

    @admin.action(description=gettext_lazy("Send through again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: "QuerySet[DeadLetter]") -> HttpResponse | None:
        """Sends the chosen letters through their handlers again, after a page that asks."""
        return self._handle(request, queryset, "retry")

    @admin.action(description=gettext_lazy("Discard"), permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: "QuerySet[DeadLetter]") -> HttpResponse | None:
        """Gives the chosen letters up, after a page that asks why."""
        return self._handle(request, queryset, "discard")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        letter = self.get_object(request, object_id)
        waits = letter is not None and letter.state == DeadLetter.State.NEW
        buttons = {
            "may_retry": waits and self.has_retry_permission(request),
            "may_discard": waits and self.has_discard_permission(request),
        }
        return super().change_view(request, object_id, form_url, {**buttons, **(extra_context or {})})

    def _handle(self, request: HttpRequest, queryset: "QuerySet[DeadLetter]", action: str) -> HttpResponse | None:
        if CONFIRMED not in request.POST:
            return self._ask(request, queryset, action)
        # As they were shown and confirmed: one that somebody settled meanwhile is told of, not left out.
        given = request.POST.getlist(ACTION_CHECKBOX_NAME)
        letter_ids = [int(each) for each in given if each.isascii() and each.isdigit() and int(each) <= BIGINT_MAX]
        if len(letter_ids) > AT_ONCE:
            self._too_many(request, action)
            return None
        reason = " ".join(request.POST.get("reason", "").replace("\x00", "").split())[:REASON_MAX]
        if action == "discard" and not reason:
            chosen = DeadLetter.objects.filter(pk__in=letter_ids)
            return self._ask(request, chosen, action, complaint=_("Say why: it stays in the history."))
        who = request.user.get_username()

        def audit(letter: DeadLetter, what: str) -> None:
            self.log_change(request, letter, what)

        if action == "discard":
            handled = letters_discard(letter_ids=letter_ids, who=who, reason=reason, audit=audit)
        else:
            handled = letters_retry(letter_ids=letter_ids, who=who, audit=audit)
        return self._told(request, handled, action)

    def _ask(
        self, request: HttpRequest, queryset: "QuerySet[DeadLetter]", action: str, complaint: str = ""
    ) -> HttpResponse | None:
        letters = list(queryset.defer("payload", "trace", "headers", "key").order_by("pk")[: AT_ONCE + 1])
        if len(letters) > AT_ONCE:
            self._too_many(request, action)
            return None
        settled = sum(letter.state != DeadLetter.State.NEW for letter in letters)
        groups = Counter((letter.group, letter.topic, reason_words(letter.reason)) for letter in letters)
        from_letter = FROM_LETTER in request.POST and len(letters) == 1
        context = {
            **self.admin_site.each_context(request),
            "title": _("Discard dead letters") if action == "discard" else _("Send dead letters through again"),
            "opts": self.opts,
            "media": self.media,
            "back": self._back(request),
            "action": action,
            "letters": letters[:LISTED],
            "more": max(0, len(letters) - LISTED),
            "ids": [letter.pk for letter in letters],
            "count": len(letters),
            "settled": settled,
            "groups": groups.most_common(),
            "complaint": complaint,
            "reason_max": REASON_MAX,
            "from_letter": letters[0] if from_letter else None,
        }
        return TemplateResponse(request, "admin/events/deadletter/confirm.html", context)

    def _told(self, request: HttpRequest, handled: list[Handled], action: str) -> HttpResponse:
        if FROM_LETTER in request.POST and len(handled) == 1:
            [one] = handled
            text = _("Dead letter %(number)s: %(result)s") % {"number": one.letter_id, "result": one.words}
            self.message_user(request, text, messages.SUCCESS if one.ok else messages.ERROR)
            return redirect("admin:events_deadletter_change", one.letter_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What became of them"),
            "opts": self.opts,
            "media": self.media,
            "back": self._back(request),
            "handled": handled,
            "well": sum(one.ok for one in handled),
            "badly": sum(not one.ok for one in handled),
            "action": action,
        }
        return TemplateResponse(request, "admin/events/deadletter/results.html", context)

    @staticmethod
    def _back(request: HttpRequest) -> str:
        """The list as it was, with its filters."""
        return request.get_full_path()

    def _too_many(self, request: HttpRequest, action: str) -> None:
        text = _(
            "These are more than %(most)s dead letters, more than a page should handle at once. Choose fewer, or use: "
            "manage.py dead_letters %(action)s --all --apply (with --group, --topic or --reason)."
        )
        self.message_user(request, text % {"most": AT_ONCE, "action": action}, messages.ERROR)
