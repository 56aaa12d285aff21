"""What visitors without an account look at, for as long as a visit lasts: in Redis, under a digest of their session."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from recommendations.services.exposures import visitor_digest
from xlcfi.cache.redis import redis_client
from xlcfi.events import ProductViewed, UserBehavior

KEPT_SECONDS: Final = 7_200
KEPT_PRODUCTS: Final = 30
LONGEST_SESSION: Final = 200

Visit = tuple[str, int]
"""A session's digest and a product."""


def visits_in(events: Iterable[ProductViewed | UserBehavior]) -> list[Visit]:
    """What visitors looked at, in the order of the events. Of who is signed in nothing is kept here."""
    return [
        (visitor_digest(session), event.product_id)
        for event in events
        if event.user_id is None
        and event.product_id is not None
        and (session := getattr(event, "session_id", None))
        and len(session) <= LONGEST_SESSION
    ]


def visits_note(*, visits: Sequence[Visit]) -> None:
    """Keep what was looked at, the latest first. Raises RedisAway."""
    pipeline: Any = redis_client().pipeline(transaction=False)
    touched = {}
    for digest, product_id in visits:
        key = touched[digest] = _key(digest)
        pipeline.lrem(key, 0, product_id)
        pipeline.lpush(key, product_id)
    for key in touched.values():
        pipeline.ltrim(key, 0, KEPT_PRODUCTS - 1)
        pipeline.expire(key, KEPT_SECONDS)
    pipeline.execute()


def visit_products(*, session: str) -> list[int]:
    """What was looked at in a session, the latest first. Raises RedisAway."""
    client: Any = redis_client()
    found = cast("list[bytes]", client.lrange(_key(visitor_digest(session)), 0, KEPT_PRODUCTS - 1))
    return [int(each) for each in found if each.isdigit()]


def _key(digest: str) -> str:
    return f"xlcfi:recommendations:visit:{digest}"
