"""Which old rows may go: filled by the apps' jobs.py."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec

from xlcfi.clock import day_start, today


class PruneStep(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows may go when they are old.

    age: SQL for the moment from which a row's age is counted (timestamptz); where that is null the row stays.
    where: SQL for what else must be true of a row that may go.
    kept: reads the setting that says for how many days rows are kept, 0 for ever; retention: its name, for people.
    indexed: an index begins with `age`, so that old rows are found by it. Without one the table is walked from its
    first page to its last: what that costs is known beforehand, and no insert pays for an index.
    """

    name: str
    table: str
    age: str
    retention: str
    kept: Callable[[], int]
    where: str = "true"
    indexed: bool = False

    @property
    def days(self) -> int:
        """How many whole days are kept; 0: all."""
        return self.kept()

    def cutoff(self) -> datetime | None:
        """Rows from before this moment may go: the beginning of a day in Seoul. None where all are kept."""
        return day_start(today() - timedelta(days=self.days)) if self.days else None

    @property
    def condition(self) -> str:
        """SQL for the rows that may go, with one %s for the cutoff."""
        return f"{self.age} < %s AND ({self.where})"


_steps: dict[str, PruneStep] = {}


def prune_step(step: PruneStep) -> PruneStep:
    """Registers `step`, from an app's jobs.py. Raises TypeError where another one has its name."""
    if _steps.setdefault(step.name, step) != step:
        raise TypeError(f"two prune steps are called {step.name}")
    return step


def prune_steps(names: Iterable[str] = ()) -> list[PruneStep]:
    """The steps `names` (all if none is given), sorted. Raises LookupError for a name that nobody registered."""
    wanted = set(names) or set(_steps)
    if unknown := sorted(wanted - _steps.keys()):
        raise LookupError(", ".join(unknown))
    return [_steps[name] for name in sorted(wanted)]
