"""What reads reviews: fitted parts whose margins are weighed into the probability that a text is good.

The same form is shipped with the project (model/) and made by `manage.py train reviews`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.reviews.analysis import NEUTRAL_BELOW, Analysis, AspectOpinion, SentimentName, rounded
from ml.reviews.aspects import aspects_of
from ml.reviews.clauses import plain
from ml.reviews.lexicon import text_score
from ml.reviews.linear import Linear, linear_of
from ml.reviews.ngrams import spelled

if TYPE_CHECKING:
    from xlcfi.artifacts.subjects import Loaded

    Floats = np.ndarray[Any, np.dtype[np.float64]]

FORMAT = 1
# How the part that is the lists of words is called, whatever stands before it.
WORDS = "words"
# With a rating, text and stars count the same; without any words the stars say a little less than they show.
RATING_SHARE, RATING_ALONE = 0.5, 0.8
# Of a text that holds nothing, each of three answers is as likely.
NOTHING_READ = 1 / 3


class WordList:
    """The lists of words as a part: nothing is stored of it."""

    def margins(self, texts: Sequence[str]) -> "Floats":
        """Of each text, the score by the lists, -1 to 1."""
        return np.array([text_score(plain(text)) for text in texts], dtype=np.float64)

    def arrays(self, prefix: str) -> dict[str, Any]:
        """None."""
        return {}


def _part(arrays: Mapping[str, Any], name: str) -> "Linear | WordList":
    return WordList() if name.endswith(WORDS) else linear_of(arrays, name)


class Reader:
    """parts: what gives margins; stack: a weight for each and a constant, of a logistic regression; neutral_below: a
    score nearer to 0 says nothing either way; neutral_right: how often that is right."""

    def __init__(
        self,
        *,
        parts: Mapping[str, "Linear | WordList"],
        stack: Sequence[float],
        neutral_below: float,
        neutral_right: float,
        version: str,
    ) -> None:
        self.parts, self.stack = dict(parts), tuple(float(weight) for weight in stack)
        self.neutral_below, self.neutral_right, self.version = neutral_below, neutral_right, version

    def margin(self, texts: Sequence[str]) -> "Floats":
        """Of each text, the log odds that it is good."""
        found = np.full(len(texts), self.stack[-1])
        for weight, part in zip(self.stack, self.parts.values(), strict=False):
            found += weight * part.margins(texts)
        return found

    def scores(self, texts: Sequence[str]) -> "Floats":
        """-1 to 1: twice the probability that the text is good, less one; 0 where there is nothing to read."""
        scores = np.tanh(self.margin(texts) / 2)
        for place, text in enumerate(texts):
            if not _has_hangul(text):
                # Made from Korean texts alone: what is none is read by lists of words.
                scores[place] = text_score(plain(text))
        return np.asarray(scores)

    def sentiments(self, scores: "Floats", rated: Any = False) -> "tuple[list[SentimentName], Floats]":
        """The label of each score and the probability that it is right. rated: which scores hold stars too."""
        faint = np.abs(scores) < np.where(rated, NEUTRAL_BELOW, self.neutral_below)
        names: list[SentimentName] = [
            "NEUTRAL" if none else "POSITIVE" if score > 0 else "NEGATIVE"
            for none, score in zip(faint, scores, strict=True)
        ]
        return names, np.where(faint, self.neutral_right, (1 + np.abs(scores)) / 2)

    def analyses(self, texts: Sequence[str], ratings: Sequence[int | None] | None = None) -> list[Analysis]:
        """What each text says, without keywords. ratings: 1 to 5 stars, None where there are none."""
        if not texts:
            return []
        read = self.scores(texts)
        empty = np.array([not spelled(text) for text in texts])
        stars = np.array(
            [np.nan if not rating else (min(max(rating, 1), 5) - 3) / 2 for rating in ratings or [None] * len(texts)]
        )
        both = (1 - RATING_SHARE) * read + RATING_SHARE * stars
        scores = np.where(np.isnan(stars), read, np.where(empty, RATING_ALONE * stars, both))
        names, right = self.sentiments(scores, ~np.isnan(stars))
        right = np.where(empty & np.isnan(stars), NOTHING_READ, right)
        # Equal texts are common ("맛있어요"), and their aspects are looked for once.
        aspects: dict[str, tuple[AspectOpinion, ...]] = {}
        found = []
        for text, name, score, sure in zip(texts, names, scores, right, strict=True):
            if text not in aspects:
                aspects[text] = aspects_of(text)
            found.append(
                Analysis(
                    sentiment=name, score=rounded(float(score)), confidence=rounded(float(sure)), aspects=aspects[text]
                )
            )
        return found

    def arrays(self) -> dict[str, Any]:
        """What is stored of it; `parameters` beside it."""
        stored: dict[str, Any] = {}
        for prefix, part in self.parts.items():
            stored |= part.arrays(prefix)
        stored["stack"] = np.array(self.stack, dtype=np.float64)
        stored["neutral"] = np.array([self.neutral_below, self.neutral_right], dtype=np.float64)
        return stored

    def parameters(self) -> dict[str, Any]:
        """What `reader_from` has to know beside the arrays."""
        return {"format": FORMAT, "parts": list(self.parts)}


def reader_from(arrays: Mapping[str, Any], parameters: Mapping[str, Any], version: str) -> Reader:
    """What was stored. Raises KeyError and ValueError for what is no reader of this format."""
    if parameters["format"] != FORMAT:
        raise ValueError(f"a reader of format {parameters['format']}, this code reads {FORMAT}")
    below, right = (float(number) for number in arrays["neutral"])
    return Reader(
        parts={name: _part(arrays, name) for name in parameters["parts"]},
        stack=[float(weight) for weight in arrays["stack"]],
        neutral_below=below,
        neutral_right=right,
        version=version,
    )


def reader_decoded(loaded: "Loaded") -> Reader:
    """A version of the registry, for `serving_as`."""
    return reader_from(loaded.arrays, loaded.parameters, f"reviews-{loaded.version}")


def _has_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" or "ㄱ" <= letter <= "ㅣ" or "\u1100" <= letter <= "\u11ff" for letter in text)
