"""What runs and where, in a small JSON file, so that the next start finds it again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.processes import Mark


@dataclass
class State:
    """`marks`: program -> the process that runs it. `ports`: program -> the port it was given. `done`: steps that are
    finished for good, each with the fingerprint of what it was done from."""

    path: Path
    marks: dict[str, Mark] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "State":
        """The state in `path`; an empty one where the file is missing or broken."""
        try:
            raw: Any = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                path=path,
                marks={name: Mark(mark["pid"], mark["born"]) for name, mark in raw["marks"].items()},
                ports={name: int(port) for name, port in raw["ports"].items()},
                done={name: str(value) for name, value in raw["done"].items()},
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path=path)

    def write(self) -> None:
        """Put it on disk, whole or not at all."""
        raw: Mapping[str, object] = {
            "marks": {name: {"pid": mark.pid, "born": mark.born} for name, mark in self.marks.items()},
            "ports": self.ports,
            "done": self.done,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".new")
        partial.write_text(json.dumps(raw, indent=1), encoding="utf-8")
        partial.replace(self.path)

    def alive(self, name: str) -> bool:
        """True when the program `name` still runs as we started it."""
        mark = self.marks.get(name)
        return mark is not None and mark.alive()
