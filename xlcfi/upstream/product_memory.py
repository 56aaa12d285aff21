"""Product details kept for a short while: in this process, and in Redis for all of them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, cast

import msgspec

from xlcfi.api.rendering import json_bytes
from xlcfi.cache.json_codec import BadJson, json_decode, json_encode
from xlcfi.cache.redis import redis_client
from xlcfi.upstream.product_answers import ProductDetail, product_read

KEPT_SECONDS = 30.0
STAND_IN_SECONDS = 3.0
"""What the tables told in place of a Java service that did not answer: it may be well again any moment."""
KEPT_AT_MOST = 10_000
"""About 10 MB."""
REDIS_SECONDS = 60
FORGOTTEN_SECONDS = 5
"""Longer than a call to Java: what was asked for before a product changed can't be stored after."""
_FORGOTTEN = b"null"


class Kept(NamedTuple):
    """A detail, where it came from (`java`, `platform`, or empty when nobody knew it), until when it is good, and the
    detail as JSON, so that an answer that holds it need not encode it again."""

    detail: ProductDetail
    source: str
    until: float
    encoded: msgspec.Raw


class ProcessMemory:
    """Details in this process. Reading takes no lock; the oldest go first when it is full.

    All live equally long, so the oldest is also the next to end, and nothing is gained by counting uses.
    """

    def __init__(
        self,
        *,
        seconds: float = KEPT_SECONDS,
        at_most: int = KEPT_AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self._seconds = seconds
        self._at_most = at_most
        self._kept: dict[int, Kept] = {}
        self.get = self._kept.get

    def keep(self, details: Iterable[tuple[ProductDetail, str]], *, java_expected: bool = False) -> dict[int, Kept]:
        """Keep each (detail, source) from now on. Returns what is kept of each product.

        java_expected: what did not come from Java only stands in for it, and is kept for a short time.
        """
        now = self.clock()
        until = now + self._seconds
        stand_in_until = now + min(STAND_IN_SECONDS, self._seconds) if java_expected else until
        fresh = {
            detail["id"]: Kept(
                detail, source, until if source == "java" else stand_in_until, msgspec.Raw(json_bytes(detail))
            )
            for detail, source in details
        }
        for product_id, kept in fresh.items():
            # Out and in again: the order of the dict is the order of age.
            self._kept.pop(product_id, None)
            self._kept[product_id] = kept
        for product_id in list(self._kept)[: max(0, len(self._kept) - self._at_most)]:
            self._kept.pop(product_id, None)
        return fresh

    def forget(self, product_ids: Iterable[int]) -> None:
        """Drop what is kept of `product_ids`."""
        for product_id in product_ids:
            self._kept.pop(product_id, None)

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


def redis_details_get(product_ids: Sequence[int]) -> dict[int, ProductDetail]:
    """What Redis has of `product_ids`, in one round trip. Raises RedisAway."""
    client = redis_client()
    texts = cast("list[bytes | None]", client.mget([_key(product_id) for product_id in product_ids]))
    found: dict[int, ProductDetail] = {}
    rubbish = []
    for product_id, text in zip(product_ids, texts, strict=True):
        if text is None or text == _FORGOTTEN:
            continue
        detail = _read(text)
        if detail is None or detail["id"] != product_id:
            rubbish.append(_key(product_id))
        else:
            found[product_id] = detail
    if rubbish:
        client.delete(*rubbish)  # Storing does not overwrite.
    return found


def redis_details_set(details: Mapping[int, ProductDetail]) -> None:
    """Store details that came from Java, but for those forgotten a moment ago. Raises RedisAway."""
    if not details:
        return
    pipeline = redis_client().pipeline(transaction=False)
    for product_id, detail in details.items():
        pipeline.set(_key(product_id), json_encode(detail), ex=REDIS_SECONDS, nx=True)
    pipeline.execute()


def redis_details_forget(product_ids: Iterable[int]) -> None:
    """Drop `product_ids`, and let nobody store them for a moment. Raises RedisAway."""
    pipeline = redis_client().pipeline(transaction=False)
    for product_id in product_ids:
        pipeline.set(_key(product_id), _FORGOTTEN, ex=FORGOTTEN_SECONDS)
    pipeline.execute()


def _read(text: bytes) -> ProductDetail | None:
    try:
        return product_read(json_decode(text))
    except BadJson:
        return None


def _key(product_id: int) -> str:
    return f"xlcfi:product:{product_id}"
