"""Aspects, on the sentences that were written by hand before the rules."""

import pytest

from ml.reviews.aspects import aspects_of
from ml.reviews.made_texts import DATA


def sentences(part):
    lines = (DATA / "aspects.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        which, text, labels = line.split("\t")
        if which == part:
            yield text, {tuple(label.split(":")) for label in labels.split()}


def micro_f1(part):
    both = said = labelled = 0
    for text, expected in sentences(part):
        found = {(each.aspect.value, each.sentiment) for each in aspects_of(text)}
        both, said, labelled = both + len(found & expected), said + len(found), labelled + len(expected)
    return 2 * both / (said + labelled)


def test_there_are_at_least_three_hundred_sentences():
    assert sum(1 for part in ("tuned", "kept") for _ in sentences(part)) >= 300


@pytest.mark.parametrize("part", ["tuned", "kept"])
def test_aspects_and_their_sentiments_are_found(part):
    assert micro_f1(part) >= 0.85


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("포장은 꼼꼼한데 맛이 없어요", {"PACKAGING": "포장은 꼼꼼한데", "TASTE": "맛이 없어요"}),
        ("배송   빨라요!!", {"DELIVERY": "배송   빨라요"}),
        ("NOT FRESH at all", {"FRESHNESS": "NOT FRESH"}),
    ],
)
def test_the_evidence_is_a_part_of_the_text_as_it_was_given(text, quotes):
    assert {each.aspect.value: each.evidence for each in aspects_of(text)} == quotes


def test_letters_that_are_not_composed_are_quoted_as_they_came():
    text = "\u1107\u1162송이 늦어요"  # 배 as two letters
    [one] = aspects_of(text)
    assert (one.aspect, one.sentiment) == ("DELIVERY", "NEGATIVE")
    assert one.evidence in text


def test_nothing_is_found_in_nothing_and_a_long_text_is_read_to_its_ten_thousandth_letter():
    assert aspects_of("") == aspects_of("ㅋㅋ") == ()
    assert aspects_of("가나다 " * 2_499 + "맛있어요 " * 2)[0].aspect == "TASTE"
    assert aspects_of("가나다 " * 2_500 + "맛있어요") == ()
