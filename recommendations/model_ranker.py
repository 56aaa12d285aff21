"""Lists by the trained model: a person's orders and acts as its events, its components as sources and evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from math import exp
from typing import Final

import numpy as np

from recommendations.model import Model
from recommendations.placing.shelf import Shelf
from recommendations.ranker import Ask, History, Ranked
from recommendations.ranking.blend import BOOSTED, LINEAR
from recommendations.ranking.interactions import Bools, Events
from recommendations.ranking.ranker import Recommended
from recommendations.reasons import (
    AGAIN,
    BLEND,
    CATEGORY_TASTE,
    CO_PURCHASE,
    LOOKED,
    NEW,
    PRICE_TASTE,
    SELLER_TASTE,
    TREND,
)

PURCHASE: Final = 5.0
ACT_HALF_LIFE_DAYS: Final = 7.0
"""What somebody looked at, but did not buy, counts half a week later."""
ACT_LEAST: Final = 0.5
"""A view's part of what the best of a list weighs, just after it; an act that says all (5) would have the whole."""
NEWCOMERS: Final = 5
"""Of so many products of a list one may be of those that the model does not know yet."""
_SOURCES: Final = {
    "own": AGAIN,
    "popular": TREND,
    "era": TREND,
    "group category": CATEGORY_TASTE,
    "group seller": SELLER_TASTE,
    "group price": PRICE_TASTE,
}
# Of what goes with what was looked at: nothing was bought of it, nor was anything bought next.
_LOOKED_SOURCES: Final = {**_SOURCES, "own": LOOKED, "next": CO_PURCHASE}
_BY_OWN_GOODS: Final = frozenset({"ease", "cosine"})
Near = Sequence[tuple[int, float]]
"""(product, likeness 0 to 1) of those that the model does not know and that are like one that it knows."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Events of one person, as the model is asked with. acts: of looking, not of buying."""

    ask: int
    acts: bool
    items: Sequence[int]
    days: Sequence[float]
    weights: Sequence[float]


