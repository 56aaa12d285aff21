import re
from collections import Counter

import numpy as np
import pytest

from xlcfi.demo.catalogue import GROUPS, LEAVES
from xlcfi.demo.endings import ENDINGS, predicate_forms
from xlcfi.demo.review_clauses import ASPECTS, clause_bank
from xlcfi.demo.review_words import GENERAL
from xlcfi.demo.review_words_around import CLOSERS, FOOD_OPENERS, OPENERS
from xlcfi.demo.review_words_fit import OWN_TASTE, SKIPPED, WEIGHTS
from xlcfi.demo.review_words_food import FOOD
from xlcfi.demo.review_words_goods import GOODS
from xlcfi.demo.reviews import review_texts

KEYS = [leaf.key for _, leaf in LEAVES]
EVERY_KEY = KEYS + [group.key for group in GROUPS]
SENTIMENTS = {"POSITIVE", "NEUTRAL", "NEGATIVE"}


def write(count, seed=1, ratings=None):
    rng = np.random.default_rng(seed)
    keys = [KEYS[place] for place in rng.integers(0, len(KEYS), count)]
    if ratings is None:
        ratings = rng.choice([1, 2, 3, 4, 5], count, p=[0.06, 0.07, 0.13, 0.27, 0.47])
    return np.asarray(ratings), review_texts(ratings=np.asarray(ratings), category_keys=keys, rng=rng)


@pytest.fixture(scope="module")
def many():
    return write(40_000)


def test_the_same_seed_writes_the_same_reviews():
    (_, first), (_, second), (_, other) = write(300), write(300), write(300, seed=2)
    assert first.texts == second.texts
    assert first.aspects == second.aspects
    assert first.disagrees.tolist() == second.disagrees.tolist()
    assert first.texts != other.texts


def test_aspects_follow_the_rating_unless_the_text_disagrees(many):
    ratings, reviews = many
    tone = {rating: Counter() for rating in range(1, 6)}
    for rating, aspects, disagrees in zip(ratings.tolist(), reviews.aspects, reviews.disagrees.tolist(), strict=True):
        if not disagrees:
            tone[rating].update(sentiment for _, sentiment in aspects)
    share = {rating: {kind: counts[kind] / counts.total() for kind in SENTIMENTS} for rating, counts in tone.items()}
    assert share[5]["POSITIVE"] > 0.92
    assert share[4]["POSITIVE"] > 0.70
    assert share[3]["NEUTRAL"] > 0.25
    assert share[2]["NEGATIVE"] > 0.65
    assert share[1]["NEGATIVE"] > 0.92


def test_a_few_texts_say_the_opposite_of_their_rating(many):
    ratings, reviews = many
    assert reviews.disagrees.mean() == pytest.approx(0.04, abs=0.005)
    for rating, aspects, disagrees in zip(ratings.tolist(), reviews.aspects, reviews.disagrees.tolist(), strict=True):
        if disagrees and rating == 5:
            assert not aspects or "NEGATIVE" in {sentiment for _, sentiment in aspects}


def test_an_aspect_is_spoken_of_once_in_a_review_and_all_are_spoken_of(many):
    _, reviews = many
    for aspects in reviews.aspects:
        assert len({aspect for aspect, _ in aspects}) == len(aspects) <= 4
    assert {pair for aspects in reviews.aspects for pair in aspects} == {(a, s) for a in ASPECTS for s in SENTIMENTS}


def test_a_good_part_of_four_star_reviews_is_mixed(many):
    ratings, reviews = many
    mixed = [
        {"POSITIVE", "NEGATIVE"} <= {sentiment for _, sentiment in aspects}
        for rating, aspects in zip(ratings.tolist(), reviews.aspects, strict=True)
        if rating == 4
    ]
    assert 0.2 < np.mean(mixed) < 0.4


def test_only_very_short_texts_repeat(many):
    _, reviews = many
    repeated = [text for text, times in Counter(reviews.texts).items() if times > 1]
    assert max(map(len, repeated)) <= 12
    assert sum(len(text) > 60 for text in reviews.texts) > 0.1 * len(reviews.texts)
    assert len(set(reviews.texts)) > 0.85 * len(reviews.texts)


def test_no_mark_of_the_notation_is_left_in_a_text(many):
    _, reviews = many
    for text in reviews.texts:
        assert not re.search(r"[\^@{}/=|]", text.replace("^^", "")), text
        assert text == text.strip()
        assert text


def test_nouns_are_followed_by_the_particle_of_their_last_sound(many):
    _, reviews = many
    wrong = re.compile(
        r"(?:배송|포장|가격|맛|양|국물|양념|품질|신선함|식감)(?:가|는|를)\s|(?:김치|배추|무|가성비|색깔|상자)(?:이|은|을)\s"
    )
    for text in reviews.texts:
        assert not wrong.search(text), text


