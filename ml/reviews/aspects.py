"""What a review says of each aspect, and where it says so.

Two finders: phrases that say all by themselves (phrases.py), and opinions beside the name of what they are about
(opinions.py). Where both see the same letters the phrase is right.
"""

import math
import re
from collections.abc import Sequence

import msgspec

from ml.reviews.analysis import Aspect, AspectOpinion, rounded, sentiment_of
from ml.reviews.clauses import LONGEST, plain, sentences_of
from ml.reviews.opinions import opinions_in
from ml.reviews.phrases import phrases_in

# A sum of so much, squared, is half of the way to a score of 1.
HALF_WAY = 0.5
# A quote begins where its clause does, or so many letters before what was found, and ends with a word.
_REACH = 24
_CLAUSE_BEGINS = re.compile(r"[.,!?~…]\s*|(?<=[고데만며서요])\s")
_BOUNDARY = re.compile(r"[\s.,!?~…]")
_BETWEEN = r"[\s\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]*"


class _Said(msgspec.Struct, frozen=True):
    start: int
    end: int
    aspect: Aspect
    weight: float


def aspects_of(text: str) -> tuple[AspectOpinion, ...]:
    """What `text` says of each aspect it speaks of, in the order of `Aspect`; evidence is a part of `text` as given."""
    words = plain(text)
    by_aspect: dict[Aspect, list[_Said]] = {}
    for said in _said(words):
        by_aspect.setdefault(said.aspect, []).append(said)
    return tuple(_opinion(aspect, by_aspect[aspect], text, words) for aspect in Aspect if aspect in by_aspect)


def _said(words: str) -> list[_Said]:
    phrases = list(phrases_in(words))
    taken = [(phrase.start, phrase.end) for phrase in phrases]
    found: list[_Said] = []
    clauses = [clause for sentence in sentences_of(words) for clause in sentence]
    for phrase in phrases:
        share = next((each.share for each in clauses if each.start <= phrase.start < each.start + len(each.text)), 1.0)
        found.append(_Said(phrase.start, phrase.end, phrase.aspect, phrase.weight * share))
    for clause in clauses:
        for opinion in opinions_in(clause.text):
            start, end = opinion.place + clause.start, opinion.end + clause.start
            if opinion.aspect is not None and not any(start < last and first < end for first, last in taken):
                found.append(_Said(start, end, opinion.aspect, opinion.weight * clause.share))
    return found


def _opinion(aspect: Aspect, said: Sequence[_Said], text: str, words: str) -> AspectOpinion:
    total = math.fsum(each.weight for each in said)
    score = rounded(total / math.sqrt(total * total + HALF_WAY))
    # What is quoted is what speaks loudest for the sign of the whole.
    loudest = max(said, key=lambda each: each.weight * (1 if total >= 0 else -1))
    return AspectOpinion(aspect, sentiment_of(score), score, _quote(text, words, loudest.start, loudest.end))


def _quote(text: str, words: str, start: int, end: int) -> str:
    """The part of `text`, as given, that holds words[start:end] in whole words."""
    from_here = max(0, start - _REACH)
    if from_here:
        space = words.find(" ", from_here, start)
        from_here = space + 1 if space >= 0 else start
    cuts = [cut.end() for cut in _CLAUSE_BEGINS.finditer(words, from_here, start)]
    start = cuts[-1] if cuts else from_here
    reach = end + _REACH
    while end < len(words) and end < reach and not _BOUNDARY.match(words[end]):
        end += 1
    quoted = words[start:end]
    same = text[start:end]
    if len(words) == len(text[:LONGEST]) and same.lower() == quoted:
        return same
    letters = _BETWEEN.join(re.escape(letter) for letter in quoted if not letter.isspace())
    found = re.search(letters, text, re.IGNORECASE)
    return found[0] if found else text[:LONGEST]
