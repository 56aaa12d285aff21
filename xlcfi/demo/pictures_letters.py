"""Hangul drawn by strokes, so that labels read the same on a machine without a Korean font."""

# ruff: noqa: E501 - tables of letters

from __future__ import annotations

import math

from xlcfi.demo.pictures_brush import Brush, Colour, Point

_FIRST = 0xAC00
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_PAIRS = {
    "ㄲ": "ㄱㄱ", "ㄸ": "ㄷㄷ", "ㅃ": "ㅂㅂ", "ㅆ": "ㅅㅅ", "ㅉ": "ㅈㅈ", "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_BOTH = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}


def _ring(x: float, y: float, radius: float) -> list[Point]:
    return [(x + radius * math.cos(a * math.pi / 12), y + radius * math.sin(a * math.pi / 12)) for a in range(25)]


#: Strokes of each letter in a box from (0, 0) to (1, 1).
_STROKES: dict[str, list[list[Point]]] = {
    "ㄱ": [[(0.05, 0.1), (0.9, 0.1), (0.78, 1.0)]],
    "ㄴ": [[(0.1, 0.0), (0.1, 0.9), (0.95, 0.9)]],
    "ㄷ": [[(0.95, 0.1), (0.1, 0.1), (0.1, 0.9), (0.95, 0.9)]],
    "ㄹ": [[(0.05, 0.05), (0.9, 0.05), (0.9, 0.5), (0.1, 0.5), (0.1, 0.95), (0.95, 0.95)]],
    "ㅁ": [[(0.1, 0.08), (0.9, 0.08), (0.9, 0.92), (0.1, 0.92), (0.1, 0.08)]],
    "ㅂ": [[(0.1, 0.0), (0.1, 0.92), (0.9, 0.92), (0.9, 0.0)], [(0.1, 0.48), (0.9, 0.48)]],
    "ㅅ": [[(0.5, 0.05), (0.42, 0.45), (0.03, 0.95)], [(0.47, 0.4), (0.97, 0.95)]],
    "ㅇ": [_ring(0.5, 0.5, 0.45)],
    "ㅈ": [[(0.05, 0.1), (0.95, 0.1)], [(0.5, 0.1), (0.42, 0.5), (0.03, 0.95)], [(0.46, 0.45), (0.97, 0.95)]],
    "ㅊ": [[(0.35, 0.0), (0.65, 0.0)], [(0.05, 0.25), (0.95, 0.25)], [(0.5, 0.25), (0.42, 0.55), (0.03, 1.0)], [(0.46, 0.52), (0.97, 1.0)]],
    "ㅋ": [[(0.05, 0.1), (0.9, 0.1), (0.78, 1.0)], [(0.05, 0.52), (0.84, 0.5)]],
    "ㅌ": [[(0.95, 0.08), (0.1, 0.08), (0.1, 0.92), (0.95, 0.92)], [(0.1, 0.5), (0.9, 0.5)]],
    "ㅍ": [[(0.03, 0.1), (0.97, 0.1)], [(0.3, 0.1), (0.3, 0.9)], [(0.7, 0.1), (0.7, 0.9)], [(0.03, 0.9), (0.97, 0.9)]],
    "ㅎ": [[(0.35, 0.0), (0.65, 0.0)], [(0.05, 0.24), (0.95, 0.24)], _ring(0.5, 0.7, 0.28)],
    "ㅏ": [[(0.3, 0.0), (0.3, 1.0)], [(0.3, 0.47), (0.95, 0.47)]],
    "ㅑ": [[(0.3, 0.0), (0.3, 1.0)], [(0.3, 0.35), (0.95, 0.35)], [(0.3, 0.62), (0.95, 0.62)]],
    "ㅓ": [[(0.75, 0.0), (0.75, 1.0)], [(0.05, 0.47), (0.75, 0.47)]],
    "ㅕ": [[(0.75, 0.0), (0.75, 1.0)], [(0.05, 0.35), (0.75, 0.35)], [(0.05, 0.62), (0.75, 0.62)]],
    "ㅣ": [[(0.55, 0.0), (0.55, 1.0)]],
    "ㅐ": [[(0.2, 0.03), (0.2, 0.97)], [(0.8, 0.0), (0.8, 1.0)], [(0.2, 0.47), (0.8, 0.47)]],
    "ㅒ": [[(0.2, 0.03), (0.2, 0.97)], [(0.8, 0.0), (0.8, 1.0)], [(0.2, 0.35), (0.8, 0.35)], [(0.2, 0.62), (0.8, 0.62)]],
    "ㅔ": [[(0.5, 0.03), (0.5, 0.97)], [(0.92, 0.0), (0.92, 1.0)], [(0.05, 0.47), (0.5, 0.47)]],
    "ㅖ": [[(0.5, 0.03), (0.5, 0.97)], [(0.92, 0.0), (0.92, 1.0)], [(0.05, 0.35), (0.5, 0.35)], [(0.05, 0.62), (0.5, 0.62)]],
    "ㅗ": [[(0.0, 0.8), (1.0, 0.8)], [(0.5, 0.15), (0.5, 0.8)]],
    "ㅛ": [[(0.0, 0.8), (1.0, 0.8)], [(0.32, 0.15), (0.32, 0.8)], [(0.68, 0.15), (0.68, 0.8)]],
    "ㅜ": [[(0.0, 0.3), (1.0, 0.3)], [(0.5, 0.3), (0.5, 1.0)]],
    "ㅠ": [[(0.0, 0.3), (1.0, 0.3)], [(0.32, 0.3), (0.32, 1.0)], [(0.68, 0.3), (0.68, 1.0)]],
    "ㅡ": [[(0.0, 0.5), (1.0, 0.5)]],
}  # fmt: skip

Box = tuple[float, float, float, float]


def _placed(syllable: str) -> list[tuple[str, Box]]:
    """The letters of a syllable with their boxes (left, top, right, bottom) in a unit square."""
    code = ord(syllable) - _FIRST
    initial, medial, final = _INITIALS[code // 588], _MEDIALS[code % 588 // 28], _FINALS[code % 28]
    closed = final != " "
    placed: list[tuple[str, Box]] = []
    if medial in _BOTH:
        below, beside = tuple(_BOTH[medial])
        end = 0.60 if closed else 1.0
        placed += [
            (initial, (0.08, 0.0, 0.58, 0.34 if closed else 0.50)),
            (below, (0.0, 0.36 if closed else 0.54, 0.66, 0.60 if closed else 0.92)),
            (beside, (0.72, 0.0, 1.0, end)),
        ]
    elif medial in "ㅗㅛㅜㅠㅡ":
        placed += [
            (initial, (0.17, 0.0, 0.83, 0.33 if closed else 0.50)),
            (medial, (0.0, 0.36 if closed else 0.52, 1.0, 0.64 if closed else 1.0)),
        ]
    else:
        placed += [
            (initial, (0.04, 0.04, 0.54, 0.52 if closed else 0.86)),
            (medial, (0.60, 0.0, 1.0, 0.60 if closed else 1.0)),
        ]
    if closed:
        placed.append((final, (0.18, 0.70, 0.90, 1.0)))
    return [part for letter, box in placed for part in _halved(letter, box)]


def _halved(letter: str, box: Box) -> list[tuple[str, Box]]:
    """A double letter as two narrow ones."""
    if letter not in _PAIRS:
        return [(letter, box)]
    left, top, right, bottom = box
    half = (right - left) * 0.46
    first, second = tuple(_PAIRS[letter])
    return [(first, (left, top, left + half, bottom)), (second, (right - half, top, right, bottom))]


def word_draw(brush: Brush, word: str, height: float, fill: Colour, *, wide: float, weight: float = 0.1) -> None:
    """Write `word` around the brush's centre, `height` high or less, so that it is not wider than `wide`.

    Raises ValueError for anything but Hangul syllables.
    """
    if not all(_FIRST <= ord(syllable) < _FIRST + 11172 for syllable in word):
        raise ValueError(f"only Hangul syllables can be drawn, not {word!r}")
    step = 1.14
    height = min(height, wide / (len(word) * step - 0.14))
    left = -height * (len(word) * step - 0.14) / 2
    for index, syllable in enumerate(word):
        for letter, (x0, y0, x1, y1) in _placed(syllable):
            for stroke in _STROKES[letter]:
                points = [
                    (left + height * (index * step + x0 + (x1 - x0) * x), height * (y0 + (y1 - y0) * y - 0.5))
                    for x, y in stroke
                ]
                brush.stroke(points, height * weight, fill)
