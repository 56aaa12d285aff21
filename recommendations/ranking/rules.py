"""Which rule ranks: each measured on people that it was not fitted on, the best one fitted on all of them."""

from collections.abc import Sequence

import numpy as np

from recommendations.ranking.blend import BOOSTED, LINEAR, Blend, with_line
from recommendations.ranking.boosting import Growth, trees_fit, trees_staged
from recommendations.ranking.candidates import shortlist, top_of
from recommendations.ranking.folds import Fold
from recommendations.ranking.interactions import Ints, Singles
from recommendations.ranking.learning import Learnt, all_features, stacked, thin
from recommendations.ranking.linear import linear_fit
from recommendations.ranking.metrics import ndcg_by_user

_PARTS = 3
_STAGES = (30, 60, 120)
_MIXED = "+linear"


def rule_choose(
    learnt: Sequence[Learnt], fold: Fold, users: Ints, k: int, seed: int
) -> tuple[Blend, dict[str, float], str]:
    """Every rule measured on people that it was not fitted on; the best one fitted on all of them."""
    latest = learnt[0]
    found = latest.candidates
    rng = np.random.default_rng(seed)
    part = rng.integers(0, _PARTS, fold.past.rows)  # of each user, in all folds
    values: dict[str, Singles] = dict(found.scores)
    values |= {name: np.zeros(len(found.row), dtype=np.float32) for name in [LINEAR, *map(_stage, _STAGES)]}
    growth = Growth(trees=max(_STAGES))
    lean = [thin(each, rng) for each in learnt]
    for turn in range(_PARTS):
        inside = [each.where(part[each.user] != turn) for each in lean]
        test = part[latest.user][found.row] == turn
        linear = linear_fit(*stacked(inside), components=len(found.scores))
        values[LINEAR][test] = linear.scores(found.parts[test])
        features, label = all_features(inside, linear)
        other = with_line(found.features[test], values[LINEAR][test])
        staged = trees_staged(features, label, other, growth, stages=_STAGES, seed=seed)
        for stage, score in zip(_STAGES, staged, strict=True):
            values[_stage(stage)][test] = score
    short = np.zeros(len(found.row), dtype=bool)
    short[shortlist(found.row, values[LINEAR], len(users))] = True
    for stage in _STAGES:
        values[_stage(stage)][~short] = -np.inf
        values[_stage(stage) + _MIXED] = values[_stage(stage)] + values[LINEAR]
    rules: dict[str, float] = {}
    for name, value in values.items():
        lists, _ = top_of(found.row, found.item, value, rows=len(users), size=k)
        rules[name] = float(ndcg_by_user(fold, users, lists, k).mean())
    best = max(rules, key=lambda name: rules[name])
    linear = linear_fit(*stacked(lean), components=len(found.scores))
    if not best.startswith(BOOSTED):
        return Blend(best, linear), rules, best
    features, label = all_features(lean, linear)
    count = int(best.removeprefix(BOOSTED).removesuffix(_MIXED))
    trees = trees_fit(features, label, Growth(trees=count), seed=seed)
    return Blend(BOOSTED, linear, trees, best.endswith(_MIXED)), rules, best


def _stage(trees: int) -> str:
    return f"{BOOSTED}{trees}"
