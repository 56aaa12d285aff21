"""Korean text into words, by Kiwi: 250 MB and some seconds to load, so for the indexing process alone.

Nothing else may import this module: a web worker or a consumer that did would stay that large.
"""

from collections.abc import Iterable
from typing import Any

from recommendations.content.terms import words_of

LONGEST_TEXT = 20_000


class KoreanTokenizer:
    """Kiwi without its dictionary of names of people and places from encyclopedias: half the memory, the same words in
    the names of food. Loaded when the first text comes."""

    def __init__(self) -> None:
        self._kiwi: Any = None

    def words(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of each text that say what it is about, in order."""
        kiwi = self._loaded()
        cut = [text[:LONGEST_TEXT] for text in texts]
        return [words_of([(token.form, token.tag) for token in tokens]) for tokens in kiwi.tokenize(cut)]

    def _loaded(self) -> Any:
        if self._kiwi is None:
            from kiwipiepy import Kiwi

            self._kiwi = Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False)
        return self._kiwi
