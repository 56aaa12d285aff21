"""Which ranker answers: the trained model where one serves, else the rule of what is bought together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from recommendations.co_purchase_ranker import NEIGHBOURS_AT_MOST, CoPurchaseRanker
from recommendations.placing.eligibility import ON_SALE
from recommendations.placing.rules import Surface
from recommendations.ranker import History, Ranker
from recommendations.remembered import Remembered
from recommendations.selectors.content import similar_products
from recommendations.selectors.histories import neighbours
from recommendations.selectors.standing import standings
from xlcfi.artifacts.serving import serving_as
from xlcfi.artifacts.subjects import Loaded

if TYPE_CHECKING:
    from recommendations.model import Model

MODEL: Final = "recommendations"
NEWCOMERS_MOST: Final = 100
NEAR_MOST: Final = 20
LOOK_SECONDS: Final = 15.0


class Newcomers(NamedTuple):
    """Products that a version of the model does not know. near: by product that it knows, those that are like it, with
    their likeness."""

    version: int
    near: Mapping[int, Sequence[tuple[int, float]]]


def ranker_for(histories: Iterable[History], *, surface: Surface) -> Ranker:
    """A ranker that has what it needs for `histories`. At most one query, but for what the process keeps.

    The model ranks personal lists: it learnt from who bought what. Carts and visits are ranked by the rule.
    """
    if surface is Surface.PERSONAL and (model := model_serving()) is not None:
        from recommendations.model_ranker import ModelRanker

        return ModelRanker(model, model.shelf(standings()), newcomers_of(model))
    rated = {act.product_id for history in histories for act in history.acts}
    return CoPurchaseRanker(neighbours(product_ids=rated, most=NEIGHBOURS_AT_MOST))


def model_serving() -> "Model | None":
    """The model that serves in this process; None where there is none, or none that is whole."""
    return serving_as(MODEL, _decoded)


def version_serving() -> str:
    """What `model_version` of a list is that is made now; empty where the rule answers."""
    model = model_serving()
    return "" if model is None else str(model.version)


def newcomers_of(model: "Model") -> Mapping[int, Sequence[tuple[int, float]]]:
    """The newest products on sale that `model` does not know, at most about LOOK_SECONDS behind; none for a moment
    after another version began to serve."""
    found = _newcomers.get()
    return found.near if found.version == model.version else {}


def _newcomers_find(before: Newcomers | None) -> Newcomers:
    model = model_serving()
    if model is None:
        return Newcomers(0, {})
    by_id, number = standings().by_id, model.number
    new = [each for each in by_id if each not in number and by_id[each].status == ON_SALE]
    alike = similar_products(product_ids=sorted(new)[-NEWCOMERS_MOST:], most=NEAR_MOST)
    near: dict[int, list[tuple[int, float]]] = {}
    for product_id, products in alike.items():
        for each in products:
            if each.product_id in number:
                near.setdefault(each.product_id, []).append((product_id, each.score))
    return Newcomers(model.version, near)


def _decoded(loaded: Loaded) -> "Model":
    # numpy comes with the first model, not with the web process.
    from recommendations.model import Model

    return Model.of(loaded)


_newcomers: Remembered[Newcomers] = Remembered(_newcomers_find, seconds=LOOK_SECONDS)
