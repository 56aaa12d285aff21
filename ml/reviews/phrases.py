"""Finding the phrases of data/aspect_phrases.txt in a text, in one walk over it."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ml.reviews.analysis import Aspect

# What a phrase says of its aspect, -1..1.
GOOD, BAD = 0.6, -0.6
_FILE = Path(__file__).parent / "data" / "aspect_phrases.txt"
_ANY = "[^.!?\\n]{0,8}?"
_INNER = re.compile(r"(?<=\S) (?=\S)")


class Phrase(msgspec.Struct, frozen=True):
    """A phrase at text[start:end], with what it says of `aspect`."""

    start: int
    end: int
    aspect: Aspect
    weight: float


def _listed() -> Iterator[tuple[Aspect, float, str]]:
    heading: tuple[Aspect, float] | None = None
    for line in _FILE.read_text(encoding="utf-8").split("\n"):
        if line.startswith("["):
            name, sign = line.strip("[]").split()
            heading = (Aspect(name), GOOD if sign == "+" else BAD)
        elif heading is not None:
            yield from ((*heading, phrase) for phrase in line.split("|") if phrase)


def _compiled() -> dict[str, tuple[re.Pattern[str], list[tuple[Aspect, float]]]]:
    by_first: dict[str, list[tuple[str, Aspect, float]]] = {}
    for aspect, weight, phrase in _listed():
        pattern = _INNER.sub(" ?", phrase).replace("…", _ANY)
        by_first.setdefault(phrase[0], []).append((pattern, aspect, weight))
    made = {}
    for first, phrases in by_first.items():
        # The longest first: 맛없지 않 before 맛없.
        phrases.sort(key=lambda each: -len(each[0]))
        whole = "|".join(f"({pattern})" for pattern, _, _ in phrases)
        made[first] = (re.compile(whole), [(aspect, weight) for _, aspect, weight in phrases])
    return made


_BY_FIRST = _compiled()
_FIRSTS = re.compile("[" + re.escape("".join(_BY_FIRST)) + "]")


def phrases_in(text: str) -> Iterator[Phrase]:
    """The phrases in a plain text, from left to right, none overlapping another."""
    end = 0
    for first in _FIRSTS.finditer(text):
        if first.start() < end:
            continue
        pattern, meanings = _BY_FIRST[first[0]]
        found = pattern.match(text, first.start())
        if found is not None and found.lastindex is not None:
            aspect, weight = meanings[found.lastindex - 1]
            end = found.end()
            yield Phrase(first.start(), end, aspect, weight)
