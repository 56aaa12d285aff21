"""Keywords of a tokenized text: nouns and nouns that stand together, ranked against how common they are elsewhere."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ml.reviews.particles import ONE_SYLLABLE_NOUNS, STOP_NOUNS

AT_MOST = 10
LONGEST_PHRASE = 3
# The reciprocal document frequency of words, from texts that were counted once; by a hash of the word.
WEIGHTS_FILE = Path(__file__).parent / "model" / "words.npz"
_NOUNS = frozenset(("NNG", "NNP", "SL", "XR"))
# A phrase tells more than its words, and repeats them.
_PHRASE_SHARE = 0.7

Token = tuple[str, str, int, int]


def word_key(word: str) -> int:
    """By which a word's weight is found."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")


def word_weights(path: Path = WEIGHTS_FILE) -> Mapping[int, float]:
    """The weight of each known word; -1 holds that of all others. Empty where there is no such file."""
    import numpy as np

    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as stored:
        weights = dict(zip(stored["keys"].tolist(), stored["weights"].tolist(), strict=True))
        return weights | {-1: float(stored["others"])}


def nouns_of(tokens: Iterable[Token]) -> list[Token]:
    """The tokens that can be keywords: (form, tag, start, end)."""
    return [
        token
        for token in tokens
        if token[1] in _NOUNS
        and token[0] not in STOP_NOUNS
        and (len(token[0]) > 1 or token[0] in ONE_SYLLABLE_NOUNS)
        and (token[1] != "SL" or len(token[0]) > 2)
    ]


def keywords_ranked(tokens: Sequence[Token], text: str, weights: Mapping[int, float]) -> list[str]:
    """At most 10: by how often each is said here and how seldom elsewhere; of equals the earlier one."""
    scores: dict[str, float] = {}
    alone: dict[str, int] = {}
    for run in _runs(nouns_of(tokens), text):
        for form, _, _, _ in run:
            alone[form] = alone.get(form, 0) + (len(run) == 1)
            scores[form] = scores.get(form, 0.0) + _weight(form, weights)
        if 1 < len(run) <= LONGEST_PHRASE:
            phrase = " ".join(text[run[0][2] : run[-1][3]].split())
            scores[phrase] = scores.get(phrase, 0.0) + _PHRASE_SHARE * sum(_weight(each[0], weights) for each in run)
            alone[phrase] = 1
    # A word of one letter (맛, 양) that is never said but in a phrase is told by the phrase.
    told = [word for word in scores if alone[word] or len(word) > 1]
    return sorted(told or scores, key=lambda word: -scores[word])[:AT_MOST]


def _runs(nouns: Sequence[Token], text: str) -> list[list[Token]]:
    """Nouns with nothing but a space between them."""
    runs: list[list[Token]] = []
    for noun in nouns:
        foreign = bool(runs) and (runs[-1][-1][1] == "SL") != (noun[1] == "SL")
        if runs and not foreign and text[runs[-1][-1][3] : noun[2]] in ("", " "):
            runs[-1].append(noun)
        else:
            runs.append([noun])
    # What is longer than a phrase is a list.
    return [part for run in runs for part in ([run] if len(run) <= LONGEST_PHRASE else [[noun] for noun in run])]


def _weight(word: str, weights: Mapping[int, float]) -> float:
    return weights.get(word_key(word), weights.get(-1, 1.0)) if weights else 1.0


def weight_of(texts_with: int, texts: int) -> float:
    """The weight of a word that stands in `texts_with` of `texts`."""
    return math.log((1 + texts) / (1 + texts_with))
