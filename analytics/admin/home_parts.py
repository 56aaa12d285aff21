"""The pieces of the admin's home."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models import Series as WatchedSeries
from analytics.selectors.active import active_users, new_buyers
from analytics.selectors.best_sellers import best_sellers
from analytics.selectors.completeness import COMPLETE, PROVISIONAL, completeness
from analytics.selectors.goals.anomalies import AnomalyPoint, anomalies_between, anomalies_latest
from analytics.selectors.goals.targets import alerts_latest
from analytics.selectors.home import days_so_far
from analytics.selectors.sales.rates import converted
from analytics.selectors.sales.sums import CENT, average_order_value
from xlcfi import clock
from xlcfi.clock import Period
from xlcfi.console.charts import Anomaly, Chart, bar_chart, line_chart
from xlcfi.console.columns import row_link
from xlcfi.console.compared import compared_series
from xlcfi.console.formats import count, money, short_money, whole_money
from xlcfi.console.pages import page_named
from xlcfi.console.parts import Cell, Column, Table, Tile, table, tile
from xlcfi.platform.models import Category, Product, User

CURRENCY = "KRW"
LISTED = 8
# These are in money, the others are counts.
IN_MONEY = frozenset({WatchedSeries.NET_REVENUE_DAY, WatchedSeries.SELLER_REVENUE_DAY})


def day_tiles() -> list[Tile]:
    """Today so far beside yesterday and a week ago at the same time of day. Buyers are known by whole days only."""
    moment = clock.now()
    today = moment.date()
    yesterday, week = today - timedelta(days=1), today - timedelta(days=7)
    sums = days_so_far(days=[today, yesterday, week], moment=moment, currency=CURRENCY)
    now, then, earlier = sums[today], sums[yesterday], sums[week]

    def compared(value: Any) -> list[tuple[str, Any]]:
        return [(_("yesterday by now"), value(then)), (_("a week ago by now"), value(earlier))]

    def day(one: date) -> Period:
        return Period("day", one, one)

    average = average_order_value(now.gross, now.orders)
    active, new = active_users(period=day(today)), new_buyers(period=day(today))
    whole = _("yesterday, the whole day: %(value)s")
    return [
        tile(
            name="net",
            label=_("Net revenue today"),
            value=money(now.net, CURRENCY),
            now=now.net,
            compared=compared(lambda one: one.net),
            shown=whole_money,
        ),
        tile(
            name="orders",
            label=_("Paid orders"),
            value=count(now.orders),
            now=now.orders,
            compared=compared(lambda one: one.orders),
        ),
        tile(
            name="average",
            label=_("Average order value"),
            value=whole_money(average),
            now=average,
            compared=compared(lambda one: average_order_value(one.gross, one.orders)),
            shown=whole_money,
        ),
        tile(
            name="active",
            label=_("Active buyers"),
            value=count(active),
            hint=whole % {"value": count(active_users(period=day(yesterday)))},
        ),
        tile(
            name="new",
            label=_("New accounts"),
            value=count(new),
            hint=whole % {"value": count(new_buyers(period=day(yesterday)))},
        ),
    ]


def figures_notice() -> dict[str, str]:
    """In a sentence, how far the figures can be believed; the mood: good, warn, quiet."""
    told = completeness()
    parts = []
    if told["days_differing"]:
        days = told["days_differing"]
        parts.append(
            ngettext(
                "%(days)s day differs from the platform's tables",
                "%(days)s days differ from the platform's tables",
                days,
            )
            % {"days": count(days)}
        )
    if told["dead_letters"]:
        parts.append(_("%(number)s events wait as dead letters") % {"number": count(told["dead_letters"])})
    if told["provisional_orders"]:
        parts.append(
            _("%(number)s orders count before their rows were seen") % {"number": count(told["provisional_orders"])}
        )
    if told["status"] == PROVISIONAL:
        return {"text": _("Provisional: %(why)s.") % {"why": ", ".join(parts)}, "mood": "warn"}
    if told["status"] == COMPLETE:
        at = (told["reconciled_at"] or "")[:16].replace("T", " ")
        return {"text": _("Complete: compared with the platform's tables at %(at)s.") % {"at": at}, "mood": "good"}
    return {"text": _("Not compared with the platform's tables lately."), "mood": "quiet"}


def trend_chart(figures: dict[str, Any], *, period: Period, daily: bool) -> Chart:
    """Net revenue by day (by week for a year), beside the period before and the year before, with what was odd."""
    buckets = figures["buckets"]
    labels = [bucket["from"] for bucket in buckets]
    places = {label: number for number, label in enumerate(labels)}
    odd = anomalies_between(WatchedSeries.NET_REVENUE_DAY, period.first, period.last) if daily else []
    return line_chart(
        title=_("Net revenue"),
        labels=labels,
        series=compared_series(
            name=_("net revenue"), steps=buckets, comparison=figures["comparison"], measure="net_revenue"
        ),
        anomalies=[Anomaly(places[str(point.day)], anomaly_words(point)) for point in odd if str(point.day) in places],
        shown=lambda value: money(value, CURRENCY),
        axis=lambda value: short_money(value, CURRENCY),
        label_name=_("day") if daily else _("week from"),
        description=_("In won. The last point is still growing.") if period.last == clock.today() else "",
    )


def anomaly_words(point: AnomalyPoint) -> str:
    """What was seen and what was expected, money in whole won."""
    shown = whole_money if point.series in IN_MONEY else count
    words = (
        _("too low: %(value)s instead of %(expected)s")
        if point.direction == "low"
        else _("too high: %(value)s instead of %(expected)s")
    )
    return words % {"value": shown(point.value), "expected": shown(point.expected)}


def top_charts(*, period: Period, currency: str, request: HttpRequest) -> tuple[Chart, Chart]:
    """The best products and categories by net revenue."""
    products, categories = best_sellers(period=period, currency=currency, products=LISTED, categories=LISTED)

    def rows(found: list[dict[str, Any]], key: str, model: Any) -> list[tuple[str, Any, str]]:
        return [(one["name"] or f"#{one[key]}", one["revenue"], row_link(model, one[key], request)) for one in found]

    return (
        _ranking(_("Best products"), rows(products, "product_id", Product), _("product"), currency),
        _ranking(_("Best categories"), rows(categories, "category_id", Category), _("category"), currency),
    )


def sellers_chart(groups: list[dict[str, Any]], *, request: HttpRequest) -> Chart:
    """The best sellers by net revenue, with their period before."""
    before = [one["comparison"]["previous"]["totals"]["net_revenue"] for one in groups]
    rows = [
        (
            one["name"] or _("unknown"),
            one["net_revenue"],
            row_link(User, one["id"], request) if one["id"] is not None else "",
        )
        for one in groups
    ]
    return _ranking(_("Best sellers"), rows, _("seller"), CURRENCY, before)


def _ranking(
    title: str, rows: Sequence[tuple[str, Any, str]], label: str, currency: str, before: list[Any] | None = None
) -> Chart:
    return bar_chart(
        title=title,
        rows=rows,
        before=before,
        shown=lambda value: money(value, currency),
        label_name=label,
        value_name=_("net revenue"),
    )


def other_money(figures: dict[str, Any], *, day: date) -> dict[str, str] | None:
    """Net revenue in other currencies, and all of it as one sum in won at the rates that are known for `day`; None
    where nothing was paid in another currency. The sum is labelled with its rates and is never among the figures."""
    others = {one["currency"]: one["net_revenue"] for one in figures["other_currencies"]}
    if not others:
        return None
    sums = converted(amounts={CURRENCY: figures["totals"]["net_revenue"], **others}, day=day)
    rates = [
        f"{one['currency']} {money(one['rate'].quantize(CENT), CURRENCY)} ({one['day']}, {one['source']})"
        for one in sums["rates"]
    ]
    return {
        "amounts": ", ".join(money(amount, currency) for currency, amount in others.items()),
        "total": whole_money(sums["total"]) if rates else "",
        "rates": ", ".join(rates),
        "missing": ", ".join(sums["incomplete"]),
    }


def anomalies_table() -> Table:
    """The newest that nobody has acknowledged."""
    points = anomalies_latest(limit=LISTED)
    names = dict(WatchedSeries.choices)
    return table(
        title=_("Latest anomalies"),
        columns=[_("when"), _("series"), _("finding")],
        rows=[
            (
                f"{point.day} {point.hour:02}:00" if point.hour is not None else str(point.day),
                f"{names.get(point.series, point.series)}{f' #{point.seller_id}' if point.seller_id else ''}",
                Cell(anomaly_words(point), mood="bad" if point.direction == "low" else "warn"),
            )
            for point in points
        ],
        empty=_("Nothing broke the pattern."),
        link=_page("analytics_anomalies"),
    )


def alerts_table() -> Table:
    """The newest changes of targets."""
    moods = {"reached": "good", "on_track": "good", "at_risk": "warn", "missed": "bad"}

    def shown(alert: Any, value: Any) -> str:
        return whole_money(value, alert.target.currency) if alert.target.currency else count(value)

    return table(
        title=_("Targets"),
        columns=[_("target"), _("now"), Column(_("reached so far"), figure=True), Column(_("expected"), figure=True)],
        rows=[
            (
                alert.target.name,
                Cell(str(alert.get_status_display()), mood=moods.get(alert.status, "")),
                shown(alert, alert.actual),
                shown(alert, alert.expected),
            )
            for alert in alerts_latest(limit=LISTED)
        ],
        empty=_("No target has changed its state."),
        link=_page("analytics_targets"),
    )


def _page(name: str) -> str:
    """The address of another page of the admin, where there is one."""
    return reverse(f"admin:{name}") if page_named(name) is not None else ""
