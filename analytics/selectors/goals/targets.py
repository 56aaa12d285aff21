"""Targets with their progress, and the alerts about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from analytics.models import Target, TargetAlert
from analytics.selectors.goals.target_values import DaysAsked, values_by_day
from analytics.target_progress import Progress, progress_of
from xlcfi import clock
from xlcfi.clock import day_start
from xlcfi.errors import NotFound

YEAR_BEFORE = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target, how far it is at this moment, and the last change of its status (None: never)."""

    target: Target
    progress: Progress
    latest_alert: TargetAlert | None


def target_states(targets: Iterable[Target]) -> list[TargetState]:
    """The state of each target now. At most six statements, however many targets."""
    targets = list(targets)
    if not targets:
        return []
    now = [DaysAsked(each, each.first, each.last) for each in targets]
    then = [DaysAsked(each, each.first - YEAR_BEFORE, each.last - YEAR_BEFORE) for each in targets]
    values = values_by_day([*now, *then])
    alerts = _latest_alerts([each.id for each in targets])
    return [
        TargetState(each, _progress(each, values[number], values[len(targets) + number]), alerts.get(each.id))
        for number, each in enumerate(targets)
    ]


def targets_page(*, status: str | None, after: Sequence[date | int] | None, limit: int) -> list[TargetState]:
    """Up to `limit` targets, those that end last first, that come after (last, id) `after`, with their state."""
    found = Target.objects.all()
    if status:
        found = found.filter(status=status)
    if after is not None:
        last, number = after
        found = found.filter(Q(last__lt=last) | Q(id__lt=number), last__lte=last)
    return target_states(found.order_by("-last", "-id")[:limit])


def target_state(*, target_id: int) -> TargetState:
    """One target's state. Raises NotFound."""
    return target_states([target_get(target_id=target_id)])[0]


def target_get(*, target_id: int) -> Target:
    """The target. Raises NotFound."""
    found = Target.objects.filter(id=target_id).first()
    if found is None:
        raise NotFound("There is no such target.")
    return found


def targets_running(*, limit: int = 10) -> list[TargetState]:
    """The targets whose period has not ended, those that end first at the front: for the admin's home."""
    return target_states(Target.objects.filter(last__gte=clock.today()).order_by("last", "id")[:limit])


def alerts_of(*, target_id: int, limit: int = 50) -> list[TargetAlert]:
    """The newest alerts of a target, newest first."""
    return list(TargetAlert.objects.filter(target_id=target_id).order_by("-at", "-id")[:limit])


def alerts_latest(*, limit: int = 10, since: datetime | None = None) -> list[TargetAlert]:
    """The newest alerts of all targets, newest first, each with its target: for the admin's home. One query."""
    found = TargetAlert.objects.select_related("target")
    if since is not None:
        found = found.filter(at__gte=since)
    return list(found.order_by("-at", "-id")[:limit])


def _latest_alerts(target_ids: list[int]) -> dict[int, TargetAlert]:
    found = TargetAlert.objects.filter(target_id__in=target_ids).order_by("target_id", "-at", "-id")
    return {alert.target_id: alert for alert in found.distinct("target_id")}


def _progress(target: Target, now: dict[date, Decimal], then: dict[date, Decimal]) -> Progress:
    days = [target.first + timedelta(days=number) for number in range((target.last - target.first).days + 1)]
    moment = clock.now()
    return progress_of(
        amount=target.amount,
        values=[now.get(day, Decimal(0)) for day in days],
        last_year=[then.get(day - YEAR_BEFORE, Decimal(0)) for day in days],
        finished=(moment.date() - target.first).days,
        today=(moment - day_start(moment.date())) / timedelta(days=1),
        before=target.status,
    )
