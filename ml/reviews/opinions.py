"""The opinions in one clause, and what each is about."""

import re
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from ml.reviews.analysis import Aspect
from ml.reviews.matching import Found, Stems, is_hangul
from ml.reviews.negation import BOOST, denied, is_missing, weight_in_place
from ml.reviews.words_around import BOOSTERS
from ml.reviews.words_aspects import MISSED, NAMES, WITH_NAME
from ml.reviews.words_english import ENGLISH, ENGLISH_NAMES, NEGATIONS
from ml.reviews.words_feeling import COMPLAINTS, PRAISE
from ml.reviews.words_opinions import OPINIONS

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ENGLISH_REACH = 3
_ENDING = 4
_FINALS, _NIEUN = 28, 4


class Opinion(msgspec.Struct, frozen=True):
    """Something good or bad that is said at text[place:end] of a clause. aspect: None where it is about the whole."""

    place: int
    weight: float
    aspect: Aspect | None
    end: int = 0


class _Word(msgspec.Struct, frozen=True):
    weight: float
    aspect: Aspect | None = None


class _Name(msgspec.Struct, frozen=True):
    place: int
    aspect: Aspect


def _stems() -> Stems[_Word]:
    words = {stem: _Word(weight) for stem, weight in (PRAISE | COMPLAINTS).items()}
    for aspect, opinions in OPINIONS.items():
        words |= {stem: _Word(weight, aspect) for stem, weight in opinions.items()}
    return Stems(words)


def _stems_with_name() -> Stems[dict[Aspect, float]]:
    words: dict[str, dict[Aspect, float]] = {}
    for aspect, opinions in WITH_NAME.items():
        for stem, weight in opinions.items():
            words.setdefault(stem, {})[aspect] = weight
    return Stems(words)


_OPINIONS, _WITH_NAME = _stems(), _stems_with_name()
_NAMES = Stems({stem: aspect for aspect, stems in NAMES.items() for stem in stems})
_MISSED = Stems(MISSED)


def opinions_in(text: str) -> list[Opinion]:
    """The opinions in a clause of plain text, from left to right."""
    names = [_Name(found.start, found.value) for found in _NAMES.find(text)]
    words = list(_WORD.finditer(text))
    names += [_Name(word.start(), ENGLISH_NAMES[word[0]]) for word in words if word[0] in ENGLISH_NAMES]
    names.sort(key=lambda name: name.place)
    found = list(_korean(text, names))
    found += _english(words, names)
    return sorted(found, key=lambda opinion: opinion.place)


def _korean(text: str, names: list[_Name]) -> Iterator[Opinion]:
    taken: list[Found[_Word]] = []
    for found in _OPINIONS.find(text):
        taken.append(found)
        weight, aspect = found.value.weight, found.value.aspect
        if weight:
            yield Opinion(
                found.start,
                weight_in_place(weight, text, found.start, found.end),
                aspect or _about(names, text, found.start, found.end),
                found.end,
            )
    if not names:
        return
    starts = [found.start for found in taken]
    for with_name in _WITH_NAME.find(text):
        if not _overlaps(taken, starts, with_name.start, with_name.end):
            yield from _of_the_name(names, text, with_name)
    for missed in _MISSED.find(text):
        if not _overlaps(taken, starts, missed.start, missed.end) and is_missing(text, missed.end):
            yield Opinion(missed.start, missed.value, _about(names, text, missed.start, missed.end), missed.end)


def _overlaps(taken: list[Found[_Word]], starts: list[int], start: int, end: int) -> bool:
    """Whether a word that is found already covers a part of text[start:end]. starts: where those begin, ascending."""
    place = bisect_left(starts, end) - 1
    return place >= 0 and taken[place].end > start


def _of_the_name(names: list[_Name], text: str, found: Found[dict[Aspect, float]]) -> Iterator[Opinion]:
    """A word that says something only of the aspects it is listed for, where the nearest name is one of them."""
    aspect = _about(names, text, found.start, found.end)
    if aspect in found.value:
        weight = weight_in_place(found.value[aspect], text, found.start, found.end)
        yield Opinion(found.start, weight, aspect, found.end)


def _about(names: list[_Name], text: str, start: int, end: int) -> Aspect | None:
    """The aspect named nearest before an opinion, or else behind it; behind it where it describes the next word."""
    if not names:
        return None
    behind = bisect_left(names, start + 1, key=lambda name: name.place)
    word_end = end
    while word_end < len(text) and word_end - end < _ENDING and is_hangul(text[word_end]):
        word_end += 1
    describes = word_end < len(text) and text[word_end] == " " and _ends_in_nieun(text[word_end - 1])
    if describes and behind < len(names) and names[behind].place == word_end + 1:
        return names[behind].aspect
    return names[max(0, behind - 1)].aspect


def _ends_in_nieun(letter: str) -> bool:
    return is_hangul(letter) and (ord(letter) - ord("가")) % _FINALS == _NIEUN


def _english(words: list[re.Match[str]], names: list[_Name]) -> Iterator[Opinion]:
    for place, word in enumerate(words):
        if word[0] not in ENGLISH:
            continue
        weight, aspect = ENGLISH[word[0]]
        before = [each[0] for each in words[max(0, place - _ENGLISH_REACH) : place]]
        if before and before[-1] in BOOSTERS:
            weight *= BOOST
        if any(each in NEGATIONS for each in before):
            weight = denied(weight)
        yield Opinion(word.start(), weight, aspect or _about(names, "", word.start(), 0), word.end())
