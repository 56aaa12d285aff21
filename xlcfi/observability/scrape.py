"""Gauges whose value is looked up when somebody asks, not when it changes."""

from collections.abc import Callable, Mapping

Labels = tuple[str, ...]
Reading = float | Mapping[Labels, float]


class ScrapedGauge:
    """A gauge that calls its reader at each scrape.

    A reader returns one number (a gauge without labels) or a number for each tuple of label values. It may query the
    database: it runs in a thread and a connection of its own, and all readers together have a second. Where it fails
    because something is away, the gauge has no sample in that scrape: unknown is not zero.

    `quick`: the reader never waits for anything that can hang, and has a value even while the others do.
    """

    def __init__(self, name: str, help_text: str, labels: Labels = (), *, quick: bool = False) -> None:
        self.name = name
        self.help_text = help_text
        self.label_names = labels
        self.quick = quick
        self._readers: dict[str, Callable[[], Reading]] = {}

    def read_with(self, reader: Callable[[], Reading], *, part: str = "") -> None:
        """Make `reader` the source of this gauge. Call it from AppConfig.ready(); a later one replaces an earlier.

        part: where several apps each know some of the labels, the app's name; the readers of all parts are asked.
        """
        self._readers[part] = reader

    def read(self) -> dict[Labels, float]:
        """The samples of this moment by label values. Raises what a reader raises, ValueError on wrong labels."""
        samples: dict[Labels, float] = {}
        for reader in self._readers.values():
            reading = reader()
            samples.update(reading if isinstance(reading, Mapping) else {(): float(reading)})
        for labels in samples:
            if len(labels) != len(self.label_names):
                raise ValueError(f"{self.name} has the labels {self.label_names}, its reader gave {labels}")
        return samples
