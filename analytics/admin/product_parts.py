"""The pieces of the pages about products."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xlcfi.clock import Period
from xlcfi.console.charts import Chart, Look, Series, column_chart, line_chart
from xlcfi.console.columns import row_link
from xlcfi.console.compared import compared_series
from xlcfi.console.formats import NOTHING, change, count, money, percent, short_money, whole_money
from xlcfi.console.parts import Cell, Column, Table, Tile, table, tile
from xlcfi.platform.models import Product

MONTHS_SHOWN = 24
Answer = dict[str, Any]


def product_tiles(answer: Answer) -> list[Tile]:
    """The figures of a product at a glance, compared as the answer is."""
    totals, currency = answer["totals"], answer["currency"]
    standing, margin, reviews = answer["standing"], answer["margin"], answer["reviews"]
    funnel = answer["conversion"]["funnel"]

    def compared(name: str) -> list[tuple[str, Any]]:
        words = {"previous": _("than the period before"), "year": _("than the year before")}
        return [(words[one], found["totals"][name]) for one, found in answer["comparison"].items()]

    return [
        tile(
            name="net",
            label=_("Net revenue"),
            value=money(totals["net_revenue"], currency),
            now=totals["net_revenue"],
            compared=compared("net_revenue"),
            shown=lambda value: money(value, currency),
        ),
        tile(
            name="units",
            label=_("Units"),
            value=count(totals["units"]),
            now=totals["units"],
            compared=compared("units"),
            hint=_("%(number)s per order") % {"number": count(answer["baskets"]["mean_units"])},
        ),
        tile(
            name="views",
            label=_("Views"),
            value=count(answer["conversion"]["views"]),
            hint=_("%(rate)s of the buyers who looked paid") % {"rate": percent(funnel["paid_rate"])},
        ),
        tile(
            name="rating",
            label=_("Mean rating"),
            value=count(reviews["mean_rating"]),
            hint=_("%(number)s reviews") % {"number": count(reviews["count"])},
        ),
        tile(
            name="standing",
            label=_("ABC class"),
            value=standing["class"] or NOTHING,
            hint=_("%(rank)s of %(products)s by net revenue of 365 days")
            % {"rank": count(standing["rank"]), "products": count(standing["products"])},
        ),
        tile(
            name="margin",
            label=_("Gross margin"),
            value=whole_money(margin["gross_margin"], currency),
            hint=percent(margin["margin_rate"]) if margin["unit_cost"] is not None else _("nobody told what it costs"),
        ),
    ]


def product_facts(answer: Answer) -> Table:
    """What the platform's tables say of the product now."""
    card, baskets = answer["product"], answer["baskets"]
    rows: list[tuple[str, Any]] = [(_("number"), f"#{answer['product_id']}")]
    if card:
        rows += [
            (_("price"), money(card["price"], card["currency"])),
            (_("stock"), count(card["stock"])),
            (_("status"), card["status"]),
            (_("category"), card["category_name"]),
            (_("seller"), f"#{card['seller_id']}"),
        ]
    rows += [
        (_("products in an order that holds it"), count(baskets["mean_lines"])),
        (_("paid orders that ever held it"), count(baskets["orders_ever"])),
    ]
    return table(title=_("The product"), columns=[_("property"), _("value")], rows=rows)


def sales_chart(answer: Answer) -> Chart:
    """Net revenue by step, with what it is compared with."""
    currency, buckets = answer["currency"], answer["buckets"]
    return line_chart(
        title=_("Net revenue"),
        labels=[step["from"] for step in buckets],
        series=compared_series(
            name=_("net revenue"), steps=buckets, comparison=answer["comparison"], measure="net_revenue"
        ),
        shown=lambda value: money(value, currency),
        axis=lambda value: short_money(value, currency),
        label_name=_("from"),
        chart_id="sales",
    )


