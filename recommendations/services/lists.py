"""Personal lists: computed for many users at once, and put into Redis where Java reads them too."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypedDict, cast

import msgspec
from django.db import connection

from recommendations.placing.eligibility import told
from recommendations.placing.rules import Surface
from recommendations.ranker import History
from recommendations.selectors.choices import opted_out_ids
from recommendations.selectors.histories import histories
from recommendations.selectors.rules import rules_of_today
from recommendations.services.answers import items_of
from recommendations.services.exposures import request_id_new
from recommendations.services.making import DEFAULT_LIMIT, Made, Options, lists_make
from xlcfi import clock
from xlcfi.cache.json_codec import json_encode
from xlcfi.cache.redis import redis_client
from xlcfi.cache.watched import Changes
from xlcfi.platform.selectors import product_cards
from xlcfi.upstream.product_answers import product_unknown

SIZE: Final = DEFAULT_LIMIT
KEPT_SECONDS: Final = 3_600
USERS_AT_ONCE: Final = 100
# A list holds ten products with all that is to be known of them: some kilobytes.
LISTS_A_COMMAND: Final = 50
DEFAULT: Final = Options()

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
    """The contract's `data` of a personal list; what lies in Redis.

    rules_version: which rules of the analysts it was made by; empty without any.
    """

    user_id: int
    algorithm: str
    request_id: str
    recommendations: list[dict[str, Any]]
    product_source: str
    left_out: dict[str, int]
    personalised: bool
    model_version: str
    rules_version: str
    as_of: str


# Every process keeps lists too, and looks for what changed since: who changed a list gets the next number.
_TELL = """
for i = 1, #ARGV do
    redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[1]), ARGV[i])
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -10001)
"""
CHANGED_KEY: Final = "xlcfi:recommendations:changed"
NUMBER_KEY: Final = "xlcfi:recommendations:changes"
CHANGES_TOLD: Final = 10_000


class KeptProduct(msgspec.Struct, frozen=True):
    """A product of a kept list, as it goes into the answer."""

    product_id: int
    score: float
    reason: msgspec.Raw
    source: str


class KeptList(msgspec.Struct, frozen=True):
    """A kept list, as far as an answer needs it."""

    algorithm: str
    recommendations: list[KeptProduct]
    left_out: dict[str, int]
    model_version: str
    rules_version: str
    as_of: str


def lists_compute(*, user_ids: Iterable[int], options: Options = DEFAULT) -> dict[int, Made]:
    """A list for each of `user_ids`. A fixed number of queries, however many users.

    Of who wants no lists made for them nothing is read.
    """
    wanted = sorted(set(user_ids))
    refused = opted_out_ids()
    known = histories(user_ids=[user_id for user_id in wanted if user_id not in refused])
    people = {user_id: known.get(user_id, History()) for user_id in wanted}
    return lists_make(
        people=people, owners={user_id: user_id for user_id in wanted}, surface=Surface.PERSONAL, options=options
    )


def list_answer(*, user_id: int, made: Made, details: Mapping[int, Any], product_source: str) -> PersonalList:
    """The contract's `data`, with a request id of its own. details: by product id."""
    return {
        "user_id": user_id,
        "algorithm": made.algorithm,
        "request_id": request_id_new(),
        "recommendations": items_of(made.products, details, bought=made.bought),
        "product_source": product_source,
        "left_out": told(made.left_out),
        "personalised": True,
        "model_version": made.version,
        "rules_version": rules_of_today().version,
        "as_of": clock.now().isoformat(),
    }


def lists_store(*, user_ids: Sequence[int], seconds: float = float("inf")) -> list[int]:
    """Compute lists and put them into Redis, for about `seconds`. Returns the users there was no time for.

    Who wants no lists made for them has none there. Raises RedisAway.
    """
    until = time.monotonic() + seconds
    redis_client().ping()  # Before the work is done for nothing.
    refused = opted_out_ids()
    lists_forget(user_ids=[user_id for user_id in user_ids if user_id in refused])
    left = sorted(set(user_ids) - refused)
    while left:
        some, left = left[:USERS_AT_ONCE], left[USERS_AT_ONCE:]
        drawn = moment_drawn()
        lists = lists_compute(user_ids=some)
        details = _details({each.product_id for made in lists.values() for each in made.products})
        lists_put(
            {
                user_id: list_answer(user_id=user_id, made=made, details=details, product_source="platform")
                for user_id, made in lists.items()
            },
            drawn=drawn,
        )
        if time.monotonic() >= until:
            break
    return left


def list_kept(*, user_id: int) -> KeptList | None:
    """The list of SIZE products that Redis has of `user_id`; None for none, or something else. Raises RedisAway."""
    raw: Any = redis_client().get(list_key(user_id))
    if raw is None:
        return None
    try:
        return _decoder.decode(raw)
    except msgspec.MsgspecError:
        return None  # Written by another release, or by someone else.


def lists_put(answers: Mapping[int, PersonalList], *, drawn: int) -> None:
    """Put lists into Redis, but over none that was drawn later. drawn: see moment_drawn. Raises RedisAway."""
    client: Any = redis_client()
    user_ids = list(answers)
    pipeline = client.pipeline(transaction=False)
    for start in range(0, len(user_ids), LISTS_A_COMMAND):
        part = user_ids[start : start + LISTS_A_COMMAND]
        keys = [key for user_id in part for key in (list_key(user_id), f"xlcfi:recommendations:made:{user_id}")]
        pipeline.eval(_STORE, len(keys), *keys, drawn, KEPT_SECONDS, *(json_encode(answers[each]) for each in part))
    pipeline.eval(_TELL, 2, NUMBER_KEY, CHANGED_KEY, *user_ids)
    pipeline.execute()


def lists_forget(*, user_ids: Iterable[int]) -> None:
    """Drop the lists of `user_ids`: the next who asks has them computed. Raises RedisAway."""
    wanted = list(user_ids)
    if wanted:
        pipeline: Any = redis_client().pipeline(transaction=False)
        pipeline.delete(*map(list_key, wanted))
        pipeline.eval(_TELL, 2, NUMBER_KEY, CHANGED_KEY, *wanted)
        pipeline.execute()


def lists_changed(mark: int | None) -> Changes:
    """The users whose lists changed since the look that gave `mark`. Raises RedisAway."""
    pipeline: Any = redis_client().pipeline(transaction=True)
    pipeline.get(NUMBER_KEY)
    pipeline.zrangebyscore(CHANGED_KEY, "-inf" if mark is None else f"({mark}", "+inf")
    number, users = pipeline.execute()
    now = int(number or 0)
    # A number that fell: Redis lost its memory.
    lost = mark is None or now < mark or len(users) >= CHANGES_TOLD
    return Changes(now, [int(each) for each in users], everything=lost)


def list_key(user_id: int) -> str:
    """The contract's key."""
    return f"recommendations:user:{user_id}"


def moment_drawn() -> int:
    """Microseconds by the one clock that all processes share: to be drawn before anything of a list is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(cursor.fetchone()[0])


def _details(product_ids: set[int]) -> dict[int, Any]:
    """As the tables tell them: to ask Java here would make events wait for it."""
    cards = cast("dict[int, Any]", product_cards(sorted(product_ids)))
    return {product_id: cards.get(product_id) or product_unknown(product_id) for product_id in product_ids}


_decoder = msgspec.json.Decoder(KeptList)
