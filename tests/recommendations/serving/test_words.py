"""Sentences, particles and words, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from recommendations.content.terms import word_weights, words_of
from recommendations.particles import OBJECT, SUBJECT, ends_with_consonant, with_particle
from recommendations.ranker import Bought
from recommendations.reasons import SOURCES, reason_of
from recommendations.repurchase import Rhythm, chance_now

NOW = datetime(2025, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("김치찌개용 김치", "김치찌개용 김치를"),
        ("참깨라면", "참깨라면을"),
        ("묵은지 1kg", "묵은지 1kg을"),
        ("간장 500ml", "간장 500ml를"),
        ("우유 2", "우유 2를"),
        ("오메가 3", "오메가 3을"),
        ("두부(대용량)", "두부(대용량)을"),
        ("Kimchi", "Kimchi를"),
        ("Ham", "Ham을"),
        ("泡菜", "泡菜을(를)"),
    ],
)
def test_a_name_takes_the_object_particle_of_its_last_sound(word, expected):
    assert with_particle(word, OBJECT) == expected


def test_the_subject_particle_goes_by_the_same_sound():
    assert [with_particle(word, SUBJECT) for word in ("김", "두부")] == ["김이", "두부가"]
    assert ends_with_consonant("…") is None


def test_a_reason_names_the_product_that_led_there_in_both_languages():
    assert reason_of("co-purchase", "김치찌개용 김치", bought=True) == {
        "ko": "김치찌개용 김치를 산 분들이 함께 구매했어요",
        "en": "People who bought 김치찌개용 김치 bought this too",
    }
    assert reason_of("content", "두부", bought=False)["ko"] == "보신 ‘두부’ 상품과 비슷해요"
    assert reason_of("popular", "두부") == reason_of("popular", None)
    assert reason_of("co-purchase", "가" * 100)["ko"].startswith("가" * 59 + "…를 산")


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_sentence_in_both_languages_with_and_without_a_product(source):
    for evidence in (None, "두부"):
        for bought in (True, False):
            reason = reason_of(source, evidence, bought=bought)
            assert set(reason) == {"ko", "en"}
            assert all(reason.values())
            assert not (bought and ("viewed" in reason["en"] or "보신 ‘" in reason["ko"]))


def test_the_models_components_say_what_they_go_by():
    assert reason_of("next", "두부")["ko"] == "두부를 산 다음에 많이 사는 상품이에요"
    assert reason_of("ease", "김") == reason_of("cosine", "김") == reason_of("co-purchase", "김")
    assert reason_of("spectral", "김")["en"] == "Liked by people with tastes like yours: you bought 김"
    assert reason_of("category-taste", "김")["ko"] == "구매하신 ‘김’ 상품과 같은 카테고리의 요즘 인기 상품이에요"
    assert reason_of("seller-taste", "김", bought=False)["en"] == (
        "Popular now, of the same seller as 김, which you viewed"
    )
    assert reason_of("trend", "김") == reason_of("trend", None)


def test_words_that_say_nothing_about_the_product_go():
    tokens = [
        ("국내", "NNG"),
        ("산", "XSN"),
        ("배추", "NNG"),
        ("로", "JKB"),
        ("담그", "VV"),
        ("ᆫ", "ETM"),
        ("김", "NNG"),
    ]
    assert words_of([*tokens, ("1", "SN"), ("kg", "SL"), ("g", "SL")]) == ["국내", "배추", "담그", "김", "kg"]


def test_a_word_of_the_name_weighs_more_and_no_repetition_makes_it_weigh_without_end():
    weights = word_weights(name=["김치"], category=["반찬"], description=["반찬", *["배추"] * 50])
    assert weights["김치"] > weights["반찬"]
    assert max(weights.values()) < 2.2
    # One word alone: 3 counts, a text of 3: 3 * 2.2 / (3 + 1.2 * (0.5 + 0.5 * 3 / 24)).
    assert word_weights(name=["김"], category=[], description=[]) == {"김": pytest.approx(6.6 / 3.675, abs=1e-6)}


def ago(days):
    return NOW - timedelta(days=days)


def test_what_is_bought_every_month_returns_when_the_month_is_nearly_over():
    monthly = Bought(3, ago(90), ago(30))
    assert chance_now(bought=monthly, rhythm=Rhythm(0.4, 60), now=NOW) == pytest.approx(1 - 0.6 / 3)
    assert chance_now(bought=Bought(3, ago(70), ago(10)), rhythm=Rhythm(0.4, 60), now=NOW) == 0
    late = chance_now(bought=Bought(3, ago(460), ago(400)), rhythm=Rhythm(0.4, 60), now=NOW)
    assert late == pytest.approx((1 - 0.6 / 3) / 4)


def test_what_nobody_buys_twice_does_not_return():
    once = Bought(1, ago(200), ago(200))
    assert chance_now(bought=once, rhythm=Rhythm(0.02, 100), now=NOW) == 0
    assert chance_now(bought=once, rhythm=None, now=NOW) == 0
    assert chance_now(bought=once, rhythm=Rhythm(0.5, 190), now=NOW) > 0.4
    assert chance_now(bought=Bought(1, None, None), rhythm=Rhythm(0.5, 10), now=NOW) == 0
