"""Korean particles by the sound that a word ends with: 김치를 and 참깨라면을, 1kg을 and 500ml를."""

import re
from typing import Final

# (after a consonant, after a vowel)
OBJECT: Final = ("을", "를")
SUBJECT: Final = ("이", "가")
TOPIC: Final = ("은", "는")
WITH: Final = ("과", "와")

_FIRST, _LAST = ord("가"), ord("힣")
_FINALS = 28
# 영 일 삼 육 칠 팔 end with a consonant.
_DIGITS = frozenset("013678")
# As they are read: 킬로그램, 그램, 밀리그램, 센티미터, 밀리리터, 리터.
_UNITS = {"kg": True, "g": True, "mg": True, "cm": False, "mm": False, "ml": False, "l": False, "cc": False}
_LETTERS = re.compile(r"[A-Za-z]+\Z")
# What English words mostly end with when their Korean spelling has a final consonant: 팩, 캔, 밀, 킹.
_CLOSED = ("l", "m", "n", "p", "t", "k", "c", "b", "ng")
_SILENT = re.compile(r"[^0-9A-Za-z가-힣]+\Z")


def ends_with_consonant(word: str) -> bool | None:
    """Whether `word` is read with a consonant at its end; None where that can't be told (another script, nothing).

    Closing brackets, quotes and other marks are not read. Letters of English words go by a rule of thumb.
    """
    text = _SILENT.sub("", word)
    if not text:
        return None
    last = text[-1]
    if _FIRST <= ord(last) <= _LAST:
        return (ord(last) - _FIRST) % _FINALS != 0
    if last in "0123456789":
        # 10, 100, 1,000, 10,000: 십, 백, 천, 만.
        return last in _DIGITS
    letters = _LETTERS.search(text)
    if letters is None:
        return None
    unit = letters.group().lower()
    return _UNITS.get(unit, unit.endswith(_CLOSED))


def with_particle(word: str, particle: tuple[str, str]) -> str:
    """`word` with the right form of `particle`; both, as in 을(를), where the sound can't be told."""
    closed = ends_with_consonant(word)
    consonant, vowel = particle
    return f"{word}{consonant}({vowel})" if closed is None else word + (consonant if closed else vowel)
