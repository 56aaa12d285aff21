"""Every cached answer about sales is marked stale by one job, in one round trip."""

from unittest import mock

from analytics.jobs import expiring
from analytics.selectors.dashboard import dashboard_key
from analytics.selectors.products.popular import KEY as POPULAR
from xlcfi.cache.redis import redis_client
from xlcfi.clock import PERIOD_DAYS


def test_every_key_that_events_make_old_is_marked_at_once():
    keys = expiring.expiring_keys()
    assert set(keys) == {*(dashboard_key(period) for period in PERIOD_DAYS), POPULAR}
    marks = [f"xlcfi:cache:changed:{key}" for key in keys]
    redis_client().delete(*marks)
    with mock.patch("analytics.jobs.expiring.cache_invalidate", wraps=expiring.cache_invalidate) as marked:
        expiring.dashboards_expire()
    assert marked.call_count == 1
    assert redis_client().exists(*marks) == len(marks)
    redis_client().delete(*marks)
