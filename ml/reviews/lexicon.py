"""The baseline "lexicon-1": what a review says, by lists of words. Not trained; docs/models/reviews.md tells more.

Every opinion has a weight; what stands around it turns it over, makes it stronger or weaker; what comes before a "but"
counts for less. The sum S of the weights becomes a score S / sqrt(S^2 + HALF_WAY), as in VADER (Hutto, Gilbert 2014).
"""

import math
from collections.abc import Iterable

from ml.reviews.analysis import Analysis, Aspect, AspectOpinion, rounded, sentiment_of
from ml.reviews.clauses import plain, sentences_of
from ml.reviews.emoticons import feeling_of_signs
from ml.reviews.keywords import keywords_of
from ml.reviews.opinions import opinions_in

MODEL_VERSION = "lexicon-1"

# A sum of so much, squared, is half of the way: one strong word (0.7) gives 0.7.
HALF_WAY = 0.5
# With both, text and stars count the same; stars without an opinion in the text say a little less than they show.
RATING_SHARE = 0.5
RATING_ALONE = 0.8
# Not calibrated: no data stand behind these two, they only make a clear score more confident than a faint one.
CONFIDENCE_LEAST, CONFIDENCE_MOST = 0.5, 0.95


def analyse(text: str, *, rating: int | None = None) -> Analysis:
    """What a review says. text: any, the first 10,000 characters are read; rating: 1 to 5 stars, None for none."""
    words = plain(text)
    weights: list[float] = []
    by_aspect: dict[Aspect, list[float]] = {}
    for sentence in sentences_of(words):
        of_sentence: list[float] = []
        for clause in sentence:
            for opinion in opinions_in(clause.text):
                of_sentence.append(opinion.weight * clause.share)
                if opinion.aspect is not None:
                    by_aspect.setdefault(opinion.aspect, []).append(opinion.weight)
        signs = feeling_of_signs(" ".join(clause.text for clause in sentence), sum(of_sentence))
        weights += of_sentence
        if signs:
            weights.append(signs * sentence[-1].share)
    score = rounded(_blended(weights, rating))
    return Analysis(
        sentiment=sentiment_of(score),
        score=score,
        confidence=rounded(CONFIDENCE_LEAST + (CONFIDENCE_MOST - CONFIDENCE_LEAST) * abs(score)),
        keywords=keywords_of(words),
        aspects=tuple(_aspect_opinion(aspect, by_aspect[aspect]) for aspect in Aspect if aspect in by_aspect),
    )


def text_score(words: str) -> float:
    """The score of a plain text alone, -1..1; 0 where it holds no opinion."""
    weights = []
    for sentence in sentences_of(words):
        said = [opinion.weight * clause.share for clause in sentence for opinion in opinions_in(clause.text)]
        signs = feeling_of_signs(" ".join(clause.text for clause in sentence), sum(said))
        weights += [*said, signs * sentence[-1].share]
    return _squeezed(weights)


def _blended(weights: list[float], rating: int | None) -> float:
    stars = None if rating is None else (min(max(rating, 1), 5) - 3) / 2
    if not weights:
        return 0.0 if stars is None else RATING_ALONE * stars
    said = _squeezed(weights)
    return said if stars is None else (1 - RATING_SHARE) * said + RATING_SHARE * stars


def _squeezed(weights: Iterable[float]) -> float:
    """Weights of any number as a score in -1..1."""
    total = math.fsum(weights)
    return total / math.sqrt(total * total + HALF_WAY)


def _aspect_opinion(aspect: Aspect, weights: list[float]) -> AspectOpinion:
    score = rounded(_squeezed(weights))
    return AspectOpinion(aspect, sentiment_of(score), score)
