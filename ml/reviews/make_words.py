"""Counts how common words are, for ranking keywords: `python -m ml.reviews.make_words --films PATH`.

In film reviews and in texts about shopping made of phrases that are in data/. Only hashes of words are kept.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml.reviews.keyword_process import kiwi_loaded
from ml.reviews.made_texts import made_texts
from ml.reviews.make_model import films_read
from ml.reviews.noun_phrases import WEIGHTS_FILE, nouns_of, weight_of, word_key

FILMS, MADE = 40_000, 20_000
# What is seldom is as seldom as anything unknown.
LEAST_TEXTS = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the file of weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args(arguments)
    texts = films_read(options.films).texts[:FILMS] + [each.text for each in made_texts(count=MADE)]
    kiwi = kiwi_loaded()
    counts: Counter[int] = Counter()
    for tokens in kiwi.tokenize(texts):
        nouns = nouns_of((token.form, token.tag, token.start, token.end) for token in tokens)
        counts.update({word_key(noun[0]) for noun in nouns})
    kept = sorted(key for key, count in counts.items() if count >= LEAST_TEXTS)
    np.savez(
        options.out,
        keys=np.array(kept, dtype=np.uint32),
        weights=np.array([weight_of(counts[key], len(texts)) for key in kept], dtype=np.float32),
        others=np.float32(weight_of(LEAST_TEXTS - 1, len(texts))),
    )


if __name__ == "__main__":
    main()
