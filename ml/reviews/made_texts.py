"""Texts about shopping made from phrases written by hand: what a model made from films never saw.

The phrases are `data/phrases.txt` and `data/sayings.txt`. A predicate is put into the forms that reviews use, and one
to three phrases make a text. Nobody's review is in it.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
_GA, _FINALS = 0xAC00, 28
_NIEUN, _MIEUM, _BIEUP, _SSANG_SIOT = 4, 16, 17, 20
_BOOSTERS = ("", "", "", "", "정말 ", "너무 ", "진짜 ", "아주 ", "완전 ", "엄청 ", "넘 ", "좀 ")
_TAILS = ("", "", "", "", "", "", "~", "!", "!!", ".", "..", "...", " ^^", "ㅎㅎ", "ㅋㅋ")
_BAD_TAILS = ("", "", "", "", "", "", "ㅠㅠ", "ㅡㅡ", "...", "..", "!!", ".", " ㅜㅜ", ";;")
_DENIALS = (
    "지 않아요",
    "지 않네요",
    "지 않습니다",
    "지는 않아요",
    "지도 않아요",
    "지 않음",
    "진 않네요",
    "지 않았어요",
    "지 않고",
    "지 않아서",
)
_TURNS = ("", "", "그런데 ", "근데 ", "하지만 ")


class Made(NamedTuple):
    """A text and whether it is good (1) or bad (0)."""

    text: str
    good: int


def _with_final(word: str, final: int) -> str:
    """`word` with a final consonant on its last syllable, or None's sign where it has one or is no syllable."""
    code = ord(word[-1]) - _GA
    if not 0 <= code < 11172 or code % _FINALS:
        return ""
    return word[:-1] + chr(ord(word[-1]) + final)


def _past(a_form: str) -> str:
    return _with_final(a_form, _SSANG_SIOT) or a_form + "었"


def _forms(predicate: str) -> tuple[list[str], list[str]]:
    """(forms that end a sentence, forms that go on)."""
    if predicate.startswith("="):
        noun = predicate[1:]
        return (
            [noun, noun + "입니다", noun + "이에요", noun + "이네요", noun + "임", noun + "이었어요", noun + "이다"],
            [noun + "이고", noun + "이라", noun + "에"],
        )
    if predicate.startswith("!"):
        return [predicate[1:]], []
    stem, a_form = predicate.split("/")
    past = _past(a_form)
    polite = _with_final(stem, _BIEUP)
    ends = [a_form + "요", a_form + "요", stem + "네요", past + "어요", past + "습니다", a_form]
    ends += [polite + "니다" if polite else stem + "습니다"]
    ends += [_with_final(stem, _MIEUM) or stem + "음", past + "음", past + "네요", stem + "네", stem + "더라구요"]
    return ends, [stem + "고", a_form + "서", past + "고", stem + "고요"]


def _lines(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("|")


def _turned(stem: str) -> tuple[str, ...]:
    """How a stem looks before a "but"."""
    return (stem + "지만 ", (_with_final(stem, _NIEUN) or stem + "은") + "데 ", stem + "긴 한데 ")


def made_texts(*, count: int, seed: int = 0, leave_out: frozenset[str] = frozenset()) -> list[Made]:
    """`count` texts, half of them good. leave_out: texts without spaces that must not be among the sayings."""
    random = Random(seed)
    phrases: dict[int, list[tuple[list[str], list[str]]]] = {0: [], 1: []}
    sayings: dict[int, list[str]] = {0: [], 1: []}
    for sign, subjects, predicates in _lines("phrases.txt"):
        phrases[sign == "+"].append(
            (subjects.split(","), predicates.split(" ") if "/" not in predicates else _cut(predicates))
        )
    for sign, saying in _lines("sayings.txt"):
        if sign != "0" and saying.replace(" ", "") not in leave_out:
            sayings[sign == "+"].append(saying)

    def phrase(good: int, ends: bool) -> str:
        subjects, predicates = random.choice(phrases[good])
        subject, predicate = random.choice(subjects), random.choice(predicates)
        final, going_on = _forms(predicate)
        form = random.choice(final if ends or not going_on else going_on)
        return f"{subject} {random.choice(_BOOSTERS)}{form}".strip()

    def turned(good: int) -> str:
        subjects, predicates = random.choice(phrases[good])
        with_stem = [each for each in predicates if "/" in each]
        if not with_stem:
            return ""
        stem = random.choice(with_stem).split("/")[0]
        return f"{random.choice(subjects)} {random.choice(_turned(stem))}".strip() + " "

    def denied(good: int) -> str:
        # What is denied of the other side: 맛없지 않아요 is good, 좋지 않아요 is bad.
        subjects, predicates = random.choice(phrases[1 - good])
        with_stem = [each for each in predicates if "/" in each and "않" not in each and "안" not in each]
        if not with_stem:
            return phrase(good, True)
        stem = random.choice(with_stem).split("/")[0]
        return f"{random.choice(subjects)} {random.choice(_BOOSTERS)}{stem}{random.choice(_DENIALS)}".strip()

    def text(good: int) -> str:
        kind = random.random()
        tail = random.choice(_TAILS if good else _BAD_TAILS)
        if kind < 0.06:
            return denied(good) + tail
        if kind < 0.26:
            return random.choice(sayings[good]) + tail
        if kind < 0.40:
            return phrase(good, True) + tail
        if kind < 0.58:
            return f"{phrase(good, False)} {phrase(good, True)}{tail}"
        if kind < 0.78:
            return f"{phrase(good, True)}{random.choice((' ', '. ', ', ', '~ '))}{random.choice(sayings[good])}{tail}"
        if kind < 0.88:
            return f"{phrase(good, False)} {phrase(good, True)} {random.choice(sayings[good])}{tail}"
        return f"{turned(1 - good)}{random.choice(_TURNS)}{phrase(good, True)} {random.choice(sayings[good])}{tail}"

    made = []
    for place in range(count):
        good = place % 2
        said = text(good)
        made.append(Made(said.replace(" ", "") if random.random() < 0.12 else said, good))
    return made


def _cut(predicates: str) -> list[str]:
    """Predicates separated by spaces, which may hold spaces themselves: "안 오/안 와 =엉망"."""
    found: list[str] = []
    open_words: list[str] = []
    stem = ""
    for word in predicates.split(" "):
        if word.startswith("=") and not open_words and not stem:
            found.append(word)
            continue
        open_words.append(word)
        if "/" in word:
            before, first = word.split("/")
            stem = " ".join([*open_words[:-1], before])
            words = len(open_words)
            open_words = [first]
            if words == 1:
                found.append(f"{stem}/{first}")
                stem, open_words = "", []
            else:
                needed = words
        elif stem and len(open_words) == needed:
            found.append(f"{stem}/{' '.join(open_words)}")
            stem, open_words = "", []
    return found
