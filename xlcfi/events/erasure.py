"""Keeping those forgotten who asked for it: what later news of them is turned into."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
from django.db import connection

from xlcfi.events.payloads import Event

E = TypeVar("E", bound=Event)

# What of an event can say who somebody is, beside the number: their words, and the browser they came with. The text of
# a review is not among them: it is never kept, only what it says of the product.
FREE_TEXT = ("keyword", "data", "session_id")
_NAMES = "SELECT user_id, pseudonym FROM erased_people WHERE user_id = ANY(%s)"


def known_as(user: str) -> str:
    """SQL: the user that the SQL expression `user` names, or the pseudonym of an erased person.

    For every statement that copies a user from the platform's tables into ours: a rebuild brings nobody back.
    """
    return f"COALESCE((SELECT x.pseudonym FROM erased_people x WHERE x.user_id = {user}), {user})"


def platform_id(user: str) -> str:
    """SQL: the platform's id of the user whom we know as the SQL expression `user`: the way back from `known_as`.

    For statements that read the platform's tables for users of ours.
    """
    return f"COALESCE((SELECT x.user_id FROM erased_people x WHERE x.pseudonym = {user}), {user})"


def events_anonymised(events: Sequence[E]) -> list[E]:
    """`events` with a pseudonym in the place of every erased person, and without the words that came from them.

    One statement by key, in the transaction of the batch.
    """
    users = {user for event in events if (user := getattr(event, "user_id", None)) is not None}
    if not users:
        return list(events)
    names = people_known_as(user_ids=sorted(users))
    return [_anonymised(event, names) for event in events] if names else list(events)


def people_known_as(*, user_ids: Sequence[int]) -> dict[int, int]:
    """user id -> pseudonym, of those of `user_ids` who were erased."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(user_ids)])
        return dict(cursor.fetchall())


def _anonymised(event: E, names: dict[int, int]) -> E:
    pseudonym = names.get(getattr(event, "user_id", None) or 0)
    if pseudonym is None:
        return event
    changes: dict[str, Any] = {name: None for name in FREE_TEXT if getattr(event, name, None) is not None}
    return msgspec.structs.replace(event, user_id=pseudonym, **changes)
