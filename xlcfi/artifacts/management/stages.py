"""Progress of a training or an evaluation: one bar after the other, a stage each."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from xlcfi.artifacts.subjects import Progress
from xlcfi.events.management.progress import Advance, progress


@contextmanager
def staged_progress(label: str) -> Iterator[Progress]:
    """Gives a Progress that shows `label: stage` on stderr; a new stage ends the bar of the one before."""
    with ExitStack() as bars:
        current: list[tuple[str, Advance]] = []

        def advance(stage: str, done: int, of: int) -> None:
            if not current or current[0][0] != stage:
                bars.close()
                current[:] = [(stage, bars.enter_context(progress(f"{label}: {stage}")))]
            current[0][1](done, of)

        yield advance
