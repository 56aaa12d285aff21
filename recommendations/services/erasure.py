"""Forgetting a person: their taste goes, their baskets stay for what is bought together, under a pseudonym."""

from typing import Any

from recommendations.services.lists import CHANGED_KEY, list_key
from xlcfi.cache.redis import redis_client
from xlcfi.events.erasing import person_rename

DROPPED = frozenset({"user_item_matrix", "personalisation_choices"})


def person_erase(*, user_id: int, pseudonym: int) -> dict[str, int]:
    """Erase `user_id` from the app's tables. Returns rows changed by table. Belongs into a transaction."""
    return person_rename(app="recommendations", user_id=user_id, pseudonym=pseudonym, drop=DROPPED)


def lists_erase(*, user_id: int) -> int:
    """Drop the personal list that Redis keeps of `user_id`. Returns how many keys went. Raises RedisAway."""
    client: Any = redis_client()
    # A process that keeps the list lets it go within a minute.
    client.zrem(CHANGED_KEY, user_id)
    return int(client.delete(list_key(user_id), f"xlcfi:recommendations:made:{user_id}"))
