"""A training whole: settings that are kept, what they are compared by, and that they can be taken up again."""

import json

import pytest

from recommendations.ranking.components import kinds
from recommendations.ranking.items import ItemColumns
from recommendations.ranking.search import near
from recommendations.ranking.trained import Window, folds_of, ranker_ndcg, ranker_trained
from recommendations.ranking.training import Budget, past_of
from tests.recommendations.ranking import worlds

SMALL = Budget(tries=1, users=80, wanted=80)


@pytest.fixture(scope="module")
def shop():
    return worlds.weekly(users=90, items=70, mean=6)


@pytest.fixture(scope="module")
def trained(shop):
    return ranker_trained(shop, ItemColumns(), now=300.0, repeats=True, budget=SMALL)


def test_what_a_training_keeps_is_plain_json_and_names_every_component(trained):
    kept = json.loads(json.dumps(trained.settings, allow_nan=False))
    assert set(kept["components"]) == {each.name for each in trained.ranker.components}
    assert kept["rule"]


def test_the_candidate_is_measured_on_the_last_days_only(shop, trained):
    assert trained.validation["from_day"] == pytest.approx(shop.day.max() - 30, abs=2)
    assert 0 < trained.validation["candidate"] <= 1
    assert "serving" not in trained.validation


def test_the_same_settings_again_are_as_good_as_what_serves(shop, trained):
    again = ranker_trained(
        shop, ItemColumns(), now=300.0, repeats=True, budget=SMALL, settings=json.loads(json.dumps(trained.settings))
    )
    assert again.validation["serving"] == again.validation["candidate"] == trained.validation["candidate"]


def test_any_ranker_can_be_measured_on_the_window(shop, trained):
    fold = folds_of(shop, repeats=True, window=Window(days=30))[0]
    by_one = ranker_ndcg(trained.ranker, fold, users=fold.known[:1])
    assert 0 <= by_one <= 1
    assert ranker_ndcg(trained.ranker, fold) > 0.1


def test_settings_of_a_shorter_past_move_to_the_nearest_ones(shop):
    fold = folds_of(shop, repeats=True)[0]
    [popular] = [each for each in kinds(past_of(fold, ItemColumns(), seed=0), eras=False) if each.name == "popular"]
    lives = popular.space["half_life"]
    assert near(popular.space, {"half_life": lives[2] * 1.1}) == {"half_life": lives[2]}
    assert near(popular.space, {"half_life": float("inf")}) == {"half_life": float("inf")}


def test_tries_are_shared_out_and_never_more_than_there_are(shop):
    every = kinds(past_of(folds_of(shop, repeats=True)[0], ItemColumns(), seed=0), eras=False)
    shares = Budget(in_all=53).shares(every)
    assert sum(shares) <= 53
    assert min(shares) >= 1
    assert max(shares) <= 12
