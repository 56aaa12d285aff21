"""Lists of products as the API tells them: a page, and what it is part of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from analytics.api.asking import period_asked
from analytics.api.paging import Key, cursor_read, page_of, page_of_run
from analytics.selectors.products.baskets import baskets
from analytics.selectors.products.margins import Margin, Sold, margins
from analytics.selectors.products.stamp import stamped
from analytics.selectors.products.standing import CUT_A, CUT_B, Ranked, abc_page
from analytics.selectors.sales.answer import period_told
from xlcfi.platform.selectors import product_cards

Query = Mapping[str, Any]


def abc_answer(query: Query, *, seller: int | None) -> dict[str, Any]:
    """A page of products by net revenue, and the classes. Raises InvalidInput for a bad cursor."""
    period = period_asked(query, default="year")
    after = cursor_read(query.get("cursor"), scope="abc", kinds=[Decimal, int])
    classes, ranked = abc_page(
        period=period,
        currency=query["currency"],
        seller=seller,
        category=query.get("category"),
        only=query.get("class"),
        after=None if after is None else (after[0], after[1]),
        limit=query["limit"],
    )
    page = page_of_run(ranked, limit=query["limit"], key=_abc_place, scope="abc")
    whole = sum((sums.net for sums in classes.values()), Decimal())
    return stamped(
        {
            "period": period_told(period),
            "currency": query["currency"],
            "cuts": {"A": CUT_A, "B": CUT_B},
            "classes": {
                name: {
                    "products": sums.products,
                    "net_revenue": sums.net,
                    "units": sums.units,
                    "share": round(float(sums.net / whole), 4) if whole > 0 else None,
                }
                for name, sums in classes.items()
            },
            "items": [_abc_told(one) for one in page["items"]],
            "next": page["next"],
        }
    )


def margins_answer(query: Query, *, seller: int | None) -> dict[str, Any]:
    """A page of products with known costs by gross margin, and what all together cover."""
    period = period_asked(query)
    totals, known = margins(period=period, currency=query["currency"], seller=seller, category=query.get("category"))
    page = page_of(known, limit=query["limit"], cursor=query.get("cursor"), key=_margin_place, scope="margins")
    cards = product_cards([sold.product_id for sold, _ in page["items"]])
    return stamped(
        {
            "period": period_told(period),
            "currency": query["currency"],
            "totals": totals,
            "items": [
                {
                    "product_id": sold.product_id,
                    "name": cards[sold.product_id]["name"] if sold.product_id in cards else None,
                    "net_revenue": sold.net,
                    "units": sold.units,
                    "unit_cost": margin.unit_cost,
                    "cost": margin.cost,
                    "gross_margin": margin.margin,
                    "margin_rate": margin.rate,
                }
                for sold, margin in page["items"]
            ],
            "next": page["next"],
        }
    )


def baskets_answer(query: Query) -> dict[str, Any]:
    """Sizes of orders."""
    period = period_asked(query)
    sizes = baskets(period=period, currency=query["currency"])
    return stamped({"period": period_told(period), "currency": query["currency"], **sizes})


def _abc_place(one: Ranked) -> Key:
    return one.net, one.product_id


def _margin_place(pair: tuple[Sold, Margin]) -> Key:
    return -pair[1].margin, pair[0].product_id


def _abc_told(one: Ranked) -> dict[str, Any]:
    return {
        "product_id": one.product_id,
        "name": one.name,
        "rank": one.rank,
        "class": one.class_,
        "net_revenue": one.net,
        "units": one.units,
        "orders": one.orders,
        "share": one.share,
        "cumulative": one.cumulative,
    }
