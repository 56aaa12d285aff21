"""The analysts' pages: products."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.admin.period_choice import period_chosen, period_switch
from analytics.admin.product_parts import (
    interest_chart,
    price_chart,
    product_cell,
    product_facts,
    product_tiles,
    ratings_chart,
    reviews_chart,
    sales_chart,
    trending_table,
)
from analytics.models import ProductSalesDay
from analytics.selectors.best_sellers import best_sellers
from analytics.selectors.products.margins import margins
from analytics.selectors.products.one import ProductQuestion, product_answer
from analytics.selectors.products.popular import last_days, most_sold
from analytics.selectors.products.standing import CLASSES, abc_page
from analytics.selectors.products.trending import trending_answer
from analytics.selectors.sales.buckets import year_before
from recommendations.selectors.related import related_products
from xlcfi.clock import PERIOD_DAYS, Period, named_period
from xlcfi.console.charts import Chart, bar_chart
from xlcfi.console.columns import row_link
from xlcfi.console.export import ROWS_MOST, Sheet
from xlcfi.console.formats import count, money, percent, whole_money
from xlcfi.console.pages import Page, page, page_address
from xlcfi.console.parts import Column, Table, Tile, table, tile
from xlcfi.platform.models import Product
from xlcfi.platform.selectors import BIGINT_MAX, product_cards

MAY_SEE = "analytics.view_productsalesday"
CURRENCY = "KRW"
LISTED = 10


@page
class ProductsPage(Page):
    """What sells best, what rises, and which few products bring most of the money."""

    name = "analytics_products"
    path = "analytics/products/"
    title = gettext_lazy("Best sellers and trends")
    permission = MAY_SEE
    section = "products"
    icon = "trending_up"
    choices = True
    order = 10
    template_name = "analytics/products.html"

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        name, period = period_chosen(request, default="month")
        trending = trending_answer(days=7, limit=LISTED)
        totals, _known = margins(period=period, currency=CURRENCY)
        return {
            "switch": period_switch(name),
            "tiles": [_margin(totals)],
            "best": _best(period, request),
            "popular": _popular(request),
            "abc": _classes(),
            "trending": trending_table(
                trending["items"],
                title=_("Rising: 7 days against the 7 before"),
                empty=_("Nothing grew beyond what chance and the market explain."),
                request=request,
            ),
            "new": trending_table(
                trending["new_items"],
                title=_("New products"),
                empty=_("No new product has sold enough yet."),
                request=request,
            ),
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        _name, period = period_chosen(request, default="year")
        _sums, ranked = abc_page(period=period, currency=CURRENCY, limit=ROWS_MOST)
        heads = [
            _("rank"),
            _("number"),
            _("product"),
            _("class"),
            _("net revenue"),
            _("units"),
            _("orders"),
            _("share"),
            _("cumulative share"),
        ]
        rows = (
            (one.rank, one.product_id, one.name, one.class_, one.net, one.units, one.orders, one.share, one.cumulative)
            for one in ranked
        )
        return Sheet("products", heads, rows)


@page
class ProductPage(Page):
    """One product: its curve, its views, its price, what buyers say of it, and what it is bought with."""

    name = "analytics_product"
    path = "analytics/products/<int:product_id>/"
    title = gettext_lazy("Product")
    permission = MAY_SEE
    choices = True
    template_name = "analytics/product.html"

    @classmethod
    def example(cls) -> dict[str, Any] | None:
        sold = ProductSalesDay.objects.filter(product_id__gt=0).values_list("product_id", flat=True).first()
        return None if sold is None else {"product_id": sold}

    def heading(self, request: HttpRequest, **parameters: Any) -> str:
        card = product_cards([parameters["product_id"]]).get(parameters["product_id"])
        return card["name"] if card else f"#{parameters['product_id']}"

    def trail(self, request: HttpRequest, **parameters: Any) -> list[tuple[str, str]]:
        return [(str(ProductsPage.title), page_address(ProductsPage.name))]

    def context(self, request: HttpRequest, **parameters: Any) -> dict[str, Any]:
        name, period = period_chosen(request, default="quarter")
        answer = _answer(parameters["product_id"], period)
        return {
            "switch": period_switch(name),
            "known": answer["product"] is not None,
            "tiles": product_tiles(answer),
            "sales": sales_chart(answer),
            "views": interest_chart(answer, period),
            "price": price_chart(answer, period),
            "reviews": reviews_chart(answer),
            "ratings": ratings_chart(answer),
            "facts": product_facts(answer),
            "together": _together(parameters["product_id"], request),
        }

    def export(self, request: HttpRequest, **parameters: Any) -> Sheet | None:
        _name, period = period_chosen(request, default="quarter")
        answer = _answer(parameters["product_id"], period, granularity="day")
        measures = ("gross", "discounts", "cancellations", "returns", "net_revenue", "orders", "units")
        heads = [
            _("day"),
            _("gross"),
            _("discounts"),
            _("cancellations"),
            _("returns"),
            _("net revenue"),
            _("orders"),
            _("units"),
        ]
        rows = ((step["from"], *(step[name] for name in measures)) for step in answer["buckets"])
        return Sheet(f"product-{parameters['product_id']}", heads, rows)


def _margin(totals: dict[str, Any]) -> Tile:
    known = totals["covered_products"] > 0
    return tile(
        name="margin",
        label=_("Gross margin where costs are known"),
        value=whole_money(totals["gross_margin"] if known else None, CURRENCY),
        hint=_("%(rate)s of net revenue; known for %(share)s of it")
        % {"rate": percent(totals["margin_rate"]), "share": percent(totals["coverage"])}
        if known
        else _("nobody told what it costs"),
    )


def _answer(product_id: int, period: Period, granularity: str | None = None) -> dict[str, Any]:
    step = granularity or ("day" if period.days <= PERIOD_DAYS["quarter"] else "week")
    compared = {"previous": period.before(), "year": year_before(period, weekly=step == "week")}
    known = min(product_id, BIGINT_MAX)
    return product_answer(ProductQuestion(product_id=known, period=period, granularity=step, compared=compared))


def _best(period: Period, request: HttpRequest) -> Chart:
    products, _categories = best_sellers(period=period, currency=CURRENCY, products=LISTED, categories=1)
    return bar_chart(
        title=_("Best products by net revenue"),
        rows=[
            (one["name"] or f"#{one['product_id']}", one["revenue"], row_link(Product, one["product_id"], request))
            for one in products
        ],
        shown=lambda value: money(value, CURRENCY),
        label_name=_("product"),
        value_name=_("net revenue"),
        chart_id="best",
    )


def _popular(request: HttpRequest) -> Chart:
    best = most_sold(period=last_days(3), limit=LISTED)
    cards = product_cards([one.product_id for one in best])
    return bar_chart(
        title=_("Most units in 3 days"),
        rows=[
            (cards[one.product_id]["name"], one.units, row_link(Product, one.product_id, request))
            for one in best
            if one.product_id in cards
        ],
        label_name=_("product"),
        value_name=_("units"),
        chart_id="popular",
    )


def _classes() -> Table:
    sums, _ranked = abc_page(period=named_period("year"), currency=CURRENCY, limit=1)
    whole = sum(one.net for one in sums.values())
    return table(
        title=_("ABC classes of 365 days"),
        columns=[
            _("class"),
            Column(_("products"), figure=True),
            Column(_("net revenue"), figure=True),
            Column(_("share"), figure=True),
        ],
        rows=[
            (
                name,
                sums[name].products,
                money(sums[name].net, CURRENCY),
                percent(sums[name].net / whole if whole > 0 else None),
            )
            for name in CLASSES
        ],
        note=_("A: the first 80 % of net revenue, B: up to 95 %, C: the rest."),
    )


def _together(product_id: int, request: HttpRequest) -> Table:
    found = related_products(product_id=min(product_id, BIGINT_MAX), limit=LISTED)
    cards = product_cards([one.product_id for one in found])
    return table(
        title=_("Bought together with it"),
        columns=[_("product"), Column(_("paid orders with both"), figure=True), Column(_("share"), figure=True)],
        rows=[
            (
                product_cell(
                    one.product_id, cards[one.product_id]["name"] if one.product_id in cards else None, request
                ),
                count(one.support),
                percent(one.score),
            )
            for one in found
        ],
    )
