"""Texts as hashed pieces: runs of syllables as they stand, and runs of letters (jamo) without the spaces.

Letters see what syllables miss: 맛있 in 마싯다, the stem in 좋았 and 좋아, a word without spaces. All pieces of many
texts are found by a dozen operations on whole arrays, without a loop over texts.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Ints = np.ndarray[Any, np.dtype[np.int64]]
    Codes = np.ndarray[Any, np.dtype[np.uint32]]

# How long runs are: of syllables with spaces, of letters without.
SYLLABLES = (1, 2, 3, 4, 5)
LETTERS = (3, 4, 5, 6, 7, 8)
BITS = 22
LONGEST = 10_000
# So many letters are worked on at once: what is in memory meanwhile is some 30 MB.
AT_ONCE = 100_000

_REPEATED = re.compile(r"(.)\1{2,}")
_SPACES = re.compile(r"\s+")
_END, _SPACE = 10, 32
_GA, _SYLLABLE_COUNT, _VOWELS_FINALS, _FINALS = 0xAC00, 11172, 588, 28
_LEAD, _VOWEL, _FINAL = 0x1100, 0x1161, 0x11A7
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def spelled(text: str) -> str:
    """`text` in composed syllables, small letters, single spaces, no sign more than twice in a row."""
    plain = unicodedata.normalize("NFC", text[:LONGEST]).lower()
    return _REPEATED.sub(r"\1\1", _SPACES.sub(" ", plain).strip())


def pieces(texts: Sequence[str]) -> "Iterator[tuple[int, int, Ints, Ints]]":
    """Of runs of `texts`: (first, behind the last, place of the text of each piece in the run, its hash).

    A hash is below 2 ** BITS. A piece that stands twice in a text is there twice.
    """
    first, size = 0, 0
    run: list[str] = []
    for place, text in enumerate(texts):
        run.append(spelled(text))
        size += len(run[-1]) + 1
        if size >= AT_ONCE:
            yield first, place + 1, *_of_run(run)
            first, size, run = place + 1, 0, []
    if run:
        yield first, first + len(run), *_of_run(run)


def _of_run(run: list[str]) -> "tuple[Ints, Ints]":
    codes = np.frombuffer(("\n" + "\n".join(run) + "\n").encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places: list[Ints] = []
    hashes: list[Ints] = []
    _add(codes, SYLLABLES, 1, places, hashes)
    _add(_letters(codes[codes != _SPACE]), LETTERS, 2, places, hashes)
    return np.concatenate(places), np.concatenate(hashes)


def _letters(codes: "Codes") -> "Codes":
    """Syllables as two or three letters; everything else as it is."""
    syllable = (codes >= _GA) & (codes < _GA + _SYLLABLE_COUNT)
    number = np.where(syllable, codes - np.uint32(_GA), 0)
    final = number % _FINALS
    spread = np.zeros((len(codes), 3), dtype=np.uint32)
    spread[:, 0] = np.where(syllable, _LEAD + number // _VOWELS_FINALS, codes)
    spread[:, 1] = np.where(syllable, _VOWEL + number % _VOWELS_FINALS // _FINALS, 0)
    spread[:, 2] = np.where(syllable & (final > 0), _FINAL + final, 0)
    flat = spread.ravel()
    return flat[flat > 0]


def _add(codes: "Codes", lengths: Sequence[int], seed: int, places: "list[Ints]", hashes: "list[Ints]") -> None:
    """The runs of `codes` of those lengths. The end of a text may stand first or last in one, never within."""
    is_end = codes == _END
    ends = np.flatnonzero(is_end)
    text_of = np.cumsum(is_end) - 1
    here = np.arange(len(codes))
    following = np.minimum(np.searchsorted(ends, here, side="right"), len(ends) - 1)
    room = ends[following] - here
    state = np.full(len(codes), seed, dtype=np.uint64)
    wide = codes.astype(np.uint64)
    for length in range(1, max(lengths) + 1):
        state = (state[: len(codes) - length + 1] + wide[length - 1 :]) * _MIX
        state ^= state >> _SHIFT
        if length in lengths:
            fits = np.flatnonzero(room[: len(state)] >= max(1, length - 1) if length > 1 else ~is_end)
            places.append(text_of[fits])
            hashes.append(((state[fits] * _MIX) >> np.uint64(64 - BITS)).astype(np.int64))
