"""Each component against its definition, written out another way."""

import numpy as np
import pytest

from recommendations.ranking.context import Context
from recommendations.ranking.factors import Als, Spectral, als, spectral
from recommendations.ranking.gram import gram
from recommendations.ranking.groups import GroupTaste
from recommendations.ranking.interactions import Events
from recommendations.ranking.item_item import ItemItem, cosine, ease, pruned
from recommendations.ranking.own import Own, usual_gaps
from recommendations.ranking.popularity import Era, popularity
from recommendations.ranking.sequences import baskets_of, recency, transitions
from recommendations.ranking.weighting import RANKED, SIGNED, Weighting, WeightScale, values_of

PLAIN = WeightScale.of(np.ones(3))


def events(*rows, items=4, people=None):
    user, item, day = (np.array(column) for column in zip(*[row[:3] for row in rows], strict=True))
    weight = np.array([row[3] if len(row) > 3 else 1.0 for row in rows])
    return Events.sorted(
        row=user.astype(np.int64), item=item.astype(np.int64), day=day.astype(float), weight=weight,
        rows=people or int(user.max()) + 1, items=items,
    )  # fmt: skip


def asked(past, now):
    return Context(past, np.full(past.rows, float(now)), PLAIN)


@pytest.fixture
def some():
    rng = np.random.default_rng(3)
    return (rng.random((40, 12)) < 0.3).astype(np.float32)


def test_events_of_a_pair_are_summed_up_once():
    pairs = events((0, 2, 5, 4.0), (0, 2, 1, 2.0), (1, 0, 3), (0, 1, 9)).pairs
    assert pairs.row.tolist() == [0, 0, 1]
    assert pairs.item.tolist() == [1, 2, 0]
    assert pairs.count.tolist() == [1, 2, 1]
    assert pairs.first.tolist() == [9, 1, 3]
    assert pairs.last.tolist() == [9, 5, 3]
    assert pairs.weight.tolist() == [1, 3, 1]


def test_rows_taken_out_keep_their_events():
    past = events((0, 1, 1), (2, 3, 2), (2, 0, 1), (3, 2, 5))
    taken = past.of(np.array([3, 2]))
    assert taken.row.tolist() == [0, 1, 1]
    assert taken.item.tolist() == [2, 0, 3]
    assert past.last_day[[0, 2, 3]].tolist() == [1, 2, 5]
    assert np.isnan(past.last_day[1])


def test_the_products_matrix_is_that_of_the_dense_one(some):
    from scipy.sparse import csr_matrix

    np.testing.assert_allclose(gram(csr_matrix(some)), some.T @ some, rtol=1e-5)


def test_ease_solves_the_ridge_regression_of_each_item_on_the_others(some):
    weights = ease(some.T @ some, 7.0)
    for item in range(12):
        others = np.delete(np.arange(12), item)
        left = some[:, others].astype(float)
        solved = np.linalg.solve(left.T @ left + 7 * np.eye(11), left.T @ some[:, item])
        np.testing.assert_allclose(weights[others, item], solved, atol=1e-4)
    assert not np.diag(weights).any()


def test_cosine_is_the_angle_shrunk_by_how_often_both_were_seen(some):
    found = cosine(some.T @ some, shrinkage=3.0)
    both = float((some[:, 0] * some[:, 5]).sum())
    angle = both / np.sqrt(some[:, 0].sum() * some[:, 5].sum())
    assert found[0, 5] == pytest.approx(angle * both / (both + 3), rel=1e-5)


def test_cosine_keeps_the_nearest_of_each_column(some):
    whole, near = (cosine(some.T @ some, shrinkage=0.0, neighbours=count) for count in (None, 3))
    for item in range(12):
        kept = set(np.flatnonzero(near[:, item]))
        assert set(np.argsort(-whole[:, item])[:3]) <= kept


def test_pruning_keeps_the_largest_by_size():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(40, 40)).astype(np.float32)
    kept = pruned(matrix, 40 * 12).toarray()
    column = np.abs(matrix[:, 7])
    assert set(np.flatnonzero(kept[:, 7])) == set(np.argsort(-column)[:12])


def test_alternating_least_squares_ends_where_folding_in_agrees(some):
    from scipy.sparse import csr_matrix

    fold = {"unseen": 0.2, "strength": 0.05, "by_count": 1.0}
    vectors = als(csr_matrix(some), factors=3, turns=60, seed=1, **fold)
    people = []
    for row in some:
        weight = np.diag(row + 0.2).astype(float)
        ridge = 0.05 * (row.sum() + 0.2 * 12) * np.eye(3)
        people.append(np.linalg.solve(vectors.T @ weight @ vectors + ridge, vectors.T @ row))
    people = np.array(people)
    for item in range(12):
        column = some[:, item]
        weight = np.diag(column + 0.2).astype(float)
        ridge = 0.05 * (column.sum() + 0.2 * 40) * np.eye(3)
        solved = np.linalg.solve(people.T @ weight @ people + ridge, people.T @ column)
        np.testing.assert_allclose(vectors[item], solved, atol=5e-3)
    past = events(*[(u, i, 1) for u, i in zip(*np.nonzero(some), strict=True)], items=12)
    scored = Als("factors", vectors, weighting=Weighting(), **fold).scores(asked(past, 2))
    np.testing.assert_allclose(scored, people @ vectors.T, atol=1e-3)