def interest_chart(answer: Answer, period: Period) -> Chart:
    """Views by day."""
    views = {day["date"]: day["views"] for day in answer["conversion"]["by_day"]}
    days = _days(period)
    return line_chart(
        title=_("Views"),
        labels=days,
        series=[Series(_("views"), [views.get(day, 0) for day in days])],
        label_name=_("day"),
        chart_id="views",
    )


def price_chart(answer: Answer, period: Period) -> Chart:
    """The price by day, in the product's currency; what orders tell from before the snapshots has a line of its own."""
    currency, labels = answer["currency"], _days(period)
    steps = [step for step in answer["price_history"] if step["currency"] == currency]
    begun = min((step["day"] for step in steps if step["source"] == "snapshot"), default="9999")
    seen = _held(labels, [step for step in steps if step["source"] == "snapshot"])
    ordered = _held(labels, [step for step in steps if step["source"] == "unit_price"])
    series = [Series(_("price"), seen)] if any(value is not None for value in seen) else []
    earlier = [value if day < begun else None for day, value in zip(labels, ordered, strict=True)]
    if any(value is not None for value in earlier):
        series.append(Series(_("as ordered"), earlier, "before"))
    return line_chart(
        title=_("Price"),
        labels=labels if series else [],
        series=series,
        shown=lambda value: money(value, currency),
        axis=lambda value: short_money(value, currency),
        label_name=_("day"),
        note=_("As ordered: what most units of a day were ordered for, before prices were noted."),
        chart_id="price",
    )


def reviews_chart(answer: Answer) -> Chart:
    """Reviews by month and sentiment."""
    months = answer["reviews"]["by_month"][-MONTHS_SHOWN:]
    names: dict[str, tuple[str, Look]] = {
        "positive": (_("positive"), "now"),
        "neutral": (_("neutral"), "other"),
        "negative": (_("negative"), "year"),
        "unknown": (_("not analysed yet"), "before"),
    }
    return column_chart(
        title=_("Reviews by sentiment"),
        labels=[month["month"][:7] for month in months],
        series=[
            Series(words, [month["sentiments"][name] for month in months], look)
            for name, (words, look) in names.items()
            if name != "unknown" or answer["reviews"]["sentiments"][name]
        ],
        label_name=_("month"),
        chart_id="reviews",
    )


def ratings_chart(answer: Answer) -> Chart:
    """The mean rating of the reviews of each month."""
    months = answer["reviews"]["by_month"][-MONTHS_SHOWN:]
    return line_chart(
        title=_("Mean rating by month"),
        labels=[month["month"][:7] for month in months],
        series=[Series(_("mean rating"), [month["mean_rating"] for month in months])],
        label_name=_("month"),
        ticks=range(6),
        chart_id="ratings",
    )


def trending_table(items: Sequence[Answer], *, title: str, empty: str, request: HttpRequest) -> Table:
    """Products that sell more than before, or that are new."""
    return table(
        title=title,
        columns=[
            _("product"),
            Column(_("units"), figure=True),
            Column(_("units before"), figure=True),
            Column(_("growth"), figure=True),
            Column(_("chance"), figure=True),
        ],
        rows=[
            (
                product_cell(item["product_id"], item["product"] and item["product"]["name"], request),
                item["units"],
                item["previous_units"],
                change(item["units"], item["previous_units"]) if item["previous_units"] else _("new"),
                NOTHING if item["p_value"] is None else f"{item['p_value']:.2g}",
            )
            for item in items
        ],
        empty=empty,
    )


def product_cell(product_id: int, name: str | None, request: HttpRequest) -> Cell:
    """A product's name, with the way to its page as far as the viewer may see it."""
    return Cell(name or f"#{product_id}", link=row_link(Product, product_id, request))


def _days(period: Period) -> list[str]:
    return [(period.first + timedelta(days=offset)).isoformat() for offset in range(period.days)]


def _held(labels: Sequence[str], steps: Sequence[Answer]) -> list[Any]:
    """The price that held on each day; None before the first step."""
    prices = {step["day"]: step["price"] for step in steps}
    held, last = [], None
    for day in labels:
        last = prices.get(day, last)
        held.append(last)
    return held
