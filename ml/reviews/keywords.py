"""What a review talks about: its nouns, found without a dictionary, by the particles that stand behind them."""

import re

from ml.reviews.matching import is_hangul
from ml.reviews.particles import (
    AFTER_ANY,
    AFTER_CONSONANT,
    AFTER_VOWEL,
    NEVER_NOUN_ENDS,
    ONE_SYLLABLE_NOUNS,
    PREDICATE_ENDS,
    STEM_ENDS,
    STOP_NOUNS,
)
from ml.reviews.words_english import ENGLISH, STOP_WORDS

AT_MOST = 10
LONGEST = 20
_TOKEN = re.compile("[가-힣]+|[a-z]+(?:'[a-z]+)?")
_FINALS = 28
_RIEUL = 8
_PARTICLES = sorted(
    [(particle, True) for particle in AFTER_CONSONANT]
    + [(particle, False) for particle in AFTER_VOWEL]
    + [(particle, None) for particle in AFTER_ANY],
    key=lambda each: -len(each[0]),
)


def keywords_of(text: str) -> tuple[str, ...]:
    """The nouns of a plain text, at most 10: the most frequent first, of equals the earlier one."""
    counts: dict[str, int] = {}
    # Words repeat: each spelling is looked at once.
    nouns: dict[str, str | None] = {}
    for token in _TOKEN.findall(text):
        if token not in nouns:
            nouns[token] = _noun(token)
        noun = nouns[token]
        if noun is not None:
            counts[noun] = counts.get(noun, 0) + 1
    # sorted() keeps the order of equals: that of the first appearance.
    return tuple(sorted(counts, key=lambda noun: -counts[noun])[:AT_MOST])


def _noun(token: str) -> str | None:
    """The noun in a token; None where it is no noun, as far as its form tells."""
    if not is_hangul(token[0]):
        return token if 3 <= len(token) <= LONGEST and token not in STOP_WORDS and token not in ENGLISH else None
    if token.endswith(NEVER_NOUN_ENDS):
        return None
    for particle, after_consonant in _PARTICLES:
        stem = token.removesuffix(particle)
        if stem and stem != token and _fits(stem, particle, after_consonant) and _is_noun(stem):
            return stem
    return token if not token.endswith(PREDICATE_ENDS) and _is_noun(token) else None


def _is_noun(stem: str) -> bool:
    if len(stem) == 1:
        return stem in ONE_SYLLABLE_NOUNS
    return len(stem) <= LONGEST and stem not in STOP_NOUNS and not stem.endswith(STEM_ENDS)


def _fits(stem: str, particle: str, after_consonant: bool | None) -> bool:
    """Whether the form of the particle is the one that follows the last sound of `stem`."""
    if after_consonant is None:
        return True
    final = (ord(stem[-1]) - ord("가")) % _FINALS
    if particle == "로" and final == _RIEUL:
        return True
    return (final != 0) is after_consonant
