"""The trained model that ranks personal lists, as a process holds it. Loads numpy: imported where one serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from recommendations.placing.shelf import Shelf
from recommendations.placing.standings import Standings
from recommendations.ranking.interactions import Ints
from recommendations.ranking.ranker import Ranker
from xlcfi.artifacts.subjects import Loaded

FORMAT = 1


@dataclass
class Model:
    """engine: scores item numbers. items, products: the product of each number; number: the reverse. version: of the
    registry."""

    engine: Ranker
    items: Ints
    number: Mapping[int, int]
    version: int

    def __post_init__(self) -> None:
        self.products: list[int] = self.items.tolist()
        self._making = Lock()
        self._shelf: Shelf | None = None

    @classmethod
    def of(cls, loaded: Loaded) -> "Model":
        """From a version's arrays. Raises ValueError for a form that this release does not know."""
        if loaded.parameters.get("format") != FORMAT:
            raise ValueError(f"format {loaded.parameters.get('format')!r} is not {FORMAT}")
        arrays = dict(loaded.arrays)
        items = arrays.pop("items")
        engine = Ranker.from_arrays(arrays)
        if len(items) != engine.items:
            raise ValueError(f"{len(items)} products for a ranking of {engine.items}")
        return cls(engine, items, {product: place for place, product in enumerate(items.tolist())}, loaded.version)

    def shelf(self, standings: Standings) -> Shelf:
        """How its products stand; made once for each version of the standings."""
        kept = self._shelf
        if kept is None or kept.version != standings.version:
            with self._making:
                kept = self._shelf
                if kept is None or kept.version != standings.version:
                    kept = self._shelf = Shelf.of(standings, self.items, self.number)
        return kept
