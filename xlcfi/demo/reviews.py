"""Review texts in Korean that mostly fit their rating, with the aspects and sentiments they were written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

import numpy as np

from xlcfi.demo import review_words_around as words
from xlcfi.demo.review_clauses import (
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    VOICES,
    Draw,
    Voice,
    clause_bank,
    clause_fill,
    clause_render,
)

T = TypeVar("T")
Aspects = tuple[tuple[str, str], ...]
#: A sentence and its sentiment.
Said = tuple[str, str]

#: Share of reviews whose text says the opposite of their rating.
DISAGREES = 0.04
_SHORT, _OPENER, _CLOSER = 0.10, 0.28, 0.42
_TYPO, _LOST_SPACES = 0.06, 0.09
#: A text of more letters than this is written again when it has been written before.
_MAY_REPEAT = 9
_CLOSERS = {sentiment: lines.splitlines() for sentiment, lines in words.CLOSERS.items()}
#: After these the next thing stands alone: no 도.
_SINGLING = ("무엇보다 ", "특히 ")


@dataclass(frozen=True)
class ReviewTexts:
    """One text per review; `aspects` are (aspect, sentiment) pairs in the order of the text, () if it has none."""

    texts: list[str]
    aspects: list[Aspects]
    disagrees: np.ndarray  # bool: the text's tone is not the rating's


def review_texts(*, ratings: np.ndarray, category_keys: Sequence[str], rng: np.random.Generator) -> ReviewTexts:
    """A text for each review.

    ratings: shape (reviews,), whole numbers 1..5. category_keys: as many keys of leaf categories (best: they know
    'kimchi.cabbage' from 'kimchi.white') or of groups ('kimchi'). The same for the same state of `rng`.
    Raises ValueError if the lengths differ or a rating is out of range, KeyError for an unknown category.
    """
    if len(ratings) != len(category_keys):
        raise ValueError(f"{len(ratings)} ratings, but {len(category_keys)} categories")
    if len(ratings) and not (int(np.min(ratings)) >= 1 and int(np.max(ratings)) <= 5):
        raise ValueError("ratings are 1 to 5")
    disagrees = rng.random(len(ratings)) < DISAGREES
    draw = Random(int(rng.integers(2**62))).random
    seen: set[str] = set()
    texts: list[str] = []
    aspects: list[Aspects] = []
    for rating, key, other in zip(ratings.tolist(), category_keys, disagrees.tolist(), strict=True):
        tone = _opposite(rating, draw) if other else rating
        text, touched = _review(tone, key, draw)
        for _ in range(6):
            if len(text) <= _MAY_REPEAT or text not in seen:
                break
            text, touched = _review(tone, key, draw)
        seen.add(text)
        texts.append(text)
        aspects.append(touched)
    return ReviewTexts(texts=texts, aspects=aspects, disagrees=disagrees)


def _opposite(rating: int, draw: Draw) -> int:
    if rating == 3:
        return 5 if draw() < 0.6 else 1
    return 1 + int(draw() < 0.3) if rating > 3 else 5 - int(draw() < 0.3)


def _sentiments(tone: int, count: int, draw: Draw) -> list[str]:
    """Sentiments of `count` aspects under one tone (1..5), the leading ones first."""
    chance = draw()
    if tone == 5:
        last = NEGATIVE if count > 1 and chance < 0.07 else POSITIVE
        return [POSITIVE] * (count - 1) + [last]
    if tone == 4:
        if count == 1:
            return [POSITIVE if chance < 0.86 else NEUTRAL]
        last = NEGATIVE if chance < 0.45 else NEUTRAL if chance < 0.65 else POSITIVE
        return [POSITIVE] * (count - 1) + [last]
    if tone == 3:
        if count == 1:
            return [NEUTRAL if chance < 0.75 else NEGATIVE if chance < 0.92 else POSITIVE]
        if chance < 0.6:
            return [POSITIVE] * (count // 2) + [NEUTRAL] * (count % 2) + [NEGATIVE] * (count // 2)
        return [NEUTRAL] * (count - 1) + [NEGATIVE if chance < 0.8 else NEUTRAL]
    if count > 1 and chance < (0.5 if tone == 2 else 0.07):
        return [NEGATIVE] * (count - 1) + [POSITIVE if chance < 0.4 else NEUTRAL]
    return [NEGATIVE] * count


def _aspects_draw(weights: tuple[tuple[str, float], ...], count: int, draw: Draw) -> list[str]:
    """`count` different aspects by weight."""
    chosen: list[str] = []
    total = sum(weight for _, weight in weights)
    while len(chosen) < count:
        place = draw() * total
        for aspect, weight in weights:
            place -= weight
            if place < 0:
                if aspect not in chosen:
                    chosen.append(aspect)
                break
    return chosen


def _tone_name(tone: int) -> str:
    return POSITIVE if tone > 3 else NEGATIVE if tone < 3 else NEUTRAL


def _one_of(items: Sequence[T], draw: Draw) -> T:
    return items[int(draw() * len(items))]


def _review(tone: int, key: str, draw: Draw) -> tuple[str, Aspects]:
    bank, noun, weights = clause_bank(key)
    if draw() < (_SHORT * 0.7 if tone == 3 else _SHORT):
        return _short(tone, key, draw)
    place = draw()
    voice = next(voice for limit, voice in VOICES if place < limit)
    size = draw()
    count = 1 if size < 0.30 else 2 if size < 0.68 else 3 if size < 0.90 else 4
    chosen = list(zip(_aspects_draw(weights, count, draw), _sentiments(tone, count, draw), strict=True))
    if tone < 3 and len(chosen) > 1 and chosen[-1][1] != NEGATIVE and draw() < 0.6:
        chosen.insert(0, chosen.pop())  # the good first, then the blow
    sentences = _sentences(chosen, bank, noun, tone, voice, draw)
    if draw() < _OPENER:
        _open(sentences, key, noun, voice, draw)
    if draw() < _CLOSER:
        sentiment = _tone_name(tone)
        closer = clause_render(_one_of(_CLOSERS[sentiment], draw), noun, voice, voice.endings[0], "은")
        sentences.append((clause_fill(closer, sentiment, voice, draw), sentiment))
    return _dirtied(_punctuated(sentences, voice, draw), draw), tuple(chosen)


@cache
def _openers(key: str) -> tuple[str, ...]:
    food = [] if key.startswith(("health", "gift", "tea", "sauce")) else words.FOOD_OPENERS.splitlines()
    return tuple(words.OPENERS.splitlines() + food)


def _short(tone: int, key: str, draw: Draw) -> tuple[str, Aspects]:
    """A review of one breath, in which nobody cares for style."""
    sentiment = _tone_name(tone)
    text, touched = _one_of(words.SHORT[sentiment], draw)
    while "TASTE" in touched and key.startswith(("health", "gift")):
        text, touched = _one_of(words.SHORT[sentiment], draw)
    if draw() < 0.45:
        text += _one_of(words.TAILS[sentiment], draw)
    return text, tuple((aspect, sentiment) for aspect in touched.split("+") if aspect)


def _against(before: str | None, after: str | None) -> bool:
    """Whether the second turns against the first; the lukewarm does against the good, the bad not against it."""
    return {before, after} == {POSITIVE, NEGATIVE} or (before == POSITIVE and after == NEUTRAL)


def _joints(before: str, after: str | None) -> tuple[str, ...]:
    """The connectives that two clauses may be joined with."""
    if _against(before, after):
        return ("는데", "는데", "지만")
    return ("고",) if before == after else ("는데",)


def _clause(clauses: Sequence[str], tone: int, draw: Draw) -> str:
    """A clause that fits the tone: what is unforgivable is kept for one and two stars."""
    for _ in range(8):
        clause = _one_of(clauses, draw)
        if tone < 3 or not any(word in clause for word in words.SEVERE):
            break
    return clause


def _sentences(
    chosen: Sequence[tuple[str, str]],
    bank: dict[str, dict[str, tuple[str, ...]]],
    noun: str,
    tone: int,
    voice: Voice,
    draw: Draw,
) -> list[Said]:
    """The clauses of a review, some of them joined."""
    sentences: list[Said] = []
    joined = ""  # what stands before the next clause in its sentence
    before: str | None = None  # the sentiment of the clause before
    for index, (aspect, sentiment) in enumerate(chosen):
        after = chosen[index + 1][1] if index + 1 < len(chosen) else None
        turns = after is not None and after != sentiment
        joins = after is not None and not joined and draw() < (0.6 if turns else 0.42)
        ending = _one_of(_joints(sentiment, after) if joins else voice.endings, draw)
        link = ""
        if not joined and before is not None:
            if _against(before, sentiment) and draw() < 0.75:
                link = _one_of(words.TURNS["formal" if voice.formal else "free"], draw) + " "
            elif before == sentiment and sentiment != NEUTRAL and draw() < 0.16:
                link = _one_of(words.ADDS, draw) + " "
        if sentiment == NEUTRAL or turns:
            particle = "은"
        elif link in _SINGLING:
            particle = "이"
        elif before == sentiment and draw() < 0.6:
            particle = "도"
        else:
            particle = "은" if before not in (None, sentiment) and draw() < 0.5 else "이"
        clause = _clause(bank[aspect][sentiment], tone, draw)
        if ending in ("더라고요", "더라") and clause.endswith(words.OWN_DOING):
            ending = voice.endings[0]
        text = link + clause_fill(clause_render(clause, noun, voice, ending, particle), sentiment, voice, draw)
        if joins:
            joined = text + " "
        else:
            sentences.append((joined + text, sentiment))
            joined = ""
        before = sentiment
    return sentences


def _open(sentences: list[Said], key: str, noun: str, voice: Voice, draw: Draw) -> None:
    """Put what led to the purchase before the first sentence, in a sentence of its own or with 는데."""
    opener = _one_of(_openers(key), draw)
    first, sentiment = sentences[0]
    said = " ".join(text for text, _ in sentences)
    if any(cause in opener and any(word in said for word in clash) for cause, clash in words.OPENER_CLASHES):
        return
    joins = draw() < 0.4 and "데 " not in first and "지만 " not in first
    ending = "는데" if joins else voice.endings[0]
    reason = clause_fill(clause_render(opener, noun, voice, ending, "이"), NEUTRAL, voice, draw)
    if joins:
        sentences[0] = (f"{reason} {first}", sentiment)
    else:
        sentences.insert(0, (reason, NEUTRAL))


def _punctuated(sentences: Sequence[Said], voice: Voice, draw: Draw) -> str:
    """The sentences with full stops, with nothing, or with what people put there according to their mood."""
    style = draw()
    if style < (0.75 if voice.formal else 0.42):
        return ". ".join(text for text, _ in sentences) + ("." if draw() < 0.8 else "")
    if style < 0.80:
        plain = (" " if draw() < 0.9 else "\n").join(text for text, _ in sentences)
        return plain + (_one_of(words.TAILS[sentences[-1][1]], draw) if draw() < 0.35 else "")
    return " ".join(text + (_one_of(words.TAILS[mood], draw) if draw() < 0.55 else ".") for text, mood in sentences)


def _dirtied(text: str, draw: Draw) -> str:
    """Now and then a slip of the finger, or spaces left out."""
    chance = draw()
    if chance < _TYPO:
        slips = [slip for slip in words.TYPOS if slip[0] in text]
        if slips:
            right, wrong = slips[int(draw() * len(slips))]
            text = text.replace(right, wrong, 1)
    elif chance < _TYPO + _LOST_SPACES:
        lost = 0.3 + draw() * 0.7
        pieces = text.split(" ")
        text = pieces[0] + "".join(("" if draw() < lost else " ") + piece for piece in pieces[1:])
    return text