@dataclass(frozen=True, slots=True)
class ModelRanker:
    """The seam of recommendations/ranker.py over a Model.

    shelf: how its products stand. newcomers: by product, those like it that the model does not know. What somebody
    bought is one ranking; what they looked at without buying it makes a second one, and the two are merged: the first
    of that weighs (ACT_LEAST to 1, by the act) of the first of the other, less as time goes by.
    """

    model: Model
    shelf: Shelf
    newcomers: Mapping[int, Near] = field(default_factory=dict)
    name: str = BLEND

    @property
    def _strength(self) -> Callable[[float], float]:
        """What the rule says, as a number between 0 and 1 in the same order."""
        return _odds if self.model.engine.blend.rule in (LINEAR, BOOSTED) else _amount

    @property
    def version(self) -> str:
        """Which of its models answers."""
        return str(self.model.version)

    def rank(self, asks: Sequence[Ask]) -> list[Sequence[Ranked]]:
        """See Ranker. Of who never did anything with a product that it knows, nothing."""
        rows = [row for number, ask in enumerate(asks) for row in self._rows(number, ask)]
        found: list[Sequence[Ranked]] = [[] for _ in asks]
        if not rows:
            return found
        events = Events.sorted(
            row=np.repeat(np.arange(len(rows)), [len(row.items) for row in rows]),
            item=np.array(list(chain.from_iterable(row.items for row in rows)), np.int64),
            day=np.array(list(chain.from_iterable(row.days for row in rows)), np.float64),
            weight=np.array(list(chain.from_iterable(row.weights for row in rows)), np.float64),
            rows=len(rows),
            items=self.model.engine.items,
        )
        now = np.array([_day(asks[row.ask].now) for row in rows])
        k = max(asks[row.ask].k for row in rows)
        allowed = np.stack([self._allowed(asks[row.ask], row.acts) for row in rows])
        lists = self.model.engine.recommend_many(events, now, k=k, allowed=allowed)
        by_ask: dict[int, list[tuple[_Row, list[Recommended]]]] = {}
        for row, one in zip(rows, lists, strict=True):
            by_ask.setdefault(row.ask, []).append((row, one))
        for number, ranked in by_ask.items():
            found[number] = self._merged(asks[number], ranked)
        return found

    def _rows(self, number: int, ask: Ask) -> list[_Row]:
        known, history = self.model.number, ask.history
        rows = []
        bought = [(known[each], day) for day, products in history.orders for each in products if each in known]
        if bought:
            items, days = zip(*bought, strict=True)
            rows.append(_Row(number, False, items, days, [PURCHASE] * len(items)))
        looked = [act for act in history.acts if act.product_id not in history.bought and act.product_id in known]
        if looked:
            day = _day(ask.now)
            rows.append(
                _Row(
                    number,
                    True,
                    [known[act.product_id] for act in looked],
                    [day if act.at is None else _day(act.at) for act in looked],
                    [act.rating for act in looked],
                )
            )
        return rows

    def _allowed(self, ask: Ask, acts: bool) -> Bools:
        if ask.asked is None:
            found = np.fromiter(map(ask.eligible, self.model.items.tolist()), bool, len(self.model.items))
        else:
            found = self.shelf.mask(ask.asked, sold=ask.sold)
        if acts and ask.history.bought:
            found[self.shelf.numbers(ask.history.bought)] = False
        return found

    def _merged(self, ask: Ask, ranked: Sequence[tuple[_Row, list[Recommended]]]) -> list[Ranked]:
        if len(ranked) == 1:
            row, one = ranked[0]
            return self._with_newcomers(ask, self._told(one, _weight(ask) if row.acts else 1.0, row)[: ask.k])
        (bought, mine), (looked, others) = ranked
        best = {each.product_id: each for each in self._told(mine, 1.0, bought)}
        highest = max((each.score for each in best.values()), default=1.0)
        first = self._strength(others[0].score) if others else 0.0
        part = _weight(ask) * highest / first if first else 0.0
        for each in self._told(others, part, looked):
            known = best.get(each.product_id)
            if known is None or known.score < each.score:
                best[each.product_id] = each
        return self._with_newcomers(ask, sorted(best.values(), key=_by_score)[: ask.k])

    def _told(self, one: Sequence[Recommended], part: float, row: _Row) -> list[Ranked]:
        """What the model recommends, in products; `part` of its score. What only fills up is left to the ladder."""
        product, sources = self.model.products, _LOOKED_SOURCES if row.acts else _SOURCES
        strength = self._strength
        found = []
        for each in one:
            source, evidence = each.source, each.evidence
            if source == "popular" and each.score == 0:
                continue
            # Where nothing of theirs goes with it, others brought it forward.
            source = TREND if evidence is None and source in _BY_OWN_GOODS else sources.get(source, source)
            led = None if evidence is None else product[evidence]
            found.append(Ranked(product[each.item], part * strength(each.score), source, led))
        return found

    def _with_newcomers(self, ask: Ask, found: list[Ranked]) -> list[Ranked]:
        """With the few products unknown to the model that are most like what it ranks, or what the person bought:
        likeness times the score of what they are like, or that of the middle of the list."""
        if not self.newcomers or not found:
            return found
        scores = {each.product_id: each.score for each in found}
        scores |= dict.fromkeys(ask.history.bought.keys() - scores.keys(), found[len(found) // 2].score)
        new: dict[int, float] = {}
        for known in scores.keys() & self.newcomers.keys():
            for product_id, like in self.newcomers[known]:
                new[product_id] = max(new.get(product_id, 0.0), like * scores[known])
        ranked = [Ranked(product_id, score, NEW) for product_id, score in new.items() if ask.eligible(product_id)]
        if not ranked:
            return found
        ranked.sort(key=lambda each: (-each.score, -each.product_id))
        return sorted([*found, *ranked[: max(1, ask.k // NEWCOMERS)]], key=_by_score)[: ask.k]


def _by_score(each: Ranked) -> float:
    return -each.score


def _weight(ask: Ask) -> float:
    """What the acts of somebody who did not buy weigh against purchases, 0 to 1: the one that weighs most."""
    history, now = ask.history, ask.now
    return max(_act_weight(history, now), default=0.0)


def _act_weight(history: History, now: datetime) -> list[float]:
    return [
        (ACT_LEAST + (1 - ACT_LEAST) * act.rating / PURCHASE)
        * 2 ** (-max(_day(now) - _day(act.at or now), 0.0) / ACT_HALF_LIFE_DAYS)
        for act in history.acts
        if act.product_id not in history.bought
    ]


def _day(moment: datetime) -> float:
    return moment.timestamp() / 86_400


def _odds(score: float) -> float:
    """Log odds as a number between 0 and 1."""
    return 1 / (1 + exp(-max(min(score, 500.0), -500.0)))


def _amount(score: float) -> float:
    """What a single component says, 0 or more, as a number between 0 and 1."""
    return score / (1 + score) if score > 0 else 0.0
