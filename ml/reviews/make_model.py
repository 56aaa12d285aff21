"""Makes the model that comes with the project: `python -m ml.reviews.make_model --films PATH`.

From film reviews with the words of films blotted out, and from texts about shopping made of phrases that are in data/.
PATH is a file of `rating` (1 to 10) and `text`, plain or gzipped.
"""

import argparse
import gzip
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ml.reviews.evaluation import calibration
from ml.reviews.film_words import blotted
from ml.reviews.fitting import held_out, neutral_chosen, reader_fitted
from ml.reviews.made_texts import DATA, made_texts
from ml.reviews.rated_texts import GOOD, MIDDLE, Rated, rated_read, text_hashes
from ml.reviews.reader import WORDS, Reader, WordList
from ml.reviews.shipped import FOLDER, shipped_write

MADE_COUNT, MADE_SHARE = 40_000, 0.5
# What was best on a third of the texts.
PENALTY = 0.5
# What was best on the sentences in data/shopping.tsv.
WORDS_WEIGHT = 1.5
VERSION = "shipped-1"


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes it, and says how good it is on the tenth of the films that it was not made from."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args(arguments)
    films = films_read(options.films)
    kept = held_out([text[::-1] for text in films.texts])
    learned, tested = films.only(~kept), films.only(kept)
    own = rated_read(DATA / "shopping.tsv")[0]
    made = made_texts(count=MADE_COUNT, leave_out=frozenset(text.replace(" ", "") for text in own.texts))
    reader = reader_fitted(
        Rated([blotted(text) for text in learned.texts], learned.classes, learned.near, learned.scale),
        extra=[(each.text, each.good, MADE_SHARE) for each in made],
        version=VERSION,
        penalties=(PENALTY,),
        progress=lambda stage, done, of: print(stage, done, of, file=sys.stderr),
    )
    reader = with_words(reader)
    reader.neutral_below, reader.neutral_right = neutral_chosen(reader, learned.only(held_out(learned.texts)))
    figures = {"films held out": _figures(reader, tested), "own sentences": _figures(reader, own)}
    print(figures)
    card: dict[str, Any] = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "films": len(learned.texts), "made_texts": MADE_COUNT, "figures": figures,
        "seen_arrays": {"seen": np.unique(text_hashes(learned.texts))},
    }  # fmt: skip
    shipped_write(reader, card, options.out)


def with_words(reader: Reader) -> Reader:
    """The same with the lists of words weighed in: they know what is said of goods, and no film taught them."""
    return Reader(
        parts=reader.parts | {WORDS: WordList()},
        stack=[*reader.stack[:-1], WORDS_WEIGHT, reader.stack[-1]],
        neutral_below=reader.neutral_below,
        neutral_right=reader.neutral_right,
        version=reader.version,
    )


def films_read(path: Path) -> Rated:
    """The file of films, plain or gzipped. Raises BadFile."""
    if path.suffix != ".gz":
        return rated_read(path)[0]
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "films.tsv"
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        return rated_read(plain)[0]


def _figures(reader: Any, data: Rated) -> dict[str, float]:
    clear = data.only(data.classes != MIDDLE)
    scores = reader.scores(clear.texts)
    right = (scores > 0) == (clear.classes == GOOD)
    return {
        "texts": len(clear.texts),
        "accuracy": float(right.mean()),
        "calibration_error": calibration(np.abs(scores) / 2 + 0.5, right)["error"],
        "neutral_below": reader.neutral_below,
    }


if __name__ == "__main__":
    main()
