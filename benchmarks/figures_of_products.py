"""Products, baskets, the funnel and operations: what each answer is made of."""

from benchmarks.figure import WAITING, Figure, days_of

_ABOUT_TO_BE = "SELECT * FROM interest_deltas WHERE day BETWEEN %(first)s AND %(last)s"
# The last 30 days of the 60 that end on the last one, for what is not compared.
_MONTH = "day BETWEEN %(last)s::date - 29 AND %(last)s"
# As answers read them: from the middle of a month on it is read whole, and of the month before its last days.
_EDGE = "day BETWEEN %(last)s::date - 29 AND date_trunc('month', %(last)s::date)::date - 1"
_ALL_FIRST = "product_id = 0 AND"

_ONE_PRODUCT = (
    "SELECT * FROM products WHERE id = %(product)s",
    "SELECT * FROM categories WHERE id = (SELECT category_id FROM products WHERE id = %(product)s)",
    "SELECT * FROM product_images WHERE product_id = %(product)s",
    "SELECT * FROM product_sales_days WHERE product_id = %(product)s AND day BETWEEN %(first)s AND %(last)s",
    "SELECT * FROM rollup_deltas WHERE product_id = %(product)s AND day BETWEEN %(last)s::date - 364 AND %(last)s",
    f"SELECT * FROM product_interest_days WHERE product_id = %(product)s AND {_MONTH}",
    f"SELECT * FROM interest_deltas WHERE product_id = %(product)s AND {_MONTH}",
    f"SELECT * FROM funnel_days WHERE product_id = %(product)s AND {_MONTH}",
    "SELECT * FROM co_purchase_products WHERE product_id = %(product)s",
    "SELECT * FROM co_purchase_pairs WHERE product_id = %(product)s",
    "SELECT * FROM co_purchase_deltas WHERE product_id = %(product)s",
    f"SELECT * FROM product_snapshots WHERE product_id = %(product)s AND {_MONTH}",
    f"SELECT * FROM product_unit_prices WHERE product_id = %(product)s AND {_MONTH}",
    "SELECT created_at, rating, sentiment FROM reviews WHERE product_id = %(product)s",
    "SELECT * FROM product_sales_days WHERE product_id = %(product)s AND currency = 'KRW' "
    "AND day BETWEEN %(last)s::date - 364 AND %(last)s",
    "SELECT * FROM product_planning WHERE product_id = %(product)s",
)

PRODUCTS = {
    "trending products": Figure("products/trending", 14, (days_of("product_sales_days"), WAITING)),
    "one product": Figure("products/{product}", 60, _ONE_PRODUCT),
    "ABC classes of a month": Figure(
        "products/abc?period=month",
        30,
        (
            "SELECT * FROM product_sales_months WHERE currency = 'KRW' AND month = date_trunc('month', %(last)s::date)",
            f"SELECT * FROM product_sales_days WHERE currency = 'KRW' AND {_EDGE}",
            WAITING,
        ),
    ),
    "baskets of a month": Figure("baskets?period=month", 30, (days_of("basket_days", currency=True),)),
    "funnel of a month": Figure(
        "funnel?period=month",
        60,
        (
            f"SELECT * FROM funnel_days WHERE {_ALL_FIRST} day BETWEEN %(first)s AND %(last)s",
            f"SELECT * FROM funnel_times WHERE {_ALL_FIRST} day BETWEEN %(first)s AND %(last)s",
            f"SELECT * FROM behavior_days WHERE event_type = 'view' AND {_MONTH}",
            f"SELECT * FROM interest_deltas WHERE {_MONTH}",
        ),
    ),
    "operations of a month": Figure(
        "operations?period=month",
        60,
        (
            "SELECT * FROM operation_months WHERE month > date_trunc('month', %(first)s::date) AND month <= %(last)s",
            "SELECT * FROM operation_days "
            "WHERE day BETWEEN %(first)s AND (date_trunc('month', %(first)s::date) + interval '1 month')::date - 1",
            f"SELECT * FROM operation_days WHERE {_EDGE}",
            days_of("sales_days"),
            days_of("order_status_days"),
            days_of("behavior_reasons"),
            WAITING,
            _ABOUT_TO_BE,
        ),
    ),
}
