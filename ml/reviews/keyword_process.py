"""A process that finds keywords by a Korean tokenizer: started by the first who asks, ended with whoever started it.

A quarter of a gigabyte that web workers and consumers need not carry. `python -m ml.reviews.keyword_process` reads
lines of JSON, a list of texts each, and answers a line with a list of keywords for each text.
"""

import json
import select
import sys
from typing import Any

# Nobody asked for so long: the memory is worth more.
IDLE_SECONDS = 900.0
LONGEST_TEXT = 10_000


def main() -> None:
    """Answers until nobody is there any more."""
    from ml.reviews.noun_phrases import keywords_ranked, word_weights

    kiwi, weights = kiwi_loaded(), word_weights()
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        texts = [text[:LONGEST_TEXT] for text in json.loads(line)]
        found = [
            keywords_ranked(_tokens(tokens), text, weights)
            for text, tokens in zip(texts, kiwi.tokenize(texts), strict=True)
        ]
        sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
        sys.stdout.buffer.flush()


def kiwi_loaded() -> Any:
    """The tokenizer: seconds and a quarter of a gigabyte."""
    from kiwipiepy import Kiwi

    # Without the names of people and places from encyclopedias: half the memory.
    return Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False)


def _tokens(tokens: Any) -> list[tuple[str, str, int, int]]:
    return [(token.form, token.tag, token.start, token.end) for token in tokens]


if __name__ == "__main__":
    main()
