"""From the words of a product's text to weights.

Source: the saturation of Robertson and Zaragoza (2009), The probabilistic relevance framework: BM25 and beyond. How
rare a term is comes in when products are compared, so that a new product changes no other one's weights.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

NAME, CATEGORY, DESCRIPTION = 3.0, 1.0, 1.0
"""How often a word counts, by where it stands."""
K1: Final = 1.2
B: Final = 0.5
USUAL_LENGTH: Final = 24.0
"""Of a text, in words that count: a constant, so that weights stay as they are."""
MOST_TERMS: Final = 60
LONGEST: Final = 60


def word_weights(*, name: Sequence[str], category: Sequence[str], description: Sequence[str]) -> dict[str, float]:
    """Weights by word, at most MOST_TERMS of them, the heaviest (then in order of the alphabet). Each in (0, 2.2)."""
    counts: dict[str, float] = defaultdict(float)
    for words, times in ((name, NAME), (category, CATEGORY), (description, DESCRIPTION)):
        for word in words:
            counts[word[:LONGEST]] += times
    length = sum(counts.values())
    bend = K1 * (1 - B + B * length / USUAL_LENGTH)
    weights = {word: round(count * (K1 + 1) / (count + bend), 6) for word, count in counts.items()}
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST_TERMS])


def words_of(tokens: Iterable[tuple[str, str]]) -> list[str]:
    """The words of a text that say what it is about: nouns, roots, stems of verbs and adjectives, foreign words.

    tokens: (form, tag) as Kiwi gives them, in order. Particles, endings, numbers and marks go; a suffix that makes a
    noun (산 of 국내산, 용 of 찌개용) says nothing by itself and goes too.
    """
    found = []
    for form, tag in tokens:
        kind = tag.partition("-")[0]  # VA-I: an irregular stem
        if kind in _WORDS and (len(form) > 1 or kind in _SHORT_TOO):
            found.append(form.lower())
    return found


_WORDS = frozenset({"NNG", "NNP", "XR", "VV", "VA", "SL", "SH"})
# 김, 밥, 귤: one syllable can be a product; one letter (g, L) is a unit, one stem (하, 있) is in every text.
_SHORT_TOO = frozenset({"NNG", "NNP", "SH"})
