"""Targets over HTTP: the list, one of them with its alerts, making and removing."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.asking import FIRST_DAY, LAST_DAY, AskPage, Id
from analytics.api.paging import PageOf, cursor_read, page_of_run
from analytics.api.serializers import Money
from analytics.models import Target, TargetAlert
from analytics.selectors.completeness import completeness
from analytics.selectors.goals.targets import TargetState, alerts_of, target_state, targets_page
from analytics.services.goals.targets import TargetWanted, target_delete, target_make
from xlcfi import clock
from xlcfi.api.caller import Access, Caller
from xlcfi.api.views import DataView
from xlcfi.clock import SEOUL

STATUSES = "on_track, at_risk, missed or reached"


class AlertItem(serializers.Serializer[None]):
    """A change of status, with the figures that made it."""

    at = serializers.DateTimeField()
    before = serializers.CharField(help_text=STATUSES)
    status = serializers.CharField(help_text=STATUSES)
    actual = Money()
    expected = Money()
    forecast = Money(allow_null=True)


class ProgressPart(serializers.Serializer[None]):
    """expected: by now; forecast: at the end, null too early; elapsed: the weighted part of the period that is over."""

    actual = Money()
    share = serializers.FloatField(help_text="actual / amount")
    expected = Money()
    forecast = Money(allow_null=True)
    elapsed = serializers.FloatField()
    weighted_by = serializers.ChoiceField(choices=["last_year", "days"])


class TargetItem(serializers.Serializer[None]):
    """A target and how far it is. scope_id and currency null: of everything, a count."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    metric = serializers.ChoiceField(choices=Target.Metric.choices)
    scope = serializers.ChoiceField(choices=Target.Scope.choices)
    scope_id = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    period = serializers.DictField(child=serializers.CharField(), help_text="name, from, to: Seoul days")
    amount = Money()
    owner = serializers.CharField()
    status = serializers.CharField(help_text=STATUSES)
    progress = ProgressPart()
    latest_alert = AlertItem(allow_null=True)


class TargetsAnswer(PageOf):
    """Targets, those that end last first."""

    items = TargetItem(many=True)
    as_of = serializers.DateTimeField()
    completeness = serializers.DictField()


class TargetAnswer(TargetItem):
    """A target with the newest 50 changes of its status, newest first."""

    alerts = AlertItem(many=True)
    as_of = serializers.DateTimeField()
    completeness = serializers.DictField()


class TargetRemoved(serializers.Serializer[None]):
    """Which target is no more."""

    id = serializers.IntegerField()
    deleted = serializers.BooleanField()


