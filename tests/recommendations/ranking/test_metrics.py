"""Metrics against values worked out by hand, and folds."""

import numpy as np
import pytest

from recommendations.ranking.cuts import AT_RANDOM, BY_TIME, BY_USER, cut_of, fold_inside, folds_inside
from recommendations.ranking.folds import Fold, best
from recommendations.ranking.metrics import by_user, coverage, hits_of, novelty
from recommendations.ranking.search import search
from tests.recommendations.ranking import worlds


def test_metrics_of_a_list_by_hand():
    hits = np.array([[True, False, True, False], [False, False, False, True]])
    found = by_user(hits, np.array([3, 1]), 3)
    gain = np.array([1, 1 / np.log2(3), 0.5])
    assert found["ndcg"].tolist() == pytest.approx([(gain[0] + gain[2]) / gain.sum(), 0])
    assert found["recall"].tolist() == pytest.approx([2 / 3, 0])
    assert found["map"].tolist() == pytest.approx([(1 + 2 / 3) / 3, 0])
    assert found["hit"].tolist() == [1, 0]


def test_a_hit_is_of_the_same_user():
    lists = np.array([[1, 2, -1], [1, 0, 2]])
    hits = hits_of(lists, np.array([0, 1]), np.array([2, 0]), 3)
    assert hits.tolist() == [[False, True, False], [False, True, False]]


def test_coverage_and_novelty():
    lists = np.array([[0, 1], [0, -1]])
    assert coverage(lists, 2, 4) == 0.5
    assert novelty(lists, 2, np.array([0.5, 0.25, 1, 1])) == pytest.approx((1 + 2 + 1) / 3)


def test_the_best_come_first_and_what_may_not_be_shown_not_at_all():
    scores = np.array([[1, 3, 3, -np.inf, 2]], dtype=np.float32)
    assert best(scores, 6).tolist() == [[1, 2, 4, 0, -1, -1]]


def test_what_somebody_had_is_not_relevant_unless_repeats_count():
    events = worlds.weekly(users=30, items=60)
    past, future = worlds.cut_by_time(events)
    now = np.full(30, past.day.max())
    with_repeats, without = (Fold.of(past, future, now=now, repeats=repeats) for repeats in (True, False))
    had = set(zip(past.row.tolist(), past.item.tolist(), strict=True))
    all_of_it = set(zip(future.row.tolist(), future.item.tolist(), strict=True))
    assert set(zip(with_repeats.user.tolist(), with_repeats.item.tolist(), strict=True)) == all_of_it
    assert set(zip(without.user.tolist(), without.item.tolist(), strict=True)) == all_of_it - had
    shown = without.lists(without.known, lambda users, past, now: np.ones((len(users), 60), dtype=np.float32), size=60)
    pairs = {(int(u), int(i)) for u, row in zip(without.known, shown, strict=True) for i in row if i >= 0}
    assert not pairs & had


def test_a_cut_by_time_is_told_and_made_again_inside_the_past():
    train, test = worlds.cut_by_time(worlds.chains(users=80))
    cut = cut_of(train, test)
    assert cut.kind == BY_TIME
    assert cut.days == pytest.approx(test.day.max() - train.day.max())
    folds = folds_inside(train, cut, repeats=True, seed=0, most=3)
    assert folds[0].past.day.max() == pytest.approx(train.day.max() - cut.days, abs=1.5)
    assert folds[1].past.day.max() == pytest.approx(folds[0].past.day.max() - cut.days / 2, abs=5)


def test_the_last_of_each_user_is_told_from_a_random_part():
    events = worlds.chains(users=80)
    last = events.first[1:][events.row] - np.arange(len(events.row)) == 1
    by_user = cut_of(events.where(~last), events.where(last))
    assert (by_user.kind, by_user.each) == (BY_USER, 1)
    fold = fold_inside(events.where(~last), by_user, repeats=True, seed=0)
    assert np.bincount(fold.user).max() == 1
    assert cut_of(*worlds.cut_at_random(events)).kind == AT_RANDOM


def test_a_search_climbs_to_the_top_within_its_budget():
    asked = []

    def score(settings):
        asked.append(settings)
        return 10 - (settings["a"] - 5) ** 2 - (settings["b"] - 2) ** 2

    space = {"a": list(range(9)), "b": list(range(9))}
    assert search(space, {"a": 1, "b": 1}, score, budget=40).settings == {"a": 5, "b": 2}
    asked.clear()
    found = search(space, {"a": 1, "b": 1}, score, budget=3)
    assert len(asked) == 3
    assert found.score == max(score(each) for each in list(asked))
