"""Lists for who is known by a handful of products alone: a cart, or what a visitor looks at."""

import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from recommendations.co_purchase_ranker import HIGHEST_RATING
from recommendations.placing.rules import Surface
from recommendations.ranker import Act, History
from recommendations.selectors.choices import opted_out
from recommendations.services.answers import products_answer
from recommendations.services.experiments import NO_EXPERIMENT, variant_of
from recommendations.services.making import Options, lists_make
from recommendations.services.visits import KEPT_PRODUCTS, visit_products
from xlcfi.cache.redis import RedisAway

logger = logging.getLogger(__name__)

EARLIER: Final = 0.85
"""What was looked at one product earlier counts so much of the next."""


def basket_answer(*, product_ids: Sequence[int], limit: int, user_id: int | None = None) -> msgspec.Raw:
    """What goes with a whole cart: each product's score is the mean over the cart of the share of a cart product's
    orders that hold it. user_id: who asks: their own products are left out."""
    cart = list(dict.fromkeys(product_ids))
    history = History(acts=[Act(each, HIGHEST_RATING / len(cart)) for each in cart])
    return _answer(history, Surface.BASKET, Options(limit=limit, exclude=tuple(cart)), user_id, None)


def session_answer(
    *, session: str | None, product_ids: Sequence[int], limit: int, user_id: int | None = None
) -> msgspec.Raw:
    """What goes with what is looked at: `product_ids` (the latest first), then what events told of the session. What is
    popular where neither is known, and for a signed-in user who wants no lists made for them."""
    seen = list(dict.fromkeys([*product_ids, *_told(session)]))[:KEPT_PRODUCTS]
    refused = user_id is not None and opted_out(user_id=user_id)
    if refused:
        seen, session = [], None
    history = History(acts=[Act(each, EARLIER**place) for place, each in enumerate(seen)], seen=seen)
    options = Options(limit=limit, exclude=tuple(seen))
    return _answer(history, Surface.SESSION, options, user_id, session, named=not refused)


def _answer(
    history: History,
    surface: Surface,
    options: Options,
    user_id: int | None,
    session: str | None,
    *,
    named: bool = True,
) -> msgspec.Raw:
    made = lists_make(people={0: history}, owners={0: user_id}, surface=surface, options=options)[0]
    someone = user_id if named else None
    variant = variant_of(surface=str(surface), user_id=someone, visitor=session) if named else NO_EXPERIMENT
    return products_answer(
        products=made.products,
        spare=made.spare,
        left_out=made.left_out,
        surface=str(surface),
        algorithm=made.algorithm,
        version=made.version,
        variant=variant,
        user_id=someone,
        visitor=session,
        limit=options.limit,
    )


def _told(session: str | None) -> list[int]:
    if session is None:
        return []
    try:
        return visit_products(session=session)
    except RedisAway as away:
        logger.debug("a visit's products are not known: %s", away)
        return []
