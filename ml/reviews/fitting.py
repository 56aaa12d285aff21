"""Fitting a reader to rated texts, alone or on top of one that exists."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.reviews.analysis import NEUTRAL_BELOW
from ml.reviews.linear import Linear, Pieces, linear_fitted
from ml.reviews.rated_texts import BAD, GOOD, MIDDLE, Rated, text_hashes
from ml.reviews.reader import Reader, WordList

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Ints = np.ndarray[Any, np.dtype[np.int64]]

Progress = Callable[[str, int, int], None]

# Tried on a tenth of the texts, chosen by a hash of the text.
PENALTIES = (0.3, 0.6)
TENTH = 10
# Ratings beside the good and the bad ones (8 and 5 of 10) count so much of one.
NEAR_SHARE = 0.4
# What the middle rating is of reviews in a shop, about.
MIDDLE_SHARE = 0.1
CLEAR_LOST = 0.1
# Fewer of either kind teach nothing.
LEAST = 100
_EXTREMES_LEAST = 30


class TooLittle(ValueError):
    """Too few texts of a kind to learn from."""


def reader_fitted(
    data: Rated, *, prior: Reader | None = None, extra: Sequence[tuple[str, int, float]] = (), version: str,
    progress: Progress, penalties: Sequence[float] = PENALTIES,
) -> Reader:  # fmt: skip
    """A reader of the good and the bad of `data`. prior: what else is asked about each text, and weighed in.

    extra: (text, 1 good or 0 bad, weight) to learn from beside them. Raises TooLittle.
    """
    kinds = data.classes
    taught = (kinds != MIDDLE) | (data.near != 0)
    texts = [text for text, use in zip(data.texts, taught, strict=True) if use] + [text for text, _, _ in extra]
    labels = np.concatenate([(kinds[taught] == GOOD) | (data.near[taught] > 0), [good for _, good, _ in extra]])
    labels = labels.astype(np.int64)
    weights = np.concatenate([np.where(kinds[taught] == MIDDLE, NEAR_SHARE, 1.0), [share for _, _, share in extra]])
    weights = weights.astype(np.float32)
    if min(int((kinds == GOOD).sum()), int((kinds == BAD).sum())) < LEAST:
        raise TooLittle(f"at least {LEAST} good and {LEAST} bad texts are needed")
    held = held_out(data.texts)
    extremes = kinds != MIDDLE
    progress("counting pieces", 0, 0)
    counted = Pieces(texts)
    learn = np.concatenate([~held[taught], np.ones(len(extra), dtype=bool)])
    asked = data.only(held & extremes)
    truth = (asked.classes == GOOD).astype(np.int64)
    margins: dict[float, Any] = {}
    for number, penalty in enumerate(penalties):
        progress("fitting", number, len(penalties) + 1)
        margins[penalty] = linear_fitted(counted, labels, weights, penalty=penalty, rows=learn).margins(asked.texts)
    best = max(penalties, key=lambda penalty: float(((margins[penalty] > 0) == truth).mean()))
    columns = [margins[best]]
    parts: dict[str, Linear | WordList] = {}
    if prior is not None:
        columns += [part.margins(asked.texts) for part in prior.parts.values()]
    stack = stacked(np.column_stack(columns), truth)
    progress("fitting", len(penalties), len(penalties) + 1)
    parts["own"] = linear_fitted(counted, labels, weights, penalty=best)
    if prior is not None:
        parts |= {f"prior_{name}": part for name, part in prior.parts.items()}
    reader = Reader(parts=parts, stack=stack, neutral_below=NEUTRAL_BELOW, neutral_right=0.5, version=version)
    reader.neutral_below, reader.neutral_right = neutral_chosen(reader, data.only(held))
    return reader


def held_out(texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Whether each text is in the tenth that choices are made on: by a hash, so that equal texts stay together."""
    return np.asarray(text_hashes(texts) % TENTH == 0)


def stacked(columns: "Floats", truth: "Ints") -> list[float]:
    """The weights of a logistic regression with its constant last: margins into log odds."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=10.0).fit(columns, truth)
    return [float(weight) for weight in found.coef_[0]] + [float(found.intercept_[0])]


def neutral_chosen(reader: Reader, data: Rated) -> tuple[float, float]:
    """(the threshold under which three classes are told apart best, how often the label NEUTRAL is right then).

    Best is the mean of the three classes' F1, where the ratings in the very middle are MIDDLE_SHARE of all, among the
    thresholds that leave no more than CLEAR_LOST of the good and the bad without a side. Without middle ratings: what
    was chosen by hand.
    """
    sure = data.only((data.classes != MIDDLE) | (data.near == 0))
    middle = sure.classes == MIDDLE
    if min(int((sure.classes == kind).sum()) for kind in (BAD, MIDDLE, GOOD)) < _EXTREMES_LEAST:
        return NEUTRAL_BELOW, 0.5
    weights = np.where(middle, MIDDLE_SHARE / middle.mean(), (1 - MIDDLE_SHARE) / (1 - middle.mean()))
    scores = reader.scores(sure.texts)
    tries = [below for below in np.arange(0.02, 0.9, 0.02) if (np.abs(scores[~middle]) < below).mean() <= CLEAR_LOST]
    if not tries:
        return NEUTRAL_BELOW, 0.5
    best = max(tries, key=lambda below: mean_f1(three(scores, float(below)), sure.classes, weights))
    faint = np.abs(scores) < best
    return float(best), float(np.average(middle[faint], weights=weights[faint])) if faint.any() else 0.5


def three(scores: "Floats", below: float) -> "Ints":
    """BAD, MIDDLE or GOOD of each score."""
    return np.where(np.abs(scores) < below, MIDDLE, np.where(scores > 0, GOOD, BAD)).astype(np.int64)


def mean_f1(told: "Ints", truth: "Ints", weights: "Floats | None" = None) -> float:
    """The mean of the classes' F1, of those that occur. weights: how much each text counts."""
    counts = np.ones(len(truth)) if weights is None else weights
    found = []
    for kind in np.unique(truth):
        both = counts[(told == kind) & (truth == kind)].sum()
        found.append(2 * both / max(1e-9, counts[told == kind].sum() + counts[truth == kind].sum()))
    return float(np.mean(found))
