"""The page of anomalies: each series with its odd days on its chart, and the list to acknowledge them in."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.home_parts import anomaly_words
from analytics.models import Anomaly as AnomalyRow
from analytics.models import Series as Watched
from analytics.selectors.goals.anomalies import AnomalyPoint, anomalies_page, series_checked
from analytics.selectors.goals.series import HOURLY, series_days
from analytics.services.goals.anomalies import anomaly_acknowledge
from xlcfi import clock
from xlcfi.clock import SEOUL
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.charts import Anomaly, Chart, Series, line_chart
from xlcfi.console.export import Sheet
from xlcfi.console.filters import DayFilter
from xlcfi.console.formats import count, money, short, short_money, whole_money
from xlcfi.console.pages import Page, page, page_address
from xlcfi.errors import NotFound
from xlcfi.platform.selectors import BIGINT_MAX

DAYS = 60
HOURLY_DAYS = 7
LISTED = 100
NOTE_MOST = 500
MONEY = frozenset({Watched.NET_REVENUE_DAY, Watched.SELLER_REVENUE_DAY})
MAY_ACKNOWLEDGE = "analytics.acknowledge_anomaly"


@page
class AnomaliesPage(Page):
    """What broke the pattern, series by series."""

    name = "analytics_anomalies"
    path = "analytics/anomalies/"
    title = gettext_lazy("Anomalies")
    description = gettext_lazy(
        "Finished days and hours outside the band that earlier days lead to expect. The last 14 days are judged again "
        "as late news comes in."
    )
    permission = "analytics.view_anomaly"
    section = "goals"
    icon = "crisis_alert"
    choices = True
    order = 10
    template_name = "analytics/anomalies.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        series, points = _series(request), _points(request)
        checked = _checked(series)
        # Of all series together the chart shows the one that everybody asks for first.
        charted = series or Watched.NET_REVENUE_DAY
        choices = [("", _("All")), *Watched.choices]
        return {
            "switch": [{"name": name, "words": words, "on": name == (series or "")} for name, words in choices],
            "series": series or "",
            "charts": [chart] if (chart := _chart(charted, [one for one in points if one.series == charted])) else [],
            "points": [_row(point) for point in points],
            "may_acknowledge": request.user.has_perm(MAY_ACKNOWLEDGE),
            "note_most": NOTE_MOST,
            "checked_until": "" if checked is None else f"{checked.astimezone(SEOUL):%Y-%m-%d %H:%M}",
        }

    def post(self, request: HttpRequest, **parameters: Any) -> HttpResponse:
        """Acknowledge one anomaly."""
        if not request.user.has_perm(MAY_ACKNOWLEDGE):
            raise PermissionDenied
        number, note = request.POST.get("anomaly", ""), request.POST.get("note", "")
        try:
            known = number.isascii() and number.isdigit() and int(number) <= BIGINT_MAX
            note = " ".join(note.replace("\x00", "").split())[:NOTE_MOST]
            anomaly_acknowledge(anomaly_id=int(number) if known else 0, who=request.user.get_username(), note=note)
            messages.success(request, _("Acknowledged."))
        except NotFound:
            messages.error(request, _("There is no such anomaly."))
        return redirect(f"{page_address(self.name)}?series={_series(request) or ''}")

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        heads = [_("series"), _("seller"), _("day"), _("hour"), _("value"), _("expected"), _("lowest expected")]
        heads += [_("highest expected"), _("acknowledged by"), _("note")]
        return Sheet(
            "anomalies",
            heads,
            (
                [
                    *(point.series, point.seller_id or "", point.day, "" if point.hour is None else point.hour),
                    *(point.value, point.expected, point.low, point.high, point.acknowledged_by, point.note),
                ]
                for point in _points(request)
            ),
        )


@admin.register(AnomalyRow)
class AnomalyAdmin(ReadOnlyAdmin):
    """The rows themselves, withdrawn ones too."""

    list_display = ("id", "at", "series", "seller_id", "value", "expected", "direction", "withdrawn_at", "note")
    list_filter = ("series", "direction", ("at", DayFilter))
    ordering = ("-at", "-id")


def _series(request: HttpRequest) -> Watched | None:
    """The series that is asked for; None: all."""
    name = request.POST.get("series") or request.GET.get("series", "")
    return Watched(name) if name in Watched.values else None


def _checked(series: Watched | None) -> datetime | None:
    """Up to when it has been looked through; of all, up to when each has; None where one never was."""
    told = series_checked()
    if series is not None:
        return told.get(series)
    return min(told.values()) if len(told) == len(Watched) else None


def _first(series: Watched) -> date:
    return clock.today() - timedelta(days=(HOURLY_DAYS if series in HOURLY else DAYS) - 1)


def _points(request: HttpRequest) -> list[AnomalyPoint]:
    series = _series(request)
    first = clock.today() - timedelta(days=DAYS - 1)
    return anomalies_page(first=first, last=clock.today(), series=series, after=None, limit=LISTED)


def _chart(series: Watched, points: list[AnomalyPoint]) -> Chart | None:
    first, hourly = _first(series), series in HOURLY
    # The running day is not over: it would look like a fall.
    found = series_days(series=series, first=first, last=clock.today() - timedelta(days=0 if hourly else 1))
    if found is None:
        return None
    labels, values = [], []
    for number, day in enumerate(found.days):
        for hour, value in enumerate(day):
            at = found.first + timedelta(days=number)
            labels.append(f"{at} {hour:02}:00" if hourly else str(at))
            values.append(value)
    places = {label: number for number, label in enumerate(labels)}
    odd = [(places.get(_label(point)), anomaly_words(point)) for point in points if not point.seller_id]
    return line_chart(
        title=str(series.label),
        labels=labels,
        series=[Series(str(series.label), values)],
        anomalies=[Anomaly(place, words) for place, words in odd if place is not None],
        shown=money if series in MONEY else count,
        axis=short_money if series in MONEY else short,
        label_name=_("hour") if hourly else _("day"),
    )


def _label(point: AnomalyPoint) -> str:
    return str(point.day) if point.hour is None else f"{point.day} {point.hour:02}:00"


def _row(point: AnomalyPoint) -> dict[str, Any]:
    shown = whole_money if Watched(point.series) in MONEY else count
    return {
        "id": point.id,
        "when": _label(point),
        "series": Watched(point.series).label,
        "seller": f"#{point.seller_id}" if point.seller_id else "",
        "value": shown(point.value),
        "expected": shown(point.expected),
        "band": f"{shown(point.low)} – {shown(point.high)}",
        "low": point.direction == AnomalyRow.LOW,
        "acknowledged_by": point.acknowledged_by,
        "acknowledged_at": ""
        if point.acknowledged_at is None
        else f"{point.acknowledged_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
        "note": point.note,
    }
