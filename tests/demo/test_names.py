import numpy as np
import pytest

from xlcfi.demo.names import brand_names, person_names, seller_names, seller_names_of
from xlcfi.demo.particles import particle_fields, with_particle


def rng(seed=1):
    return np.random.default_rng(seed)


def is_hangul(text):
    return all("가" <= letter <= "힣" for letter in text)


def test_a_korean_is_named_in_hangul_and_an_american_is_not():
    korean, american = person_names(2, ["KR", "US"], rng())
    assert is_hangul(korean)
    assert 3 <= len(korean) <= 4
    assert american.isascii()
    assert " " in american


def test_family_names_come_as_often_as_in_korea():
    names = person_names(20_000, ["KR"] * 20_000, rng())
    kims = sum(name.startswith("김") for name in names) / len(names)
    assert kims == pytest.approx(0.24, abs=0.03)


@pytest.mark.parametrize("country", ["JP", "CN", "TW", "HK", "VN", "TH", "SG", "DE", "FR", "ZZ"])
def test_every_country_has_names_and_an_unknown_one_gets_english_ones(country):
    names = person_names(50, [country] * 50, rng())
    assert len(set(names)) > 30
    assert all(name.strip() == name and name for name in names)


def test_as_many_countries_as_names_are_asked_for():
    with pytest.raises(ValueError, match="3 names need 3 countries, got 2"):
        person_names(3, ["KR", "US"], rng())


def test_the_same_seed_gives_the_same_names():
    assert person_names(30, ["KR", "JP"] * 15, rng(5)) == person_names(30, ["KR", "JP"] * 15, rng(5))
    assert seller_names(30, rng(5)) == seller_names(30, rng(5))


def test_no_two_sellers_have_one_name_though_makers_names_run_out():
    names = seller_names(3_000, rng())
    assert len(set(names)) == 3_000
    assert len(set(brand_names(500, rng()))) == 500


def test_a_sellers_name_holds_the_makers_name():
    assert all(
        brand in name
        for brand, name in zip(["달빛곳간", "윤슬뜰"], seller_names_of(["달빛곳간", "윤슬뜰"], rng()), strict=True)
    )


def test_more_sellers_than_names_is_an_error():
    with pytest.raises(ValueError, match="more sellers than names"):
        seller_names_of(["달빛곳간"] * 13, rng())


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("김치", "은", "김치는"),
        ("라면", "은", "라면은"),
        ("고추장", "이", "고추장이"),
        ("만두", "이", "만두가"),
        ("된장", "을", "된장을"),
        ("홍차", "을", "홍차를"),
        ("쌀", "로", "쌀로"),
        ("죽", "로", "죽으로"),
        ("국수", "로", "국수로"),
        ("떡", "과", "떡과"),
        ("차", "과", "차와"),
        ("3", "이", "3이"),
        ("2", "이", "2가"),
        ("ABC", "은", "ABC는"),
    ],
)
def test_a_particle_follows_the_last_sound(word, particle, expected):
    assert with_particle(word, particle) == expected


def test_sentences_can_name_a_word_with_each_particle():
    assert "{은} 맛있고 {을} {n}답게".format(**particle_fields("김")) == "김은 맛있고 김을 김답게"
