"""Marking cached answers as stale when what they tell has changed.

One registry: each entry names the keys of a cache whose figures come from orders, payments, refunds or behaviours.
Marking costs one round trip for all of them, however many events a batch held; how often an answer is computed anew
after that (every five seconds at most) is up to `cached_json`.
"""

from collections.abc import Callable

from analytics.selectors.dashboard import dashboard_key
from analytics.selectors.products.popular import KEY as POPULAR_KEY
from xlcfi.cache.json_cache import cache_invalidate
from xlcfi.clock import PERIOD_DAYS
from xlcfi.events import job


def dashboard_keys() -> list[str]:
    """The dashboard of every period."""
    return [dashboard_key(period) for period in PERIOD_DAYS]


def popular_keys() -> list[str]:
    """What sells most now."""
    return [POPULAR_KEY]


EXPIRING: tuple[Callable[[], list[str]], ...] = (dashboard_keys, popular_keys)


def expiring_keys() -> list[str]:
    """Every key that events make old."""
    return [key for keys in EXPIRING for key in keys()]


@job
def dashboards_expire() -> None:
    """Mark every cached answer about sales as stale."""
    cache_invalidate(*expiring_keys())
