"""The ranker whole: on worlds of different make, as plain arrays, for one person and for many."""

import io

import numpy as np
import pytest

from recommendations.ranking.boosting import Growth, trees_fit, trees_staged
from recommendations.ranking.cuts import cut_of, fold_of_test, folds_inside
from recommendations.ranking.interactions import Events
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.linear import linear_fit
from recommendations.ranking.metrics import ndcg_by_user
from recommendations.ranking.ranker import Ranker
from recommendations.ranking.training import Budget, past_of, ranker_fit
from tests.recommendations.ranking import worlds


def fitted(events, *, repeats, columns=None, most=2):
    train, test = worlds.cut_by_time(events)
    cut = cut_of(train, test)
    folds = folds_inside(train, cut, repeats=repeats, seed=0, most=most)
    fold = fold_of_test(train, test, cut, repeats=repeats)
    final = past_of(fold, columns or ItemColumns(), seed=0)
    ranker, told = ranker_fit(folds, final, k=10, eras=False, budget=Budget(tries=1, users=300))
    return ranker, told, fold


@pytest.fixture(scope="module")
def weekly():
    events = worlds.weekly(users=150, items=120, mean=8)
    columns = ItemColumns({"shelf": np.arange(120) % 7}, {"price": np.linspace(1, 50, 120)})
    return fitted(events, repeats=True, columns=columns)


@pytest.fixture(scope="module")
def chains():
    return fitted(worlds.chains(users=150, items=80, mean=15), repeats=True)


def test_trees_say_as_plain_arrays_what_they_said_before():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(3000, 6)).astype(np.float32)
    label = features[:, 0] * features[:, 1] + 0.3 * rng.normal(size=3000) > 0
    trees = trees_fit(features, label, Growth(trees=20), seed=0)
    [said] = trees_staged(features, label, features, Growth(trees=20), stages=[20], seed=0)
    plain = trees.scores(features)
    assert np.ptp(said - plain) < 1e-4  # but for a constant
    assert np.corrcoef(plain, label)[0, 1] > 0.5
    np.testing.assert_allclose(trees.scores(features[:50]), plain[:50], rtol=1e-5)  # few rows go along the paths


def test_the_linear_rule_finds_the_component_that_tells():
    rng = np.random.default_rng(1)
    row = np.repeat(np.arange(200), 20)
    parts = rng.random((4000, 3)).astype(np.float32)
    label = np.zeros(4000, dtype=bool)
    label[np.arange(200) * 20 + parts[:, 1].reshape(200, 20).argmax(axis=1)] = True
    rule = linear_fit(parts, row, label, components=3)
    assert (rule.scores(parts).reshape(200, 20).argmax(axis=1) == label.reshape(200, 20).argmax(axis=1)).mean() > 0.9


@pytest.mark.parametrize("world", ["weekly", "chains"])
def test_the_blend_is_as_good_as_its_best_component_on_what_came_later(world, request):
    ranker, told, fold = request.getfixturevalue(world)
    assert told.rules[told.rule] == max(told.rules.values())
    users = fold.known
    lists, _ = ranker.lists(fold.past.of(users), fold.now[users], size=10)
    ours = ndcg_by_user(fold, users, lists, 10)
    for component in ranker.components:
        from recommendations.ranking.context import Context

        alone = fold.lists(
            users, lambda _, past, now, one=component: one.scores(Context(past, now, ranker.scale)), size=10
        )
        theirs = ndcg_by_user(fold, users, alone, 10)
        noise = 2 * (ours - theirs).std() / np.sqrt(len(users))
        assert ours.mean() >= theirs.mean() - noise, component.name


def test_it_is_the_same_after_it_was_a_file_of_plain_arrays(weekly):
    ranker, _, fold = weekly
    file = io.BytesIO()
    np.savez(file, **ranker.arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as archive:
        read = Ranker.from_arrays(dict(archive))
    users = fold.known[:40]
    for mine, theirs in zip(
        ranker.lists(fold.past.of(users), fold.now[users], size=10),
        read.lists(fold.past.of(users), fold.now[users], size=10),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, theirs)


def test_one_person_is_served_as_among_many(weekly):
    ranker, _, fold = weekly
    users = fold.known[:12]
    many = ranker.recommend_many(fold.past.of(users), fold.now[users], k=8)
    for user, among in zip(users, many, strict=True):
        alone = ranker.recommend(fold.past.of(np.array([user])), float(fold.now[user]), k=8)
        assert [each.item for each in alone] == [each.item for each in among]
        assert [each.source for each in alone] == [each.source for each in among]


def test_one_person_has_the_same_scores_as_among_many(weekly):
    ranker, _, fold = weekly
    users = fold.known[:30]
    items, scores = ranker.lists(fold.past.of(users), fold.now[users], size=10)
    for at, user in enumerate(users):
        mine, own = ranker.lists(fold.past.of(users[at : at + 1]), fold.now[user : user + 1], size=10)
        assert mine[0].tolist() == items[at].tolist()
        np.testing.assert_allclose(own[0], scores[at], rtol=1e-4, atol=1e-5)


def test_what_leads_to_an_item_is_among_the_persons_own(weekly):
    ranker, _, fold = weekly
    users = fold.known[:30]
    names = {each.name for each in ranker.components}
    shown = ranker.recommend_many(fold.past.of(users), fold.now[users], k=10)
    for user, mine in zip(users, shown, strict=True):
        own = set(fold.past.of(np.array([user])).item.tolist())
        assert {each.source for each in mine} <= names
        assert {each.evidence for each in mine if each.evidence is not None} <= own
    assert any(each.evidence is not None for mine in shown for each in mine)


def test_excluded_and_forbidden_items_are_never_shown_and_the_list_is_full_still(weekly):
    ranker, _, fold = weekly
    one = fold.past.of(fold.known[:1])
    allowed = np.arange(120) % 2 == 0
    shown = [each.item for each in ranker.recommend(one, float(fold.now[0]), k=50, exclude=[0, 2], allowed=allowed)]
    assert len(shown) == len(set(shown)) == 50
    assert all(item % 2 == 0 for item in shown)
    assert not {0, 2} & set(shown)


def test_who_has_no_past_gets_what_is_popular(weekly):
    ranker, _, _ = weekly
    nobody = Events.of_one(item=np.zeros(0, dtype=np.int64), day=np.zeros(0), items=120)
    shown = [each.item for each in ranker.recommend(nobody, 400.0, k=5)]
    assert shown == np.argsort(-ranker.popular, kind="stable")[:5].tolist()


def test_something_bought_a_minute_ago_changes_the_list(chains):
    ranker, _, fold = chains
    now = float(fold.now[0]) + 0.01
    before = fold.past.of(fold.known[:1])
    scores = []
    for item in (3, 40):
        after = Events.of_one(
            item=np.append(before.item, item), day=np.append(before.day, now - 0.001), items=before.items
        )
        scores.append([each.item for each in ranker.recommend(after, now, k=10)])
    assert scores[0] != scores[1]
