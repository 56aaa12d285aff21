"""Erasing a person from all of our tables, so that every sum and every count of people stays what it was.

Where a figure rests on who somebody was, a random pseudonym takes the place of the number; what only describes the
person goes. The person is remembered, in one table only: their later events, a replay or a rebuild write the pseudonym.
"""

import logging
import secrets
from collections import Counter

import msgspec
from django.db import OperationalError, connection, transaction

from analytics.services.activity import FOLD_LOCK as ACTIVITY_LOCK
from analytics.services.buyers.folding import FOLD_LOCK as BUYERS_LOCK
from analytics.services.interest import CONSEQUENCES, COUNTED_AS
from analytics.services.journeys.keeping import FOLD_LOCK as JOURNEYS_LOCK
from ml.services import erasure as ml_erasure
from recommendations.services import erasure as recommendations_erasure
from xlcfi.cache.redis import RedisAway
from xlcfi.events.erasing import (
    StillBusy,
    events_erase,
    older_transactions_wait,
    people_erased,
    person_remember,
    person_rename,
)

logger = logging.getLogger(__name__)

TRIES = 3
# What a behaviour may go on to say: what was acted on, and money. All else are the person's words, or lead to them.
KEPT_DATA = (
    *("product_id", "order_id", "payment_id", "delivery_id", "category_id"),
    *("amount", "currency", "items", "quantity", "price", "status"),
)
# A reason that so many others gave in the same words says nothing about who gave it.
COMMON_REASON = 5

_ROLE = "SELECT role FROM users WHERE id = %s"
# In the one order in which everybody locks; the folds first, as they hold rows of many people at once.
_FOLDS = "SELECT pg_advisory_xact_lock(%s)"
_LOCKS = (
    "SELECT 1 FROM user_profiles WHERE user_id = %s ORDER BY user_id FOR UPDATE",
    "SELECT 1 FROM order_facts WHERE buyer_id = %s ORDER BY order_id FOR UPDATE",
    "SELECT 1 FROM baskets WHERE user_id = %s ORDER BY order_id FOR UPDATE",
    "SELECT 1 FROM user_behaviors WHERE user_id = %s ORDER BY event_type, subject FOR UPDATE",
)
# A reason that goes is no longer counted as one, but as none that was told.
_WORDS = f"""
WITH words AS (
    SELECT b.id, b.user_id, b.event_type, b.event_data, b.created_at, COALESCE((
        SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(b.event_data) AS e
        WHERE e.key = ANY(%(kept)s) OR (e.key = 'reason' AND %(common)s <= (
            SELECT COUNT(*) FROM (
                SELECT 1 FROM user_behaviors o WHERE o.event_type = b.event_type
                AND o.event_data->>'reason' = b.event_data->>'reason' AND o.user_id IS DISTINCT FROM b.user_id
                LIMIT %(common)s) AS others))
    ), '{{}}'::jsonb) AS kept
    FROM user_behaviors b WHERE b.user_id = %(pseudonym)s
), changed AS (
    UPDATE user_behaviors b SET event_data = w.kept FROM words w WHERE b.id = w.id AND b.event_data <> w.kept
    RETURNING b.id, b.user_id, b.event_type, b.event_data, b.created_at
), moved AS (
    SELECT 1 AS sign, {COUNTED_AS} FROM changed
    UNION ALL
    SELECT -1, {COUNTED_AS} FROM words WHERE event_data <> kept
), {CONSEQUENCES}
SELECT COUNT(*) FROM changed
"""


class NotErasable(Exception):
    """Why this person can't be erased, for people."""


class Erased(msgspec.Struct, frozen=True):
    """What an erasure changed: rows by table, keys in Redis. warnings: what is left to do, for people."""

    changed: dict[str, int]
    warnings: list[str]


def person_erase(*, user_id: int, reason: str, apply: bool) -> Erased:
    """Erase a buyer; doing it again finds what came back meanwhile. Without `apply` all is counted and rolled back.

    Must not be called within a transaction: the person is remembered before anything is changed, so that an erasure
    that is cut off can be done again. Raises NotErasable for a seller or an admin, whose ids are a party to sales.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROLE, [user_id])
        row = cursor.fetchone()
    if row is not None and row[0] != "BUYER":
        raise NotErasable(f"This account is a {row[0]}: its number is a party to sales. Only buyers can be erased.")
    if not apply:
        with transaction.atomic():
            changed = _sweep(user_id, -1 - secrets.randbelow(2**62))
            transaction.set_rollback(True)
        return Erased(changed, [])
    pseudonym = person_remember(user_id=user_id, reason=reason)
    warnings = []
    try:
        older_transactions_wait()
    except StillBusy:
        warnings.append("A transaction of ours has not ended for a minute. Run this again when it has.")
    changed = _sweep_surely(user_id, pseudonym)
    try:
        changed["redis"] = recommendations_erasure.lists_erase(user_id=user_id)
    except RedisAway:
        warnings.append("Redis is away. What it holds of the person runs out within an hour.")
    # Says that somebody was erased, and not who.
    logger.info("person erased", extra={"pseudonym": pseudonym, "rows": sum(changed.values()), "reason": reason})
    return Erased(changed, warnings)


def people_erase_again() -> Erased:
    """Erase everybody anew who was ever erased: after a backup was restored, or for the dead letters of a replay."""
    changed: Counter[str] = Counter()
    for user_id, pseudonym in people_erased():
        changed.update(_sweep_surely(user_id, pseudonym))
    return Erased(dict(changed), [])


def _sweep_surely(user_id: int, pseudonym: int) -> dict[str, int]:
    for _ in range(TRIES - 1):
        try:
            with transaction.atomic():
                return _sweep(user_id, pseudonym)
        except OperationalError as error:
            logger.warning("erasure tried again", extra={"pseudonym": pseudonym, "error": type(error).__name__})
    with transaction.atomic():
        return _sweep(user_id, pseudonym)


def _sweep(user_id: int, pseudonym: int) -> dict[str, int]:
    """Everything in our tables, in one transaction. Returns rows changed by table."""
    with connection.cursor() as cursor:
        for lock in sorted((ACTIVITY_LOCK, BUYERS_LOCK, JOURNEYS_LOCK)):
            cursor.execute(_FOLDS, [lock])
        for statement in _LOCKS:
            cursor.execute(statement, [user_id])
    changed = person_rename(app="analytics", user_id=user_id, pseudonym=pseudonym)
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, {"pseudonym": pseudonym, "kept": list(KEPT_DATA), "common": COMMON_REASON})
        changed["user_behaviors.event_data"] = int(cursor.fetchone()[0])
    changed |= recommendations_erasure.person_erase(user_id=user_id, pseudonym=pseudonym)
    changed |= ml_erasure.person_erase(user_id=user_id, pseudonym=pseudonym)
    return changed | events_erase(user_id=user_id)
