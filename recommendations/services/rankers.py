"""Which ranker answers."""

from collections.abc import Iterable

from recommendations.co_purchase_ranker import NEIGHBOURS_AT_MOST, CoPurchaseRanker
from recommendations.ranker import History, Ranker
from recommendations.selectors.histories import neighbours


def ranker_for(histories: Iterable[History]) -> Ranker:
    """A ranker that has what it needs for `histories`. At most one query."""
    rated = {act.product_id for history in histories for act in history.acts}
    return CoPurchaseRanker(neighbours(product_ids=rated, most=NEIGHBOURS_AT_MOST))
