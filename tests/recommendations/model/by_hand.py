"""A model whose every number is known: one component, the sum of what a person's goods say for others."""

import numpy as np
from scipy.sparse import csr_matrix

from recommendations.ranking.blend import Blend
from recommendations.ranking.features import Facts
from recommendations.ranking.interactions import Events
from recommendations.ranking.item_item import ItemItem
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.own import Own
from recommendations.ranking.popularity import Popular
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.weighting import Weighting, WeightScale
from tests.factories import seoul
from xlcfi.artifacts.subjects import Candidate
from xlcfi.artifacts.versions import version_add, version_serve

NAME = "recommendations"


def engine(size, speaks, *, rule="ease"):
    """speaks: (item, other) -> how much the one speaks for the other; rule: which component ranks."""
    rows, columns = [pair[0] for pair in speaks], [pair[1] for pair in speaks]
    matrix = csr_matrix((list(speaks.values()), (rows, columns)), shape=(size, size), dtype=np.float32)
    nothing = np.zeros(0, dtype=np.int64)
    events = Events(nothing, nothing, np.zeros(0), np.zeros(0), 1, size)
    facts = Facts.of(events, ItemColumns(), now=20_000.0, span=100.0, repeats=True)
    share = np.full(size, 1 / size, dtype=np.float32)
    components = (
        Popular("popular", share),
        ItemItem("ease", matrix, Weighting()),
        Own("own", float("inf"), 1.0, share),
    )
    return Ranker(components, facts, Blend(rule), WeightScale.of(np.ones(1)), True)


def served(products, speaks, *, rule="ease", form=1, serves=True):
    """A stored version that knows `products`. speaks: (product, other) -> how much."""
    number = {product: place for place, product in enumerate(products)}
    told = {(number[one], number[other]): value for (one, other), value in speaks.items()}
    arrays = engine(len(products), told, rule=rule).arrays()
    candidate = Candidate(
        arrays={**arrays, "items": np.array(products, dtype=np.int64)},
        parameters={"format": form},
        metrics={"candidate": {"ndcg@10": 0.2}, "serving": None, "baselines": {}},
        window=(seoul("2024-11-01"), seoul("2025-11-01")),
        better=True,
        reason="the first one",
    )
    row = version_add(name=NAME, candidate=candidate, who="kim", seconds=1.0)
    return version_serve(version_id=row.pk, who="kim", why="to try it") if serves else row


def strength(score):
    """The score of a list that a single component's score becomes, to six decimals."""
    return round(float(np.float32(score) / (1 + np.float32(score))), 6)
