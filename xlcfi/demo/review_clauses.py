"""The clauses a review of a category is made of, and how one is put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from xlcfi.demo.catalogue import GROUPS
from xlcfi.demo.endings import predicate_forms
from xlcfi.demo.particles import with_particle
from xlcfi.demo.review_words import GENERAL, Bank
from xlcfi.demo.review_words_around import ADVERBS, DAYS, HOUSEHOLD, TIMES
from xlcfi.demo.review_words_fit import ASPECT_WEIGHTS, OWN_TASTE, SKIPPED, WEIGHTS
from xlcfi.demo.review_words_food import FOOD
from xlcfi.demo.review_words_goods import GOODS

POSITIVE, NEUTRAL, NEGATIVE = "POSITIVE", "NEUTRAL", "NEGATIVE"
ASPECTS = tuple(ASPECT_WEIGHTS)

#: A number from 0 to 1, the next of its sequence.
Draw = Callable[[], float]

_OWN: dict[str, Bank] = FOOD | GOODS


@dataclass(frozen=True, eq=False)
class Voice:
    """How somebody writes: `endings` to draw from, the first the plainest."""

    endings: tuple[str, ...]
    formal: bool
    my: str
    me: str


VOICES = (
    (0.45, Voice(("요", "요", "요", "네요", "더라고요"), False, "제", "저")),
    (0.64, Voice(("습니다", "습니다", "습니다", "네요"), True, "제", "저")),
    (0.73, Voice(("요", "네요", "네요", "더라고요", "더라고요"), False, "제", "저")),
    (0.85, Voice(("음",), False, "내", "나")),
    (0.98, Voice(("해", "해", "네", "더라"), False, "내", "나")),
    (1.00, Voice(("다",), False, "내", "나")),
)  # fmt: skip


def _without(lines: Sequence[str], words_out: Sequence[str]) -> list[str]:
    return [line for line in lines if not any(word in line for word in words_out)]


@cache
def clause_bank(key: str) -> tuple[dict[str, dict[str, tuple[str, ...]]], str, tuple[tuple[str, float], ...]]:
    """Clauses by aspect and sentiment, the noun, and the aspects' weights of a category.

    Raises KeyError for an unknown one.
    """
    group = next((group for group in GROUPS if group.key == key.partition(".")[0]), None)
    if group is None:
        raise KeyError(key)
    nouns = {leaf.key: leaf.noun or leaf.name for leaf in group.leaves} | {group.key: group.name.split("·")[0]}
    if key not in nouns:
        raise KeyError(key)
    bank: dict[str, dict[str, tuple[str, ...]]] = {}
    for aspect in ASPECTS:
        own = aspect == "TASTE" and (group.key in OWN_TASTE or key in OWN_TASTE)
        bank[aspect] = {}
        for sentiment in (POSITIVE, NEUTRAL, NEGATIVE):
            leaf_lines = _OWN.get(key, {}).get(aspect, {}).get(sentiment, "").splitlines() if "." in key else []
            group_lines = _OWN.get(group.key, {}).get(aspect, {}).get(sentiment, "").splitlines()
            general = [] if own else GENERAL[aspect][sentiment].splitlines()
            if own and key in OWN_TASTE and leaf_lines:
                group_lines = []
            skipped = SKIPPED.get(key, ()) + SKIPPED.get(group.key, ())
            shared = _without(group_lines, skipped)
            # A leaf's own words come twice, so that they are not drowned by what fits everything.
            often = 2 if aspect == "TASTE" else 1
            bank[aspect][sentiment] = tuple(leaf_lines * 2 + shared * often + _without(general, skipped))
    weights = {**ASPECT_WEIGHTS, **WEIGHTS.get(group.key, {})}
    return bank, nouns[key], tuple(weights.items())


@cache
def clause_render(clause: str, noun: str, voice: Voice, ending: str, particle: str) -> str:
    """A clause with its ending; `particle` stands for the subject's: 이, 은 or 도. `~` and `@` are left in it."""
    text = predicate_forms(clause)[ending].replace("{n}", noun)
    text = text.replace("{je}", voice.my).replace("{jeo}", voice.me)
    while "^" in text:
        before, _, after = text.partition("^")
        subject = before.split(" ")[-1]
        marked = subject + "도" if particle == "도" else with_particle(subject, particle)
        text = before[: len(before) - len(subject)] + marked + after
    return text


def clause_fill(text: str, sentiment: str, voice: Voice, draw: Draw) -> str:
    """`text` with an adverb, a person, a number of times or days where it has a place for them."""
    if "~" in text:
        adverb = ""
        if draw() < 0.62:
            choice = ADVERBS[sentiment]["formal" if voice.formal else "free"]
            adverb = choice[int(draw() * len(choice))] + " "
            if (adverb == "많이 " and "~많" in text) or (adverb == "생각보다 " and "보다 " in text):
                adverb = ""
        text = text.replace("~", adverb)
    if "@" in text:
        if "@d" in text:
            text = text.replace("@d", DAYS[int(draw() * len(DAYS))])
        if "@k" in text:
            text = text.replace("@k", TIMES[int(draw() * len(TIMES))])
        if "@" in text:
            who = HOUSEHOLD[int(draw() * len(HOUSEHOLD))]
            for mark in ("이", "은"):
                text = text.replace("@" + mark, with_particle(who, mark))
            text = text.replace("@", who)
    return text
