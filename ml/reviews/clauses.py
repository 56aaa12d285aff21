"""Cutting a text where it turns: sentences, and clauses of which the later says more."""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from ml.reviews.words_around import TURNS

# A review is read up to here. The platform's own form ends at 2,000 characters.
LONGEST = 10_000
# What comes before a "but" counts so much of what comes after it.
BEFORE_TURN, BEFORE_TURNING_SENTENCE = 0.5, 0.6

_HANGUL_FIRST, _FINALS, _NIEUN = 0xAC00, 28, 4
_ENDS_IN_NIEUN = "".join(chr(code) for code in range(_HANGUL_FIRST + _NIEUN, 0xD7A4, _FINALS))
_SENTENCE_END = re.compile(r"[.!?…。~\n\r]+")
# …지만, …(으)나 and …ㄴ데 with what they hang on; "가운데" (the middle) is none, as the next word shows too late.
_TURN = re.compile(
    rf"(?<=[가-힣])지만(?:서도)?[\s,]*|(?<![가-힣]하)(?<=[{_ENDS_IN_NIEUN}])데(?:도|요)?[\s,]+|(?<=[가-힣])으나[\s,]+"
    r"|,?\s+(?:but|however|although)\s+"
)
_TURNING_SENTENCE = re.compile(rf"\s*(?:{'|'.join(TURNS)})(?![가-힣]{{2}})")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")


class Clause(msgspec.Struct, frozen=True):
    """A part of a sentence. share: how much of it counts, 0..1; start: where it begins in the whole text."""

    text: str
    share: float
    start: int = 0


def plain(text: str) -> str:
    """`text` as the words are spelled: composed syllables, small letters, single spaces, not too long."""
    composed = unicodedata.normalize("NFC", text[:LONGEST]).lower()[:LONGEST]
    return _SPACES.sub(" ", _INVISIBLE.sub("", composed)).replace("’", "'")


def sentences_of(text: str) -> list[list[Clause]]:
    """The clauses of each sentence of a plain text, in order."""
    found: list[list[Clause]] = []
    for start, end in _between(_SENTENCE_END, text, 0, len(text)):
        if found and _TURNING_SENTENCE.match(text, start, end):
            found[-1] = [Clause(each.text, each.share * BEFORE_TURNING_SENTENCE, each.start) for each in found[-1]]
        parts = list(_between(_TURN, text, start, end))
        last = len(parts) - 1
        found.append(
            [
                Clause(text[one:two], 1.0 if place == last else BEFORE_TURN, one)
                for place, (one, two) in enumerate(parts)
            ]
        )
    return found


def _between(cut: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of text[start:end] between what `cut` finds, but for those of spaces alone."""
    for match in cut.finditer(text, start, end):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:end].strip():
        yield start, end
