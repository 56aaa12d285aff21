"""Korean particles: which form follows a word is decided by its last sound."""

from __future__ import annotations

_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_FINALS = 28
_RIEUL = 8
#: What the last digit sounds like: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGIT_FINALS = (21, 8, 0, 16, 0, 0, 1, 8, 8, 0)

#: After a consonant, after a vowel.
PAIRS: dict[str, tuple[str, str]] = {
    "은": ("은", "는"),
    "이": ("이", "가"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "로": ("으로", "로"),
    "이나": ("이나", "나"),
    "이라": ("이라", "라"),
}


def final_of(word: str) -> int:
    """Index of the final consonant of the last syllable of `word` (0 none, 8 ㄹ); a Latin letter counts as a vowel."""
    for letter in reversed(word):
        code = ord(letter)
        if _HANGUL_FIRST <= code <= _HANGUL_LAST:
            return (code - _HANGUL_FIRST) % _FINALS
        if letter.isdigit():
            return _DIGIT_FINALS[int(letter)]
        if letter.isalpha():
            return 0
    return 0


def with_particle(word: str, particle: str) -> str:
    """`word` followed by the right form of `particle`, named by its form after a consonant (로 for (으)로).

    Raises KeyError for a particle that is not in PAIRS.
    """
    after_consonant, after_vowel = PAIRS[particle]
    final = final_of(word)
    if particle == "로" and final == _RIEUL:
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)


def particle_fields(word: str) -> dict[str, str]:
    """Fields for `str.format`: `{n}` is the bare word, `{은}`, `{이}` and so on the word with that particle."""
    return {"n": word} | {particle: with_particle(word, particle) for particle in PAIRS}
