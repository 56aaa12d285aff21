"""Personal lists: computed for many users at once, and put into Redis where Java reads them too."""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict, cast

import msgspec
from django.db import connection

from recommendations.personal import NEIGHBOURS_AT_MOST, Recommended, co_purchase_best, filled_up
from recommendations.selectors.personal import most_bought, neighbours, tastes
from xlcfi.cache.json_codec import json_encode
from xlcfi.cache.redis import redis_client
from xlcfi.platform.selectors import product_cards
from xlcfi.upstream.product_answers import ProductDetail, product_unknown

SIZE = 10
KEPT_SECONDS = 3_600
USERS_AT_ONCE = 100
# A list holds ten products with all that is to be known of them: some kilobytes.
LISTS_A_COMMAND = 50

CO_PURCHASE, POPULAR = "co-purchase", "popular"
REASONS = {
    CO_PURCHASE: {"ko": "함께 많이 구매한 상품이에요", "en": "Often bought together with what you like"},
    POPULAR: {"ko": "많은 분들이 구매한 인기 상품이에요", "en": "Popular: bought by many"},
    "new": {"ko": "새로 나온 상품이에요", "en": "New in the shop"},
}

# Two jobs can compute the same user's list at once. Each has a moment drawn before it read anything, and the later
# moment wins: whatever changed a taste asked for a list after its commit, and no list drawn before that stays.
_STORE = """
local made = ARGV[1]
for i = 1, #KEYS, 2 do
    local before = redis.call('GET', KEYS[i + 1])
    if not before or tonumber(before) <= tonumber(made) then
        redis.call('SET', KEYS[i], ARGV[2 + (i + 1) / 2], 'EX', ARGV[2])
        redis.call('SET', KEYS[i + 1], made, 'EX', ARGV[2])
    end
end
"""


class PersonalList(TypedDict):
    """The contract's `data` of a personal list; what lies in Redis."""

    user_id: int
    algorithm: str
    request_id: str
    recommendations: list[dict[str, Any]]
    product_source: str


class _KeptProduct(msgspec.Struct):
    product_id: int
    score: float
    source: Literal["co-purchase", "popular"]


class _KeptList(msgspec.Struct):
    recommendations: list[_KeptProduct]


def lists_compute(*, user_ids: Iterable[int], size: int = SIZE) -> dict[int, list[Recommended]]:
    """The `size` products for each of `user_ids`, best first. A fixed number of queries, however many users.

    Nothing that the user bought is in it. Whoever rated nothing gets what everybody buys.
    """
    taste_of = tastes(user_ids=sorted(set(user_ids)))
    near = neighbours(
        product_ids={product_id for taste in taste_of.values() for product_id, _ in taste.rated},
        most=NEIGHBOURS_AT_MOST,
    )
    lists = {
        user_id: co_purchase_best(rated=taste.rated, neighbours=near, left_out=taste.bought, size=size)
        for user_id, taste in taste_of.items()
    }
    short = [user_id for user_id, best in lists.items() if len(best) < size]
    if short:
        # All that one of them bought can stand among the most bought.
        popular = most_bought(most=size + max(len(taste_of[user_id].bought) for user_id in short))
        for user_id in short:
            bought = taste_of[user_id].bought
            lists[user_id] = filled_up(lists[user_id], spare=popular, left_out=bought, size=size, source=POPULAR)
    return lists


def list_answer(
    *, user_id: int, products: Sequence[Recommended], details: Mapping[int, ProductDetail], product_source: str
) -> PersonalList:
    """The contract's `data`, with a request id of its own. details: by product id."""
    return {
        "user_id": user_id,
        "algorithm": CO_PURCHASE if any(each.source == CO_PURCHASE for each in products) else POPULAR,
        "request_id": uuid.uuid4().hex,
        "recommendations": [
            {
                "product_id": each.product_id,
                "score": round(each.score, 6),
                "reason": REASONS[each.source],
                "source": each.source,
                "product": details[each.product_id],
            }
            for each in products
        ],
        "product_source": product_source,
    }


def lists_store(*, user_ids: Sequence[int], seconds: float = float("inf")) -> list[int]:
    """Compute lists and put them into Redis, for about `seconds`. Returns the users there was no time for.

    Raises RedisAway.
    """
    until = time.monotonic() + seconds
    redis_client().ping()  # Before the work is done for nothing.
    left = sorted(set(user_ids))
    while left:
        some, left = left[:USERS_AT_ONCE], left[USERS_AT_ONCE:]
        made = _moment()
        lists = lists_compute(user_ids=some)
        details = _details({each.product_id for products in lists.values() for each in products})
        values = {
            user_id: json_encode(
                list_answer(user_id=user_id, products=products, details=details, product_source="platform")
            )
            for user_id, products in lists.items()
        }
        _put(values, made=made)
        if time.monotonic() >= until:
            break
    return left


def list_kept(*, user_id: int) -> list[Recommended] | None:
    """The list of SIZE products that Redis has of `user_id`; None for none, or something else. Raises RedisAway."""
    raw: Any = redis_client().get(list_key(user_id))
    if raw is None:
        return None
    try:
        kept = msgspec.json.decode(raw, type=_KeptList)
    except msgspec.MsgspecError:
        return None  # Written by another release, or by someone else.
    return [Recommended(each.product_id, each.score, each.source) for each in kept.recommendations]


def list_keep(*, answer: PersonalList) -> None:
    """Put a list of SIZE products that was just computed into Redis. Raises RedisAway."""
    # Not over another one: that can be newer.
    redis_client().set(list_key(answer["user_id"]), json_encode(answer), ex=KEPT_SECONDS, nx=True)


def lists_forget(*, user_ids: Iterable[int]) -> None:
    """Drop the lists of `user_ids`: the next who asks has them computed. Raises RedisAway."""
    keys = [list_key(user_id) for user_id in user_ids]
    if keys:
        redis_client().delete(*keys)


def list_key(user_id: int) -> str:
    """The contract's key."""
    return f"recommendations:user:{user_id}"


def _moment() -> int:
    """Microseconds by the one clock that all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(cursor.fetchone()[0])


def _details(product_ids: set[int]) -> dict[int, ProductDetail]:
    """As the tables tell them: to ask Java here would make events wait for it."""
    cards = cast("dict[int, ProductDetail]", product_cards(sorted(product_ids)))
    return {product_id: cards.get(product_id) or product_unknown(product_id) for product_id in product_ids}


def _put(values: Mapping[int, bytes], *, made: int) -> None:
    client: Any = redis_client()
    user_ids = list(values)
    pipeline = client.pipeline(transaction=False)
    for start in range(0, len(user_ids), LISTS_A_COMMAND):
        part = user_ids[start : start + LISTS_A_COMMAND]
        keys = [key for user_id in part for key in (list_key(user_id), f"xlcfi:recommendations:made:{user_id}")]
        pipeline.eval(_STORE, len(keys), *keys, made, KEPT_SECONDS, *(values[user_id] for user_id in part))
    pipeline.execute()
