"""How the consumers stand, as a page: lag, what waits, what failed, what runs by the clock."""

import time
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xlcfi.clock import now
from xlcfi.console.columns import moment_text
from xlcfi.console.formats import count
from xlcfi.console.pages import Page, page
from xlcfi.console.parts import Cell, Column, Kind, Table, Tile, table, tile
from xlcfi.events.followups import followups_waiting
from xlcfi.events.models import DeadLetter, PeriodicRun
from xlcfi.events.outbox import outbox_waiting
from xlcfi.events.registry import discover, groups

if TYPE_CHECKING:
    from xlcfi.events.status import GroupStatus, Status

SEEN_SECONDS = 10.0
"""For so long everybody who looks sees the same: the broker is asked once, however many pages are open."""
OVERDUE_SECONDS = 120.0
COUNTED_AT_MOST = 10_000
_lock = Lock()
_seen: "tuple[float, Status] | None" = None


def status_seen() -> "Status":
    """The consumers' state, at most SEEN_SECONDS old. Takes some seconds where the broker is away."""
    # The broker's client is loaded by whoever looks at it, not by every web process.
    from xlcfi.events.status import consumers_status

    global _seen
    with _lock:
        if _seen is None or time.monotonic() > _seen[0] + SEEN_SECONDS:
            discover()
            status = consumers_status(list(groups().values()))
            _seen = (time.monotonic(), status)
        return _seen[1]


def status_summary() -> dict[str, Any]:
    """The state in a few words, for the home page: lag (None: the broker can't be asked), words, whether it is good.

    overdue: seconds by which the periodic job that is latest should have run before.
    """
    status = status_seen()
    lag = None if status.groups is None else sum(group.lag for group in status.groups)
    stopped = [group.name for group in status.groups or () if group.stopped]
    late = overdue()
    if lag is None:
        words = _("Kafka can't be reached")
    elif stopped:
        words = _("nobody reads: %(groups)s") % {"groups": ", ".join(stopped)}
    elif late > OVERDUE_SECONDS:
        words = _("periodic jobs are late")
    else:
        words = _("all groups read") if lag else _("nothing waits")
    good = lag is not None and not stopped and late <= OVERDUE_SECONDS
    return {
        "lag": lag,
        "text": "–" if lag is None else count(lag),
        "words": words,
        "good": good,
        "overdue": round(late),
    }


def overdue() -> float:
    """Seconds by which the latest periodic job is late; 0 where all are in time."""
    earliest = PeriodicRun.objects.order_by("next_at").values_list("next_at", flat=True).first()
    return 0.0 if earliest is None else max(0.0, (now() - earliest).total_seconds())


@page
class StatusPage(Page):
    """Lag by group, what waits in the database, periodic jobs."""

    name = "events_status"
    path = "events/status/"
    title = gettext_lazy("Consumers")
    description = gettext_lazy("Whether events are read and applied. What waits in Kafka is asked of the broker.")
    permission = "events.view_periodicrun"
    section = "operations"
    icon = "sync"
    order = 10
    seconds = 15.0

    def get(self, request: HttpRequest, **parameters: Any) -> HttpResponseBase:
        if request.GET.get("format") == "json":
            return JsonResponse(status_summary())
        return super().get(request, **parameters)

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        status = status_seen()
        tables = [_groups_table(status.groups), _jobs_table()]
        return {"tiles": _tiles(status), "tables": tables, "errors": status.errors}

    template_name = "admin/events/status.html"


def _tiles(status: "Status") -> list[Tile]:
    lag = None if status.groups is None else sum(group.lag for group in status.groups)
    return [tile(name="lag", label=_("Events that wait"), value=count(lag), kind=_kind(lag is None)), *waiting_tiles()]


def waiting_tiles() -> list[Tile]:
    """What waits in the database: dead letters, work, messages. A few bounded looks, no word with the broker."""
    dead = DeadLetter.objects.filter(state=DeadLetter.State.NEW)[:COUNTED_AT_MOST].count()
    jobs, jobs_late = followups_waiting()
    messages, messages_late = outbox_waiting()
    late = overdue()
    return [
        tile(
            name="dead",
            label=_("Dead letters"),
            value=count(dead) + ("+" if dead == COUNTED_AT_MOST else ""),
            kind=_kind(dead > 0),
            link=reverse("admin:events_deadletter_changelist"),
        ),
        tile(
            name="jobs",
            label=_("Follow-ups that wait"),
            value=count(jobs),
            hint=_age(jobs_late, jobs),
            link=reverse("admin:events_followup_changelist"),
        ),
        tile(
            name="outbox",
            label=_("Messages to send"),
            value=count(messages),
            hint=_age(messages_late, messages),
            link=reverse("admin:events_outbox_changelist"),
        ),
        tile(
            name="overdue",
            label=_("Periodic jobs late by"),
            value=_("%(seconds)s s") % {"seconds": count(round(late))},
            kind=_kind(late > OVERDUE_SECONDS),
            link=reverse("admin:events_periodicrun_changelist"),
        ),
    ]


def _groups_table(found: "list[GroupStatus] | None") -> Table:
    def mood(group: "GroupStatus") -> Cell:
        if group.stopped:
            return Cell(_("nobody reads"), mood="bad")
        return Cell(_("reads"), mood="good") if group.members else Cell(_("not running"), mood="quiet")

    rows = [
        (group.name, mood(group), group.lag, len(group.members), _when(group.committed_at))
        for group in sorted(found or [], key=lambda one: (-one.lag, one.name))
    ]
    return table(
        title=_("Consumer groups"),
        columns=[
            _("group"),
            _("state"),
            Column(_("events that wait"), figure=True),
            Column(_("consumers"), figure=True),
            _("last moved"),
        ],
        rows=rows,
        empty=_("The broker can't be asked."),
    )


def _jobs_table() -> Table:
    moment = now()
    rows = []
    for run in PeriodicRun.objects.order_by("next_at")[:100]:
        late = max(0.0, (moment - run.next_at).total_seconds())
        mood = "bad" if run.last_error or late > OVERDUE_SECONDS else ""
        rows.append(
            (run.name, _when(run.next_at), Cell(count(round(late)), mood=mood), Cell(run.last_error[:120], mood="bad"))
        )
    return table(
        title=_("Periodic jobs"),
        columns=[_("job"), _("due"), Column(_("seconds overdue"), figure=True), _("last error")],
        rows=rows,
        empty=_("None has run yet: no consumer was started."),
    )


def _kind(bad: bool) -> Kind:
    return "bad" if bad else "plain"


def _when(moment: datetime | None) -> str:
    from django.utils.html import strip_tags

    return strip_tags(str(moment_text(moment)))


def _age(seconds: float, many: int) -> str:
    return _("oldest: %(seconds)s s") % {"seconds": count(round(seconds))} if many else ""
