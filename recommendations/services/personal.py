"""The answer of the personal endpoint: the kept list or one computed now, without what can't be shown."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from recommendations.placing.eligibility import Eligibility, told
from recommendations.placing.rules import Surface
from recommendations.ranker import History
from recommendations.selectors.choices import opted_out
from recommendations.selectors.rules import rules_of_today
from recommendations.selectors.standing import standings
from recommendations.services.answers import details_told, items_of, shown_of
from recommendations.services.experiments import Assignment, variant_of
from recommendations.services.exposures import exposures_record, request_id_new
from recommendations.services.kept import NotKept, ReadyList, ready_list
from recommendations.services.lists import (
    DEFAULT,
    list_answer,
    lists_compute,
    lists_put,
    moment_drawn,
)
from recommendations.services.making import Made, Options, lists_make
from recommendations.services.rankers import version_serving
from xlcfi import clock
from xlcfi.api.rendering import json_bytes
from xlcfi.cache.redis import RedisAway
from xlcfi.observability.metrics import CACHE_READS

logger = logging.getLogger(__name__)

SURFACE = str(Surface.PERSONAL)
_hit, _miss, _away = (CACHE_READS.labels("recommendations", each) for each in ("hit", "miss", "away"))


def personal_answer(*, user_id: int, options: Options = DEFAULT) -> msgspec.Raw:
    """The contract's answer as JSON: up to `options.limit` products, never none while something may be shown.

    What a product is comes from the product service (or the tables, see `product_source`), not from the kept list.
    """
    if opted_out(user_id=user_id):
        return _impersonal(user_id, options)
    variant = variant_of(surface=SURFACE, user_id=user_id, visitor=None)
    asked = _varied(options, variant)
    if not asked.usual:
        return _told(user_id, lists_compute(user_ids=[user_id], options=asked)[user_id], asked.limit, variant)
    ready = _ready(user_id)
    if ready is not None and (answer := _answer_ready(user_id, ready, asked.limit, variant)) is not None:
        return answer
    return _told(user_id, _made_and_kept(user_id), asked.limit, variant)


def _ready(user_id: int) -> ReadyList | None:
    try:
        ready = ready_list(user_id=user_id)
    except RedisAway:
        _away.inc()
        return None
    except NotKept:
        _miss.inc()
        return None
    _hit.inc()
    return ready


def _answer_ready(user_id: int, ready: ReadyList, limit: int, variant: Assignment) -> msgspec.Raw | None:
    """The kept list as the answer; None where rules or model have changed, or a product of it can't be shown any
    more."""
    kept, ids = ready.kept, ready.ids[:limit]
    stand = standings()
    if not ids or kept.rules_version != rules_of_today().version or kept.model_version != version_serving():
        return None
    if ready.judged_by != stand.version:
        if any(map(Eligibility(stand, owner=user_id).unsold, ids)):
            return None
        if len(ids) == len(ready.ids):
            ready.judged_by = stand.version
    details, source, against = details_told(ids)
    if against:
        return None
    request_id = request_id_new()
    _note(request_id, user_id, kept.algorithm, kept.model_version, ids, variant)
    return ready.answer(details, limit=limit, source=source, request_id=request_id)


def _made_and_kept(user_id: int) -> Made:
    """A list of SIZE products computed now, and kept for the next."""
    drawn = moment_drawn()
    made = lists_compute(user_ids=[user_id])[user_id]
    details, source, against = details_told([each.product_id for each in made.products])
    if made.products and not against:
        answer = list_answer(user_id=user_id, made=made, details=details, product_source=source)
        try:
            lists_put({user_id: answer}, drawn=drawn)
        except RedisAway as away:
            logger.debug("a personal list is not kept: %s", away)
    return made


def _told(user_id: int, made: Made, limit: int, variant: Assignment, *, personalised: bool = True) -> msgspec.Raw:
    shown, details, source, counts = shown_of(made.products[:limit], made.spare, made.left_out, limit=limit)
    request_id = request_id_new()
    ids = [each.product_id for each in shown]
    # Of who wants no lists made for them nothing is noted with the person.
    _note(request_id, user_id if personalised else None, made.algorithm, made.version, ids, variant)
    answer = {
        "user_id": user_id,
        "algorithm": made.algorithm,
        "request_id": request_id,
        "recommendations": items_of(shown, details, bought=made.bought),
        "product_source": source,
        "left_out": told(counts),
        "personalised": personalised,
        "model_version": made.version,
        "rules_version": rules_of_today().version,
        "as_of": clock.now().isoformat(),
    }
    return msgspec.Raw(json_bytes(answer))


def _impersonal(user_id: int, options: Options) -> msgspec.Raw:
    """What everybody buys, for who wants no lists made for them: nothing about them is read, kept or noted."""
    made = lists_make(
        people={user_id: History()}, owners={user_id: user_id}, surface=Surface.PERSONAL, options=options
    )[user_id]
    return _told(user_id, made, options.limit, Assignment(), personalised=False)


def _note(
    request_id: str, user_id: int | None, algorithm: str, version: str, product_ids: Sequence[int], variant: Assignment
) -> None:
    exposures_record(
        request_id=request_id,
        surface=SURFACE,
        algorithm=algorithm,
        variant=variant,
        user_id=user_id,
        visitor=None,
        product_ids=product_ids,
        moment=clock.now(),
        model_version=version,
    )


def _varied(options: Options, variant: Assignment) -> Options:
    """`options` with what the experiment's variant changes, as far as the caller did not ask for something else."""
    if not variant.settings:
        return options
    changed = {
        name: min(max(float(value), 0.0), 1.0)
        for name, value in variant.settings.items()
        if name in ("diversity", "freshness") and not getattr(options, name) and isinstance(value, int | float)
    }
    return replace(options, **changed)  # type: ignore[arg-type]