class TargetsView(DataView):
    """All targets."""

    access = Access.ADMIN

    class Query(AskPage):
        """Of which status (as last evaluated), and which part of the list."""

        status = serializers.ChoiceField(choices=Target.Status.choices, required=False)

    class Body(serializers.Serializer[None]):
        """A target. A month, quarter or year is the one that holds `from`; `to` is for `custom` days only."""

        name = serializers.CharField(max_length=100)
        metric = serializers.ChoiceField(choices=Target.Metric.choices)
        scope = serializers.ChoiceField(choices=Target.Scope.choices, default=Target.Scope.ALL)
        scope_id = Id(required=False, allow_null=True)
        currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False, allow_null=True)
        period = serializers.ChoiceField(choices=Target.PeriodKind.choices)
        to = serializers.DateField(required=False, allow_null=True)
        amount = serializers.DecimalField(max_digits=20, decimal_places=2)

        def get_fields(self) -> dict[str, Any]:
            # `from` is no name that a class body can give.
            return {"from": serializers.DateField(), **super().get_fields()}

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            for name in ("from", "to"):
                day = attrs.get(name)
                if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                    raise serializers.ValidationError({name: [f"Has to lie between {FIRST_DAY} and {LAST_DAY}."]})
            return attrs

    @extend_schema(
        operation_id="v1_analytics_targets_list", parameters=[Query], responses=TargetsAnswer, tags=["analytics"]
    )
    def get(self, request: Request) -> Response:
        """Targets with their progress, forecast and status, those that end last first.

        목표와 달성률, 예상 실적, 상태. 늦게 끝나는 것부터.
        """
        query = self.parse(self.Query)
        limit = query["limit"]
        after = cursor_read(query.get("cursor"), scope="targets", kinds=[date, int])
        found = targets_page(status=query.get("status"), after=after, limit=limit + 1)
        page = page_of_run(found, limit=limit, key=lambda state: (state.target.last, state.target.id), scope="targets")
        items = [target_told(state) for state in page["items"]]
        return Response({"items": items, "next": page["next"], **_as_of()})

    @extend_schema(request=Body, responses={201: TargetAnswer, 200: TargetAnswer}, tags=["analytics"])
    def post(self, request: Request) -> Response:
        """Make a target. Asked for twice (name, figure, scope, period), it is one target: 201 the first time, then 200.

        목표를 만듭니다. 같은 요청을 다시 보내도 목표는 하나입니다.
        """
        body = self.parse(self.Body)
        wanted = TargetWanted(
            name=body["name"],
            metric=body["metric"],
            scope=body["scope"],
            scope_id=body.get("scope_id") or 0,
            currency=body.get("currency") or "",
            period=body["period"],
            first=body["from"],
            last=body.get("to"),
            amount=body["amount"],
        )
        target, made = target_make(wanted=wanted, owner=_owner(self.caller))
        return Response(
            _whole(target_state(target_id=target.id)), status=status.HTTP_201_CREATED if made else status.HTTP_200_OK
        )


class TargetView(DataView):
    """One target."""

    access = Access.ADMIN
    Answer = TargetAnswer

    @extend_schema(tags=["analytics"])
    def get(self, request: Request, target_id: int) -> Response:
        """One target with its progress and the changes of its status.

        목표 하나의 달성률과 상태 변화.
        """
        return Response(_whole(target_state(target_id=target_id)))

    @extend_schema(responses=TargetRemoved, tags=["analytics"])
    def delete(self, request: Request, target_id: int) -> Response:
        """Remove a target and its alerts.

        목표와 알림을 지웁니다.
        """
        target_delete(target_id=target_id)
        return Response({"id": target_id, "deleted": True})


def target_told(state: TargetState) -> dict[str, Any]:
    """A target as the answers have it."""
    target, progress = state.target, state.progress
    return {
        "id": target.id,
        "name": target.name,
        "metric": target.metric,
        "scope": target.scope,
        "scope_id": target.scope_id or None,
        "currency": target.currency or None,
        "period": {"name": target.period, "from": target.first.isoformat(), "to": target.last.isoformat()},
        "amount": target.amount,
        "owner": target.owner,
        "status": progress.status,
        "progress": {
            "actual": progress.actual,
            "share": round(float(progress.actual / target.amount), 4),
            "expected": progress.expected,
            "forecast": progress.forecast,
            "elapsed": progress.elapsed,
            "weighted_by": "last_year" if progress.by_last_year else "days",
        },
        "latest_alert": None if state.latest_alert is None else _alert_told(state.latest_alert),
    }


def _whole(state: TargetState) -> dict[str, Any]:
    alerts = [_alert_told(alert) for alert in alerts_of(target_id=state.target.id)]
    return {**target_told(state), "alerts": alerts, **_as_of()}


def _alert_told(alert: TargetAlert) -> dict[str, Any]:
    return {
        "at": alert.at.astimezone(SEOUL).isoformat(),
        "before": alert.before,
        "status": alert.status,
        "actual": alert.actual,
        "expected": alert.expected,
        "forecast": alert.forecast,
    }


def _as_of() -> dict[str, Any]:
    return {"as_of": clock.now().isoformat(), "completeness": completeness()}


def _owner(caller: Caller) -> str:
    return "service" if caller.is_service else f"user:{caller.user_id}"
