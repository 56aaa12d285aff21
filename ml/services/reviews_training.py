"""Fitting a reader to the platform's own reviews, on top of the one that comes with the project."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ml.selectors.reviews import reviews_to_learn
from ml.services.reading import NAME
from xlcfi.artifacts.errors import SubjectRefused
from xlcfi.artifacts.psi import deciles
from xlcfi.artifacts.subjects import Candidate, Loaded, Progress

if TYPE_CHECKING:
    from ml.reviews.rated_texts import Rated
    from ml.reviews.reader import Reader

# Of those that are measured only; another tenth of the rest chooses within the fitting.
_HELD_OUT = 5
_SAMPLES = 1_000


def reviews_train(*, limit: int, serving: Loaded | None, progress: Progress) -> Candidate:
    """A candidate from the newest `limit` reviews with a text. Raises SubjectRefused where there are too few."""
    import numpy as np

    from ml.reviews.fitting import TooLittle, reader_fitted
    from ml.reviews.rated_texts import BAD, GOOD, MIDDLE, Rated, text_hashes
    from ml.reviews.reader import reader_decoded
    from ml.reviews.shipped import shipped_reader

    progress("reading", 0, 1)
    rows = reviews_to_learn(limit=limit)
    if not rows:
        raise SubjectRefused("there are no reviews with a text")
    ratings = np.array([row.rating for row in rows])
    kinds = np.where(ratings <= 2, BAD, np.where(ratings >= 4, GOOD, MIDDLE)).astype(np.int64)
    data = Rated([row.content for row in rows], kinds, np.zeros(len(rows), dtype=np.int64), "stars 1 to 5")
    # Another number than the inner tenth is chosen by: the two are independent.
    out = text_hashes([text + "\n\n" for text in data.texts]) // 1_000 % _HELD_OUT == 0
    shipped = shipped_reader()
    try:
        fitted = reader_fitted(data.only(~out), prior=shipped, version=f"{NAME}-candidate", progress=progress)
    except TooLittle as error:
        raise SubjectRefused(str(error)) from error
    before = shipped
    if serving is not None:
        try:
            before = reader_decoded(serving)
        except (KeyError, ValueError):
            before = shipped
    progress("comparing", 0, 1)
    held = data.only(out)
    metrics, better, reason = _compared(fitted, before, shipped, held, first=serving is None)
    moments: list[datetime] = sorted(row.created_at for row in rows)
    lengths = [float(len(row.content)) for row in rows]
    scores = fitted.scores(data.texts[-10_000:])
    parameters = fitted.parameters() | {
        "deciles": {"letters": deciles(lengths), "score": deciles(scores.tolist())},
        "outcome_deciles": deciles(ratings.astype(float).tolist()),
    }
    return Candidate(
        arrays=fitted.arrays(),
        parameters=parameters,
        metrics=metrics,
        window=(moments[0], moments[-1]),
        better=better,
        reason=reason,
        features=("letters", "score"),
    )


def _compared(
    fitted: "Reader", before: "Reader", shipped: "Reader", held: "Rated", *, first: bool
) -> tuple[dict[str, Any], bool, str]:
    """(metrics, whether it serves, why). A refit serves unless it is significantly worse than what answers now; what
    is to take the place of the shipped model has to be better."""
    import numpy as np

    from ml.reviews.clauses import plain
    from ml.reviews.evaluation import calibration
    from ml.reviews.lexicon import text_score
    from ml.reviews.rated_texts import GOOD, MIDDLE

    clear = held.only(held.classes != MIDDLE)
    truth = clear.classes == GOOD
    if len(truth) < 50 or truth.all() or not truth.any():
        raise SubjectRefused(f"{len(truth)} reviews are held out to compare on: too few")
    scores = {
        "candidate": fitted.scores(clear.texts),
        "serving": before.scores(clear.texts),
        "shipped": shipped.scores(clear.texts),
        "word list": np.array([text_score(plain(text)) for text in clear.texts]),
    }
    right = {name: (score > 0) == truth for name, score in scores.items()}
    figures = {
        name: {
            "accuracy": float(right[name].mean()),
            "calibration_error": float(calibration(np.abs(scores[name]) / 2 + 0.5, right[name])["error"]),
        }
        for name in scores
    }
    picks = np.random.default_rng(0).integers(0, len(truth), (_SAMPLES, len(truth)), dtype=np.int32)
    gain = right["candidate"].astype(float) - right["serving"]
    low, high = (float(edge) for edge in np.quantile(gain[picks].mean(axis=1), [0.025, 0.975]))
    told = f"{gain.mean():+.4f} accuracy against what answers now ({low:+.4f} to {high:+.4f}, 95 %)"
    metrics = {
        "candidate": figures["candidate"],
        "serving": figures["serving"],
        "baselines": {name: figures[name] for name in ("shipped", "word list")},
        "held_out_reviews": len(truth),
        "candidate_minus_serving": {"value": float(gain.mean()), "low": low, "high": high},
    }
    if first:
        return metrics, bool(gain.mean() > 0), told + (", better." if gain.mean() > 0 else ", not better.")
    return metrics, high >= 0, told + (", significantly worse." if high < 0 else ", not significantly worse.")
