"""The figures of a run, for people and for docs/reliability.md."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
_BEGIN, _END = "<!-- figures of make chaos -->", "<!-- end of figures -->"


@dataclass
class Report:
    """What happened and what it led to. differences: the oracle's lines; stuck: what did not move any more."""

    seed: int
    events: int = 0
    records: int = 0
    seconds: float = 0.0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unhit: list[str] = field(default_factory=list)
    longest_stall: float = 0.0
    sections: dict[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """What is missing, or neither missing nor doubled but wrong."""
        return sum(line.startswith(("lost", "wrong")) for line in self.differences)

    @property
    def doubled(self) -> int:
        """What is there more than once, or should not be there."""
        return sum(line.startswith("doubled") for line in self.differences)

    @property
    def passed(self) -> bool:
        """Whether nothing is lost, doubled or stuck, and every mark was hit."""
        return not (self.differences or self.stuck or self.unhit)

    def last_line(self) -> str:
        """The line by which the run is judged."""
        return (
            f"events: {self.events}, kills: {self.kills}, faults: {self.faults.total()}, lost: {self.lost}, "
            f"doubled: {self.doubled}, stuck: {len(self.stuck)}"
        )

    def lines(self) -> list[str]:
        """All of it, the last line last."""
        found = [f"seed {self.seed}: {self.records} records, {self.events} of them events, in {self.seconds:.0f} s"]
        found += [f"  killed at {mark}: {count}" for mark, count in sorted(self.marks.items())]
        found += [f"  killed from outside: {self.kills - self.marks.total()}"]
        found += [f"  {name}: {count}" for name, count in sorted(self.faults.items())]
        found += [f"  longest time of a group without a commit: {self.longest_stall:.1f} s"]
        found += [f"  compared: {', '.join(f'{n} {name}' for name, n in sorted(self.sections.items()))}"]
        found += [f"never killed at {mark}" for mark in self.unhit]
        found += self.stuck + self.differences[:40]
        if len(self.differences) > 40:
            found.append(f"… and {len(self.differences) - 40} more")
        return [*found, self.last_line()]

    def page_write(self) -> None:
        """Puts the figures into docs/reliability.md."""
        rows = [
            ("events", f"{self.events:,}"),
            ("records that carried them, duplicates and poison included", f"{self.records:,}"),
            ("seconds", f"{self.seconds:.0f}"),
            ("kills", f"{self.kills:,}"),
            *[(f"kills at `{mark}`", f"{count:,}") for mark, count in sorted(self.marks.items())],
            *[(name, f"{count:,}") for name, count in sorted(self.faults.items())],
            ("values compared with the oracle", f"{sum(self.sections.values()):,}"),
            ("lost", f"{self.lost:,}"),
            ("doubled", f"{self.doubled:,}"),
            ("stuck", f"{len(self.stuck):,}"),
            ("longest time of a group without a commit", f"{self.longest_stall:.1f} s"),
            ("seed", str(self.seed)),
        ]
        table = "\n".join(["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])
        text = PAGE.read_text(encoding="utf-8")
        block = f"{_BEGIN}\n{table}\n{_END}"
        PAGE.write_text(re.sub(f"{_BEGIN}.*?{_END}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8")
