"""How many records a batch takes: fewer where the database is slow, more where it is quick."""

# No batch is made smaller than this on purpose: below it the work per transaction outweighs the work per event.
LEAST = 50
# What a consumer begins with: should the last one have been killed over a batch that was too large, this one gets on.
FIRST = 500
# A batch that takes longer is too large: the broker would give our partitions away after CONSUMER_MAX_POLL_SECONDS,
# and whoever is told to end has eight seconds.
SLOW_SECONDS = 3.0
QUICK_SECONDS = 1.0


class Pace:
    """The size of the next batch, at most `most` records. It halves after a slow batch and doubles after quick ones."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._least = min(LEAST, most)
        self.size = min(FIRST, most)

    def took(self, records: int, seconds: float) -> None:
        """A batch of `records` took `seconds`."""
        if seconds > SLOW_SECONDS:
            self.size = max(self._least, min(self.size, records) // 2)
        elif seconds < QUICK_SECONDS and records >= self.size:
            self.size = min(self._most, self.size * 2)

    def timed_out(self, records: int) -> int:
        """A statement for `records` took too long; the size of the parts in which to try them again.

        `records` itself where smaller parts would be of no use. A quarter, not a half: each try has cost minutes.
        """
        self.size = min(self.size, max(self._least, records // 4))
        return self.size if records > self._least else records
