"""What the baseline reads in sentences written by hand; the expected sentiments are ours, not the baseline's."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.reviews.analysis import NEUTRAL_BELOW, Aspect
from ml.reviews.lexicon import analyse

POSITIVE, NEUTRAL, NEGATIVE = "POSITIVE", "NEUTRAL", "NEGATIVE"

PLAIN = {
    "정말 맛있어요": POSITIVE,
    "아이들이 너무 좋아해요": POSITIVE,
    "재구매 의사 있습니다. 추천해요": POSITIVE,
    "신선하고 아삭해서 만족합니다": POSITIVE,
    "맛이 별로예요": NEGATIVE,
    "실망입니다": NEGATIVE,
    "상한 게 와서 다 버렸어요": NEGATIVE,
    "너무 비싸고 양도 적어요": NEGATIVE,
    "곰팡이가 피어 있었어요": NEGATIVE,
    "어제 주문하고 오늘 받았습니다": NEUTRAL,
    "보통이에요": NEUTRAL,
    "그냥 그래요": NEUTRAL,
}
NEGATION = {
    "안 좋아요": NEGATIVE,
    "안좋아요": NEGATIVE,
    "좋지 않아요": NEGATIVE,
    "좋지는 않네요": NEGATIVE,
    "맛있진 않아요": NEGATIVE,
    "추천하고 싶지 않아요": NEGATIVE,
    "추천 안 해요": NEGATIVE,
    "재구매 의사 없어요": NEGATIVE,
    "맛이 하나도 없어요": NEGATIVE,
    "만족할 수 없었어요": NEGATIVE,
    "나쁘지 않아요": POSITIVE,
    "비린내가 전혀 안 나요": POSITIVE,
    "잡내 없이 고소해요": POSITIVE,
    "부족함이 없어요": POSITIVE,
    "흠잡을 데 없어요": POSITIVE,
    "없어서 못 먹어요": POSITIVE,
    "두 번 다시 안 사요": NEGATIVE,
}
CONTRAST = {
    "포장은 예쁜데 맛이 없어요": NEGATIVE,
    "배송은 늦었지만 정말 맛있어요": POSITIVE,
    "가격이 비싼데 맛있어요": POSITIVE,
    "맛있지만 너무 비싸서 후회했어요": NEGATIVE,
    "조금 작아요. 하지만 정말 맛있어요": POSITIVE,
    "Nice box but the taste was terrible": NEGATIVE,
}
SIGNS = {
    "ㅠㅠ": NEGATIVE,
    "너무 맛있어요 ㅠㅠ": POSITIVE,
    "왜 이런 걸 보냈나요 ㅜㅜ": NEGATIVE,
    "ㅋㅋㅋㅋ": POSITIVE,
    "잘 받았어요^^": POSITIVE,
    "👍👍👍": POSITIVE,
    "👎": NEGATIVE,
    "😡": NEGATIVE,
    "또 왔네요 :)": POSITIVE,
    "👍🏻": POSITIVE,
}
ENGLISH = {
    "Delicious and fresh!": POSITIVE,
    "GREAT kimchi, will buy again": POSITIVE,
    "not good at all": NEGATIVE,
    "It wasn't bad": POSITIVE,
    "The worst, I want a refund": NEGATIVE,
    "It is a box of noodles": NEUTRAL,
}
ALL = PLAIN | NEGATION | CONTRAST | SIGNS | ENGLISH


@pytest.mark.parametrize(("text", "sentiment"), ALL.items(), ids=ALL)
def test_a_sentence_feels_as_a_reader_would_say(text, sentiment):
    assert analyse(text).sentiment == sentiment


def test_spacing_does_not_matter_much():
    assert analyse("너무너무맛있어요").sentiment == POSITIVE
    assert analyse("맛이없어요").sentiment == NEGATIVE
    assert analyse("맛 이 없 다").sentiment in {NEUTRAL, NEGATIVE}


def test_letters_that_came_apart_are_read_as_well():
    import unicodedata

    text = "정말 맛있어요"
    assert analyse(unicodedata.normalize("NFD", text)) == analyse(text)


def test_a_word_of_degree_makes_it_stronger_or_weaker():
    assert analyse("너무 좋아요").score > analyse("좋아요").score > analyse("조금 좋아요").score > 0
    assert analyse("너무 아쉬워요").score < analyse("아쉬워요").score < 0


def test_denied_praise_is_less_bad_than_blame():
    assert analyse("최악이에요").score < analyse("좋지 않아요").score < 0


def test_the_later_clause_weighs_more():
    assert analyse("포장은 별로인데 맛은 좋아요").score > 0 > analyse("맛은 좋은데 포장은 별로예요").score


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("맛있어요", {("TASTE", POSITIVE)}),
        ("꼼꼼한 포장 빠른 배송 감사합니다", {("PACKAGING", POSITIVE), ("DELIVERY", POSITIVE)}),
        ("맛은 좋은데 포장이 너무 허술해요", {("TASTE", POSITIVE), ("PACKAGING", NEGATIVE)}),
        ("양도 많고 가격도 저렴해요", {("QUANTITY", POSITIVE), ("PRICE", POSITIVE)}),
        ("배송은 느렸지만 아주 신선해요", {("DELIVERY", NEGATIVE), ("FRESHNESS", POSITIVE)}),
        ("판매자 응대가 불친절해요", {("SERVICE", NEGATIVE)}),
        ("제품에 하자가 있어요", {("QUALITY", NEGATIVE)}),
        ("아이스팩이 없었어요", {("PACKAGING", NEGATIVE)}),
        ("모양이 많이 달라요", set()),
        ("오늘 받았습니다", set()),
        ("The delivery was late", {("DELIVERY", NEGATIVE)}),
    ],
)
def test_an_opinion_belongs_to_what_it_is_about(text, aspects):
    assert {(each.aspect, each.sentiment) for each in analyse(text).aspects} == aspects


def test_keywords_are_nouns_without_their_particles_the_most_frequent_first():
    text = "국물은 시원하고 김치는 또 사고 싶어요. 사과를 김치와 먹었어요"
    assert analyse(text).keywords == ("김치", "국물", "사과")


def test_a_particle_that_does_not_fit_the_sound_belongs_to_the_noun():
    # 가 follows a vowel, 은 and 과 a consonant: 조은 is a name, 효과 an effect, 한과 a sweet.
    assert analyse("효과 효과가 한과는").keywords == ("효과", "한과")


def test_at_most_ten_keywords():
    words = "사과 바나나 포도 수박 참외 딸기 자두 복숭아 앵두 석류 망고 체리"
    assert analyse(words).keywords == tuple(words.split()[:10])


@pytest.mark.parametrize(
    ("rating", "sentiment"), [(1, NEGATIVE), (2, NEGATIVE), (3, NEUTRAL), (4, POSITIVE), (5, POSITIVE)]
)
def test_without_an_opinion_the_stars_decide(rating, sentiment):
    for text in ("", "   ", "어제 주문했습니다", "?!"):
        assert analyse(text, rating=rating).sentiment == sentiment


def test_text_and_stars_are_blended():
    alone = analyse("정말 맛있어요").score
    assert analyse("정말 맛있어요", rating=5).score == pytest.approx((alone + 1) / 2, abs=1e-4)
    assert analyse("정말 맛있어요", rating=1).score == pytest.approx((alone - 1) / 2, abs=1e-4)


def test_nothing_says_nothing():
    found = analyse("")
    assert (found.sentiment, found.score, found.keywords, found.aspects) == (NEUTRAL, 0.0, (), ())


def test_confidence_rises_with_the_score_either_way():
    found = sorted((abs(each.score), each.confidence) for each in map(analyse, ALL))
    assert [confidence for _, confidence in found] == sorted(confidence for _, confidence in found)
    assert analyse("좋아요").confidence > analyse("").confidence


def test_of_a_very_long_text_the_first_ten_thousand_letters_are_read():
    praise = "정말 맛있어요. " * 1_111
    assert len(praise) >= 9_999
    assert analyse(praise).sentiment == POSITIVE
    assert analyse(praise.ljust(10_000) + "최악이에요. " * 5_000) == analyse(praise)


def within_bounds(found):
    assert -1 <= found.score <= 1
    assert math.copysign(1, found.score) == 1 or found.score < 0
    assert 0 <= found.confidence <= 1
    assert found.sentiment == (
        NEUTRAL if abs(found.score) < NEUTRAL_BELOW else POSITIVE if found.score > 0 else NEGATIVE
    )
    assert len(found.keywords) <= 10
    assert len(set(found.keywords)) == len(found.keywords)
    assert all(0 < len(keyword) <= 20 for keyword in found.keywords)
    aspects = [each.aspect for each in found.aspects]
    assert aspects == [aspect for aspect in Aspect if aspect in aspects]
    assert all(-1 <= each.score <= 1 for each in found.aspects)


@settings(deadline=None)
@given(st.text(), st.none() | st.integers(1, 5))
def test_any_text_has_an_answer_within_bounds(text, rating):
    within_bounds(analyse(text, rating=rating))


PIECES = [
    *ALL,
    "안 ",
    "못",
    " 않아요",
    "없어요",
    "지만 ",
    "는데 ",
    "너무",
    "ㅠ",
    "^^",
    "\ud800",
    "\x00",
    "가나다",
    "but ",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.none() | st.integers(1, 5))
def test_any_mixture_of_what_is_known_has_an_answer_within_bounds(pieces, rating):
    found = analyse("".join(pieces), rating=rating)
    within_bounds(found)
    assert found == analyse("".join(pieces), rating=rating)
