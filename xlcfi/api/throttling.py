"""A limit for each gateway user, counted in Redis. Without Redis nobody is turned away."""

import math
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from xlcfi import clock
from xlcfi.api.caller import Caller, CallerKind
from xlcfi.cache.redis import RedisAway, redis_client
from xlcfi.errors import TooManyRequests

WINDOW_SECONDS = 60
# Not the gateway's rate_limit:{user_id}: counting there too would halve the limit.
KEY = "xlcfi:throttle:{user_id}:{window}"


class GatewayUserThrottle(BaseThrottle):
    """RATE_LIMIT_PER_MINUTE requests in each minute of the clock for each user; 0 switches it off."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """True, or raises TooManyRequests with the seconds until the next minute."""
        caller, limit = request.user, settings.RATE_LIMIT_PER_MINUTE
        if not limit or not isinstance(caller, Caller) or caller.kind is not CallerKind.USER:
            return True
        moment = clock.now().timestamp()
        window = int(moment // WINDOW_SECONDS)
        try:
            count = _count(KEY.format(user_id=caller.user_id, window=window))
        except RedisAway:
            return True
        if count > limit:
            wait = max(1, math.ceil((window + 1) * WINDOW_SECONDS - moment))
            raise TooManyRequests(details={"limit": limit, "window_seconds": WINDOW_SECONDS}, retry_after=wait)
        return True


def _count(key: str) -> int:
    # Both in one round trip. EXPIRE each time: Redis 6.2 has no EXPIRE … NX, and the key's name ends the window anyway.
    pipeline = redis_client().pipeline(transaction=True)
    pipeline.incr(key)
    pipeline.expire(key, 2 * WINDOW_SECONDS)
    count, _ = pipeline.execute()
    return int(count)
