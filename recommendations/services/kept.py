"""Kept lists in the process: ready to be joined with what the products are now.

Once in LOOK_SECONDS one request asks Redis whose lists changed; so nobody is answered from a list that is older, and a
list that nobody changed is neither fetched nor read again.
"""

from typing import Final

import msgspec

from recommendations.services.lists import KeptList, list_kept, lists_changed
from xlcfi.api.rendering import json_bytes
from xlcfi.cache.watched import WatchedCache

LOOK_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = 60.0
AT_MOST: Final = 3_000
"""About 20 MB."""


class NotKept(Exception):
    """There is no list of this user in Redis."""


class ReadyList:
    """A kept list with its JSON, but for the products' details and what is another in each answer.

    judged_by: the version of the products' standing in which all of it could be shown.
    """

    __slots__ = ("heads", "ids", "judged_by", "kept", "told")

    def __init__(self, kept: KeptList, *, user_id: int) -> None:
        self.kept = kept
        self.judged_by = -1
        self.ids = [each.product_id for each in kept.recommendations]
        self.heads = [
            b'{"product_id":%d,"score":%s,"reason":%s,"source":%s,"product":'
            % (each.product_id, json_bytes(each.score), bytes(each.reason), json_bytes(each.source))
            for each in kept.recommendations
        ]
        rest = {
            "user_id": user_id,
            "algorithm": kept.algorithm,
            "left_out": kept.left_out,
            "personalised": True,
            "model_version": kept.model_version,
            "rules_version": kept.rules_version,
            "as_of": kept.as_of,
        }
        self.told = json_bytes(rest)[:-1]

    def answer(self, details: dict[int, msgspec.Raw], *, limit: int, source: str, request_id: str) -> msgspec.Raw:
        """The contract's `data`. details: as JSON by product id, of the first `limit` products at least."""
        items = b",".join(
            [
                head + bytes(details[product_id]) + b"}"
                for head, product_id in zip(self.heads[:limit], self.ids, strict=False)
            ]
        )
        return msgspec.Raw(
            b'%s,"request_id":"%s","product_source":"%s","recommendations":[%s]}'
            % (self.told, request_id.encode(), source.encode(), items)
        )


def ready_list(*, user_id: int) -> ReadyList:
    """The kept list of `user_id`, at most LOOK_SECONDS behind Redis. Raises NotKept and RedisAway."""
    return _lists.get_or_make(user_id, 0, lambda: _read(user_id))


def ready_lists_forget() -> None:
    """Look into Redis at the next question."""
    _lists.clear()


def _read(user_id: int) -> ReadyList:
    kept = list_kept(user_id=user_id)
    if kept is None:
        raise NotKept
    return ReadyList(kept, user_id=user_id)


_lists: WatchedCache[ReadyList] = WatchedCache(
    look=lists_changed, look_every=LOOK_SECONDS, seconds=LONGEST_SECONDS, at_most=AT_MOST
)
