"""Kinds of people by what they buy of groups."""

import numpy as np

from recommendations.ranking.segments import segments_fit

USUAL = np.full(4, 0.25, dtype=np.float32)


def people_of_two_kinds(rng):
    """Half of them buy of the first two groups only, half of the last two; ten things each."""
    first = rng.multinomial(10, [0.5, 0.5, 0.0, 0.0], 100)
    second = rng.multinomial(10, [0.0, 0.0, 0.5, 0.5], 100)
    return np.concatenate([first, second]).astype(np.float32)


def test_who_bought_one_thing_is_told_what_their_like_buys():
    counts = people_of_two_kinds(np.random.default_rng(3))
    segments = segments_fit(counts, USUAL, kinds=2, seed=0)
    usual = segments.usual(np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]], dtype=np.float32))
    # 500 of 1,000 things each, and a smoothing of 5 spread evenly: (500 + 1.25) / 1,005.
    np.testing.assert_allclose(usual[0], [0.4988, 0.4988, 0.0012, 0.0012], atol=0.03)
    np.testing.assert_allclose(usual[1], [0.0012, 0.0012, 0.4988, 0.4988], atol=0.03)
    np.testing.assert_allclose(usual.sum(axis=1), 1.0, rtol=1e-5)


def test_who_bought_nothing_is_told_what_everybody_buys():
    counts = people_of_two_kinds(np.random.default_rng(4))
    segments = segments_fit(counts, USUAL, kinds=2, seed=0)
    np.testing.assert_allclose(segments.usual(np.zeros((1, 4), dtype=np.float32))[0], USUAL, atol=0.03)


def test_one_kind_is_everybody():
    counts = people_of_two_kinds(np.random.default_rng(5))
    segments = segments_fit(counts, USUAL, kinds=1, seed=0)
    np.testing.assert_array_equal(segments.usual(counts), np.broadcast_to(USUAL, counts.shape))


def test_the_same_seed_gives_the_same_kinds():
    counts = people_of_two_kinds(np.random.default_rng(6))
    one, other = (segments_fit(counts, USUAL, kinds=3, seed=1) for _ in range(2))
    np.testing.assert_array_equal(one.habit, other.habit)