def test_registers_differ(many):
    _, reviews = many
    ends = Counter()
    for text in reviews.texts:
        last = re.sub(r"[^가-힣]+$", "", text)
        ends["polite"] += last.endswith("요")
        ends["formal"] += last.endswith("다") and last[-2:-1] in "니"
        ends["memo"] += last.endswith(("음", "함", "임", "움", "됨"))
    assert ends["polite"] > 0.35 * len(reviews.texts)
    assert ends["formal"] > 0.08 * len(reviews.texts)
    assert ends["memo"] > 0.05 * len(reviews.texts)


def test_a_review_speaks_of_its_own_kind_of_food():
    rng = np.random.default_rng(3)
    ratings = rng.integers(1, 6, 3_000)
    for key, said, never in (
        ("kimchi.white", "백김치", "칼칼"),
        ("health.vitamin", "캡슐", "밥도둑"),
        ("rice.white", "밥", "에어프라이어"),
    ):
        texts = " ".join(review_texts(ratings=ratings, category_keys=[key] * 3_000, rng=rng).texts)
        assert said in texts
        assert never not in texts


@pytest.mark.parametrize("key", EVERY_KEY)
def test_every_category_has_something_to_say_on_every_aspect(key):
    bank, noun, _ = clause_bank(key)
    assert re.fullmatch(r"[가-힣]+", noun)
    for aspect in ASPECTS:
        for sentiment in SENTIMENTS:
            assert len(set(bank[aspect][sentiment])) >= 2, (aspect, sentiment)


def test_words_are_kept_for_categories_that_exist():
    assert {*FOOD, *GOODS, *SKIPPED, *WEIGHTS, *OWN_TASTE} <= set(EVERY_KEY)
    assert not set(FOOD) & set(GOODS)


def test_every_clause_has_every_ending():
    lines = [*OPENERS.splitlines(), *FOOD_OPENERS.splitlines()]
    lines += [line for text in CLOSERS.values() for line in text.splitlines()]
    for bank in (GENERAL, *FOOD.values(), *GOODS.values()):
        lines += [line for aspect in bank.values() for text in aspect.values() for line in text.splitlines()]
    for line in lines:
        assert set(predicate_forms(line)) == set(ENDINGS), line


@pytest.mark.parametrize(
    ("predicate", "ending", "expected"),
    [
        ("맛^ ~좋/좋아", "요", "맛^ ~좋아요"),
        ("맛^ ~좋/좋아", "는데", "맛^ ~좋은데"),
        ("아삭하", "습니다", "아삭합니다"),
        ("아삭하", "는데", "아삭한데"),
        ("추천하!", "다", "추천한다"),
        ("추천하!", "는데", "추천하는데"),
        ("잘 먹/먹어!", "다", "잘 먹는다"),
        ("맵/매워", "는데", "매운데"),
        ("맵/매워", "음", "매움"),
        ("달/달아", "네요", "다네요"),
        ("달/달아", "습니다", "답니다"),
        ("달/달아", "음", "달음"),
        ("힘들/힘들어", "음", "힘듦"),
        ("낫/나아", "는데", "나은데"),
        ("그렇/그래", "는데", "그런데"),
        ("왔", "요", "왔어요"),
        ("왔", "는데", "왔는데"),
        ("없", "습니다", "없습니다"),
        ("별로=", "요", "별로예요"),
        ("보통=", "요", "보통이에요"),
        ("살 거=", "습니다", "살 겁니다"),
    ],
)
def test_a_predicate_is_conjugated(predicate, ending, expected):
    assert predicate_forms(predicate)[ending] == expected


def test_an_untold_irregular_stem_is_an_error():
    with pytest.raises(ValueError, match="must be told"):
        predicate_forms("맵")


@pytest.mark.parametrize(
    ("ratings", "keys", "error"),
    [([5], [], "1 ratings, but 0 categories"), ([0], ["kimchi"], "1 to 5"), ([6], ["kimchi"], "1 to 5")],
)
def test_reviews_that_cannot_be_written_are_errors(ratings, keys, error):
    with pytest.raises(ValueError, match=error):
        review_texts(ratings=np.array(ratings, dtype=int), category_keys=keys, rng=np.random.default_rng(1))


def test_no_reviews_are_no_reviews():
    reviews = review_texts(ratings=np.array([], dtype=int), category_keys=[], rng=np.random.default_rng(1))
    assert reviews.texts == []
    assert reviews.disagrees.shape == (0,)


@pytest.mark.parametrize("key", ["cheese", "kimchi.blue"])
def test_an_unknown_category_is_an_error(key):
    with pytest.raises(KeyError, match=key):
        review_texts(ratings=np.array([5] * 20), category_keys=[key] * 20, rng=np.random.default_rng(1))
