"""How well reviews are read: against other methods on the same texts, with paired intervals and calibration."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.reviews.clauses import plain
from ml.reviews.fitting import PENALTIES, held_out, mean_f1, reader_fitted, three
from ml.reviews.lexicon import text_score
from ml.reviews.rated_texts import BAD, GOOD, MIDDLE, Rated, text_hashes
from ml.reviews.reader import Reader

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Ints = np.ndarray[Any, np.dtype[np.int64]]

Progress = Callable[[str, int, int], None]

OURS, SHIPPED, MACHINE, WORDS = "ours", "shipped", "characters, linear SVM", "word list"
SAMPLES, BINS = 1_000, 15
# The machine's settings that are tried on the same tenth of the training texts: as many as ours has.
MACHINE_PENALTIES = (0.3, 1.0)
# So many equal texts between test and training make a comparison worthless.
SEEN_TOO_MANY = 0.01
_CLASSES = {BAD: "negative", MIDDLE: "neutral", GOOD: "positive"}


class NothingToMeasure(ValueError):
    """The test file has no good or no bad texts."""


def evaluate(
    *, test: Rated, train: Rated | None, shipped: Reader, seen: "np.ndarray[Any, np.dtype[np.uint32]]",
    seed: int, progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """A report. seen: `text_hashes` of what the shipped reader was made from. Raises NothingToMeasure, TooLittle."""
    started = time.monotonic()
    clear = test.classes != MIDDLE
    if not (test.classes == GOOD).any() or not (test.classes == BAD).any():
        raise NothingToMeasure("the test file holds no good or no bad texts")
    asked = test.only(clear)
    truth = asked.classes == GOOD
    seen_share = float(np.isin(text_hashes(asked.texts), seen).mean())
    scores: dict[str, Floats] = {}
    settings: dict[str, Any] = {}
    if train is None:
        ours = shipped
    else:
        # What was made from the very texts it is asked about would know the answers.
        prior = shipped if seen_share <= SEEN_TOO_MANY else None
        settings["starts_from_shipped"] = prior is not None
        settings["penalties_tried"] = list(PENALTIES)
        ours = reader_fitted(train, prior=prior, version="evaluated", progress=progress)
        settings["stack"] = list(ours.stack)
        progress("baseline", 0, 1)
        scores[MACHINE], settings["machine"] = _machine(train, asked, seed)
        if prior is not None:
            scores[SHIPPED] = shipped.scores(asked.texts)
    progress("word list", 0, 1)
    scores[WORDS] = np.array([text_score(plain(text)) for text in asked.texts])
    progress("reading", 0, 1)
    before = time.process_time()
    scores[OURS] = ours.scores(asked.texts)
    seconds = time.process_time() - before
    right = {name: (score > 0) == truth for name, score in scores.items()}
    picks = np.random.default_rng(seed).integers(0, len(truth), (SAMPLES, len(truth)), dtype=np.int32)
    resampled = {name: one[picks].mean(axis=1) for name, one in right.items()}
    return {
        "data": {
            "test": _counts(test), "train": None if train is None else _counts(train), "scale": test.scale,
            "seen_by_shipped": seen_share,
        },
        "methods": {
            name: {"accuracy": _interval(right[name].mean(), resampled[name]), **_by_class(scores[name] > 0, truth)}
            for name in sorted(scores, key=lambda name: -right[name].mean())
        },
        "differences": {
            name: _interval(right[OURS].mean() - right[name].mean(), resampled[OURS] - resampled[name])
            for name in scores
            if name != OURS
        },
        "calibration": calibration(np.abs(scores[OURS]) / 2 + 0.5, right[OURS]),
        "three_classes": _three(ours, test),
        "texts_per_second": len(truth) / max(seconds, 1e-9),
        "settings": settings,
        "seed": seed,
        "seconds": time.monotonic() - started,
    }  # fmt: skip


def calibration(sure: "Floats", right: Any) -> dict[str, Any]:
    """How far confidence is from how often it is right, over BINS bins of equal mass."""
    order = np.argsort(sure, kind="stable")
    bins = [part for part in np.array_split(order, BINS) if len(part)]
    shown = [
        {"confidence": float(sure[part].mean()), "right": float(right[part].mean()), "texts": len(part)}
        for part in bins
    ]
    error = sum(abs(one["confidence"] - one["right"]) * one["texts"] for one in shown) / len(sure)
    return {"error": float(error), "bins": shown}


def _machine(train: Rated, asked: Rated, seed: int) -> "tuple[Floats, dict[str, Any]]":
    """Character n-grams weighed by tf-idf, a linear support vector machine."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    clear = train.only(train.classes != MIDDLE)
    labels, held = clear.classes == GOOD, held_out(clear.texts)

    def fitted(rows: Any, penalty: float) -> tuple[Any, Any]:
        part = clear.only(rows)
        counter = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32)
        machine = LinearSVC(C=penalty, random_state=seed)
        machine.fit(counter.fit_transform(part.texts), labels[rows])
        return counter, machine

    inner = {}
    for penalty in MACHINE_PENALTIES:
        counter, machine = fitted(~held, penalty)
        inner[penalty] = float((machine.predict(counter.transform(clear.only(held).texts)) == labels[held]).mean())
    best = max(inner, key=lambda penalty: inner[penalty])
    counter, machine = fitted(slice(None), best)
    found = machine.decision_function(counter.transform(asked.texts))
    return np.asarray(found), {"ngrams": "1-4", "penalty": best, "tried": inner}


def _three(reader: Reader, test: Rated) -> dict[str, Any] | None:
    if not (test.classes == MIDDLE).any():
        return None
    told = three(reader.scores(test.texts), reader.neutral_below)
    table = {
        _CLASSES[kind]: {_CLASSES[each]: int(((test.classes == kind) & (told == each)).sum()) for each in _CLASSES}
        for kind in _CLASSES
    }
    return {
        "neutral_below": reader.neutral_below,
        "accuracy": float((told == test.classes).mean()),
        "mean_f1": mean_f1(told, test.classes),
        "confusion": table,
    }


def _counts(data: Rated) -> dict[str, int]:
    return {name: int((data.classes == kind).sum()) for kind, name in _CLASSES.items()}


def _interval(value: Any, resampled: "Floats") -> dict[str, float]:
    low, high = np.quantile(resampled, [0.025, 0.975])
    return {"mean": float(value), "low": float(low), "high": float(high)}


def _by_class(told: Any, truth: Any) -> dict[str, Any]:
    found = {}
    for name, kind in (("positive", True), ("negative", False)):
        both, said, is_so = int(((told == kind) & (truth == kind)).sum()), (told == kind).sum(), (truth == kind).sum()
        found[name] = {
            "precision": both / max(1, int(said)), "recall": both / max(1, int(is_so)),
            "f1": 2 * both / max(1, int(said) + int(is_so)),
        }  # fmt: skip
    return {"mean_f1": (found["positive"]["f1"] + found["negative"]["f1"]) / 2, "classes": found}
