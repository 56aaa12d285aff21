"""Finding many stems in a text in one walk over it."""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

V = TypeVar("V")
START = "^"
_INNER_SPACE = re.compile(r"(?<=\S) (?=\S)")


def words_in(text: str) -> tuple[str, ...]:
    """The words of a list that is written as a text."""
    return tuple(text.split())


def is_hangul(letter: str) -> bool:
    """Whether `letter` is a whole Korean syllable."""
    return "가" <= letter <= "힣"


class Found(msgspec.Struct, Generic[V], frozen=True):
    """A stem at text[start:end], and what it stands for."""

    start: int
    end: int
    value: V


class Stems(Generic[V]):
    """A set of stems, each with a value. Where several begin at one place, the longest is found.

    "^" in front of a stem: only where a word begins. A space within a stem is optional in the text.
    """

    def __init__(self, stems: Mapping[str, V]) -> None:
        self._values: dict[str, V] = {}
        rests: dict[str, dict[str, str]] = {}
        for stem, value in stems.items():
            plain = stem.removeprefix(START)
            # Behind the first letter: a pattern that begins with letters lets the search skip all others.
            guard = f"(?<![가-힣]{re.escape(plain[0])})" if stem.startswith(START) else ""
            for spelling in (plain, _INNER_SPACE.sub("", plain)):
                self._values.setdefault(spelling, value)
                rests.setdefault(spelling[0], {}).setdefault(spelling[1:], guard + re.escape(spelling[1:]))
        self._pattern = re.compile("|".join(_branch(first, rests[first]) for first in sorted(rests)))

    def find(self, text: str) -> Iterator[Found[V]]:
        """The stems in `text`, from left to right, none overlapping another."""
        for match in self._pattern.finditer(text):
            yield Found(match.start(), match.end(), self._values[match[0]])


def _branch(first: str, rests: Mapping[str, str]) -> str:
    longest_first = sorted(rests, key=len, reverse=True)
    return re.escape(first) + f"(?:{'|'.join(rests[rest] for rest in longest_first)})"
