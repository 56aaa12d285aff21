"""What clients tell of the products they were answered: checked against the answer, kept once, touched for the sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from recommendations.models.exposures import WITHIN_DAYS
from xlcfi import clock
from xlcfi.api.caller import Caller
from xlcfi.errors import Forbidden, InvalidInput, NotFound
from xlcfi.events.erasure import known_as
from xlcfi.observability.metrics import FEEDBACK

EVENTS_MOST = 200
# Clocks of browsers and of our own machines differ.
SKEW = timedelta(seconds=60)
# An answer is written half a second after it is given; while the database is away, when that is back.
OVERTAKES = timedelta(seconds=120)

_ANSWER = f"""
SELECT e.moment, e.product_ids, e.user_id, e.user_id = {known_as("%(user)s::bigint")}
FROM recommendation_exposures e WHERE e.request_id = %(request)s
"""
_KEEP = f"""
WITH kept AS (
    INSERT INTO recommendation_feedback (request_id, product_id, event, position, at, told_at, user_id, pending)
    SELECT f.request_id, f.product_id, f.event, f.position, f.at, %(now)s, {known_as("f.user_id")}, %(pending)s
    FROM unnest(%(requests)s::text[], %(products)s::bigint[], %(events)s::text[], %(positions)s::int[],
                %(moments)s::timestamptz[], %(users)s::bigint[])
         AS f(request_id, product_id, event, position, at, user_id)
    ORDER BY f.request_id, f.product_id, f.event
    ON CONFLICT (request_id, product_id, event) DO NOTHING
    RETURNING request_id
), touched AS (
    INSERT INTO recommendation_touches (day, user_id, visitor)
    SELECT DISTINCT e.day, e.user_id, e.visitor FROM kept JOIN recommendation_exposures e USING (request_id)
    WHERE NOT %(pending)s
)
SELECT COUNT(*) FROM kept
"""
WORDS = {
    "not_answered": ("product_id", "This product was not in the answer."),
    "in_future": ("at", "This is in the future."),
    "before_answer": ("at", "This is before the answer was given."),
    "too_late": ("at", f"This is more than {WITHIN_DAYS} days after the answer."),
}


# request, product, event, position, moment, who told it (0: a visitor or a service)
Row = tuple[str, int, str, int | None, datetime, int]


@dataclass(frozen=True)
class Told:
    """One thing that happened to a product of an answer. position: 1 is the first; at: aware."""

    product_id: int
    event: str
    at: datetime
    position: int | None = None


@dataclass(frozen=True)
class _Answer:
    moment: datetime
    product_ids: frozenset[int]
    user_id: int
    is_callers: bool


def feedback_keep(*, request_id: str, told: Sequence[Told], caller: Caller) -> dict[str, Any]:
    """Keep what is new of `told`; the same again changes nothing. Returns how many were kept, known, refused and why.

    Feedback on an answer that was given a moment ago and is not written yet waits for it (`pending`).
    Raises NotFound for an answer that never was (or is no longer kept), Forbidden for somebody else's, and InvalidInput
    where nothing of `told` can be kept, each with its field.
    """
    now = clock.now()
    answer = _answer(request_id, caller)
    if answer is None and not _may_overtake(request_id, now):
        FEEDBACK.labels(outcome="unknown_request").inc(len(told))
        raise NotFound("There was no such answer.", details={"fields": {"request_id": ["Unknown."]}})
    if answer is not None and not _may_tell(caller, answer):
        FEEDBACK.labels(outcome="foreign").inc(len(told))
        raise Forbidden("This answer was somebody else's.", details={"fields": {"request_id": ["Somebody else's."]}})
    reasons = [_refusal(one, answer, now) for one in told]
    good = list(
        {(one.product_id, one.event): one for one, why in zip(told, reasons, strict=True) if why is None}.values()
    )
    if not good:
        _count(reasons, kept=0, pending=False)
        raise InvalidInput("Nothing of this can be kept.", details={"fields": _fields(reasons)})
    user_id = 0 if caller.sees_all else caller.user_id or 0
    kept = rows_keep(
        rows=[(request_id, one.product_id, one.event, one.position, one.at, user_id) for one in good],
        pending=answer is None,
    )
    _count(reasons, kept=kept, pending=answer is None)
    return {
        "request_id": request_id,
        "accepted": kept,
        "duplicates": sum(why is None for why in reasons) - kept,
        "rejected": sum(why is not None for why in reasons),
        "rejections": [
            {"product_id": one.product_id, "event": one.event, "reason": why, "message": WORDS[why][1]}
            for one, why in zip(told, reasons, strict=True)
            if why is not None
        ],
        "pending": answer is None,
    }


def rows_keep(*, rows: Sequence[Row], pending: bool) -> int:
    """Keep `rows` that were checked, or whose answer is not there yet (`pending`). Returns how many were new."""
    requests, products, events, positions, moments, users = map(list, zip(*rows, strict=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "requests": requests,
                "products": products,
                "events": events,
                "positions": positions,
                "moments": moments,
                "users": users,
                "pending": pending,
                "now": clock.now(),
            },
        )
        return int(cursor.fetchone()[0])


def _answer(request_id: str, caller: Caller) -> _Answer | None:
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, {"request": request_id, "user": caller.user_id or 0})
        row = cursor.fetchone()
    return None if row is None else _Answer(row[0], frozenset(row[1]), row[2], row[3])


def _may_overtake(request_id: str, now: datetime) -> bool:
    """Whether the id says that it was made a moment ago (see `request_id_new`)."""
    try:
        made = int(request_id[:12], 16) / 1000 if len(request_id) == 32 else 0
    except ValueError:
        return False
    return now - OVERTAKES <= datetime.fromtimestamp(min(made, 4e9), now.tzinfo) <= now + SKEW


def _may_tell(caller: Caller, answer: _Answer) -> bool:
    """A visitor's answer can be told of by whoever has its id: they may have signed in since."""
    return caller.sees_all or answer.user_id == 0 or answer.is_callers


def _refusal(one: Told, answer: _Answer | None, now: datetime) -> str | None:
    if one.at > now + SKEW:
        return "in_future"
    if answer is None:
        return None
    if one.product_id not in answer.product_ids:
        return "not_answered"
    if one.at < answer.moment - SKEW:
        return "before_answer"
    return "too_late" if one.at > answer.moment + timedelta(days=WITHIN_DAYS + 1) else None


def _fields(reasons: Sequence[str | None]) -> dict[str, list[str]]:
    if len(reasons) == 1:
        return {field: [words] for why in reasons if why for field, words in [WORDS[why]]}
    return {f"events[{place}].{WORDS[why][0]}": [WORDS[why][1]] for place, why in enumerate(reasons) if why}


def _count(reasons: Sequence[str | None], *, kept: int, pending: bool) -> None:
    FEEDBACK.labels(outcome="pending" if pending else "accepted").inc(kept)
    FEEDBACK.labels(outcome="duplicate").inc(sum(why is None for why in reasons) - kept)
    for why in reasons:
        if why is not None:
            FEEDBACK.labels(outcome=why).inc()