def test_the_spectral_vectors_are_the_strongest_directions(some):
    from scipy.sparse import csr_matrix

    vectors, scale = spectral(csr_matrix(some), factors=4, seed=0)
    normal = some / np.sqrt(np.maximum(some.sum(axis=1, keepdims=True), 1)) / np.sqrt(some.sum(axis=0))
    right = np.linalg.svd(normal)[2][:4]
    np.testing.assert_allclose(np.abs(right @ vectors), np.eye(4), atol=2e-2)
    past = events(*[(u, i, 1) for u, i in zip(*np.nonzero(some), strict=True)], items=12)
    scored = Spectral("spectral", vectors, scale, Weighting()).scores(asked(past, 2))
    np.testing.assert_allclose(scored, (some * scale) @ right.T @ right / scale, atol=2e-2)


def test_popularity_counts_half_after_its_half_life():
    found = popularity(events((0, 0, 10), (1, 0, 0), (1, 1, 5)), now=10, half_life=5)
    np.testing.assert_allclose(found, [1.25, 0.5, 0, 0])


def test_an_era_knows_what_was_bought_around_then():
    past = events(*[(u, int(day > 50), day) for u, day in enumerate(range(100))], items=2)
    early, late = Era.fit("era", past, eras=10).scores(Context(past.of(np.array([5, 95])), np.full(2, 100.0), PLAIN))
    assert early[0] > 0.9
    assert late[1] > 0.9


def test_baskets_are_what_was_done_at_one_moment():
    past = events((0, 0, 1), (0, 1, 1), (0, 2, 4), (1, 3, 4))
    assert baskets_of(past).tolist() == [0, 0, 1, 2]
    np.testing.assert_allclose(recency(past, 0.5), [0.5, 0.5, 1, 1])


def test_what_follows_counts_less_the_further_ahead():
    matrix = transitions(events((0, 0, 1), (0, 1, 2), (0, 2, 3)), shrinkage=0.0, lean=1.0).toarray()
    np.testing.assert_allclose(matrix[0], [0, 1 / 1.5, 0.5 / 1.5, 0], rtol=1e-5)
    np.testing.assert_allclose(matrix[1], [0, 0, 1, 0], rtol=1e-5)


def test_somebodys_own_goods_fade_and_others_follow_by_popularity():
    own = Own("own", 10.0, 1.0, np.array([0.1, 1.0, 0.5, 0.2], dtype=np.float32))
    [score] = own.scores(asked(events((0, 0, 0), (0, 3, 10), (0, 3, 10)), 10))
    assert np.argsort(-score).tolist() == [3, 0, 1, 2]
    assert score[3] == pytest.approx(2, abs=1e-4)


def test_the_usual_gap_is_drawn_towards_that_of_all_goods():
    gap, again = usual_gaps(events((0, 0, 0), (0, 0, 10), (1, 0, 0), (1, 0, 10), (0, 1, 0), (2, 1, 0)))
    assert gap[0] == pytest.approx(10)
    assert gap[1] == pytest.approx(10)  # nothing of its own: that of all
    assert again[0] > again[1]


def test_a_group_is_lifted_by_how_much_more_somebody_buys_of_it():
    group = np.array([0, 0, 1, 1])
    past = events((0, 0, 0), (0, 0, 1), (1, 2, 0), (1, 3, 1), (2, 0, 0), (2, 2, 0))
    taste = GroupTaste.fit("group", past, group, now=1.0, half_life=np.inf, fresh=np.inf, prior=2.0, segments=1, seed=0)
    lifts = taste.lifts(asked(past, 1))
    usual = 3.5 / 7  # three of six events, half an event more for each of both groups
    assert lifts[0, 0] == pytest.approx((2 + 2 * usual) / ((2 + 2) * usual), rel=1e-5)
    assert lifts[2].tolist() == pytest.approx([1, 1])
    scores = taste.scores(asked(past, 1))
    assert scores[0, 0] / scores[2, 0] == pytest.approx(lifts[0, 0], rel=1e-5)


def test_low_weights_count_less_or_against():
    past = events((0, 0, 0, 1.0), (0, 1, 0, 5.0), (0, 2, 0, 3.0))
    scale = WeightScale.of(past.weight)
    now = np.array([0.0])
    ranked = values_of(past.pairs, now, Weighting(RANKED), scale)
    signed = values_of(past.pairs, now, Weighting(SIGNED), scale)
    assert 0 < ranked[0] < ranked[2] < ranked[1] <= 1
    assert signed[0] < 0 < signed[2] < signed[1]


def test_a_component_is_the_same_after_it_was_arrays(some):
    component = ItemItem("ease", pruned(ease(some.T @ some, 5.0), 10_000), Weighting(half_life=9.0))
    past = events((0, 1, 0), (0, 2, 5), items=12)
    read = ItemItem.from_arrays("ease", component.arrays())
    np.testing.assert_array_equal(read.scores(asked(past, 6)), component.scores(asked(past, 6)))
