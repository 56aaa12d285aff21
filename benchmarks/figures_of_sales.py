"""Sales, what made them change, and the dashboard: what each answer is made of."""

from benchmarks.figure import WAITING, Figure, days_of

# Both periods of the default comparison, so twice the days. Every answer tells the totals of the other currencies.
_BY_DAY = (days_of("sales_days"), WAITING)
_MONTH = "day BETWEEN %(last)s::date - 29 AND %(last)s"
_CATEGORIES = ("SELECT * FROM product_categories", "SELECT * FROM categories")
# Who was active is kept by buyer and day: nobody would read those to tell how many they are.
_PEOPLE = (
    f"SELECT COUNT(*) FROM active_days WHERE {_MONTH} AND (next_day IS NULL OR next_day > %(last)s)",
    "SELECT COUNT(*) FROM active_days WHERE day BETWEEN %(first)s AND %(last)s::date - 30 "
    "AND (next_day IS NULL OR next_day > %(last)s::date - 30)",
    "SELECT COUNT(*) FROM buyers WHERE joined_day BETWEEN %(last)s::date - 29 AND %(last)s",
)

SALES = {
    "sales by day of a month": Figure("sales?period=month", 60, _BY_DAY),
    "sales by hour of a week": Figure("sales?period=week&granularity=hour", 14, (days_of("sales_hours"), WAITING)),
    "sales by seller of a month": Figure(
        "sales?period=month&group_by=seller", 60, (*_BY_DAY, days_of("seller_sales_days", currency=True))
    ),
    "sales by product of a month": Figure("sales?period=month&group_by=product", 60, _BY_DAY, products=(30, 30)),
    "sales by category of a month": Figure(
        "sales?period=month&group_by=category", 60, (*_BY_DAY, *_CATEGORIES), products=(30, 30)
    ),
    "sales by country of a year": Figure(
        "sales?period=year&group_by=country", 730, (*_BY_DAY, days_of("country_sales_days", currency=True))
    ),
    "contribution by product, a month": Figure(
        "contribution?period=month&by=product", 60, (WAITING,), products=(30, 30)
    ),
    # In won it would be cached.
    "dashboard of a month": Figure(
        "dashboard?period=month&currency=JPY",
        60,
        (*_BY_DAY, f"SELECT * FROM order_status_days WHERE {_MONTH}", *_CATEGORIES, *_PEOPLE),
        products=(30,),
        currency="JPY",
    ),
}
