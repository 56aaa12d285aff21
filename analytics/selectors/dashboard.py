"""The dashboard's figures, read from the rollups only: what they cost does not depend on how many orders there are."""

from datetime import timedelta
from typing import Any

import msgspec

from analytics.selectors.active import active_users, new_buyers
from analytics.selectors.best_sellers import best_sellers
from analytics.selectors.completeness import completeness
from analytics.selectors.sales.answer import period_told
from analytics.selectors.sales.sums import change_rate
from analytics.selectors.sales_days import SalesTotals, orders_by_status, sales_by_day
from xlcfi import clock
from xlcfi.cache.json_cache import cached_raw
from xlcfi.clock import SEOUL, Period, day_start, named_period

HOME_CURRENCY = "KRW"
CACHE_SECONDS = 300


def dashboard_key(period: str) -> str:
    """The contract's cache key: it holds the answer for default parameters and full scope only."""
    return f"dashboard:stats:{period}"


def dashboard_cached(*, period: str) -> msgspec.Raw:
    """The dashboard of `period` (a key of PERIOD_DAYS) in won, as cached: JSON text.

    The cache ends at midnight in Seoul at the latest: after it, "today" is another day.
    """
    midnight = day_start(clock.today() + timedelta(days=1))
    seconds = min(CACHE_SECONDS, max(1, int((midnight - clock.now()).total_seconds())))
    return cached_raw(key=dashboard_key(period), ttl=seconds, compute=lambda: dashboard(period=named_period(period)))


def dashboard(*, period: Period, currency: str = HOME_CURRENCY) -> dict[str, Any]:
    """The contract's dashboard of `period`: money in `currency`, other currencies apart, counts over all of them."""
    before = period.before()
    days = sales_by_day(first=before.first, last=period.last)
    now_totals = SalesTotals.over(days, period)
    before_totals = SalesTotals.over(days, before)
    mine, previous = now_totals.in_currency(currency), before_totals.in_currency(currency)
    active, previous_active = active_users(period=period), active_users(period=before)
    products, categories = best_sellers(period=period, currency=currency, products=10, categories=5)
    return {
        "revenue": {
            **mine.as_money(),
            "previous_total": previous.net,
            "change_rate": change_rate(mine.net, previous.net),
            "currency": currency,
            "other_currencies": [
                {"currency": other, **sums.as_money(), "orders": sums.orders}
                for other, sums in sorted(now_totals.by_currency.items())
                if other != currency
            ],
        },
        "orders": {
            "count": now_totals.orders,
            "previous_count": before_totals.orders,
            "change_rate": change_rate(now_totals.orders, before_totals.orders),
            "by_status": orders_by_status(period=period),
        },
        "users": {
            "active": active,
            "new": new_buyers(period=period),
            "previous_active": previous_active,
            "change_rate": change_rate(active, previous_active),
        },
        "daily_trend": SalesTotals.trend(days, period, currency),
        "top_products": products,
        "top_categories": categories,
        "period": period_told(period),
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }
