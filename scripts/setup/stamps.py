"""Remembers what a virtual environment already holds, so that a second start has nothing to do."""

import hashlib
import json
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r"^\s*-r\s+(\S+)")


def included_files(requirements: Path) -> list[Path]:
    """`requirements` and every file that it includes by `-r`, each once, itself first."""
    found: list[Path] = []
    waiting = [requirements.resolve()]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.append(path)
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := INCLUDE.match(line):
                waiting.append((path.parent / match[1]).resolve())
    return found


def fingerprint(requirements: Path, venv: Path) -> str:
    """Changes with any included file, the interpreter, and the place of the checkout (the scripts in it name paths)."""
    digest = hashlib.sha256(f"{venv.resolve()}\n{sys.version_info[:2]}\n".encode())
    for path in included_files(requirements):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Stamps:
    """Which requirement files were installed, in a small file inside the environment."""

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self.path = venv / "installed.json"

    def holds(self, requirements: Path) -> bool:
        """True when exactly this was installed and the environment's Python is still there."""
        return (self.venv / "bin" / "python").exists() and self._read().get(requirements.name) == fingerprint(
            requirements, self.venv
        )

    def record(self, requirements: Path) -> None:
        """Note `requirements` and all that it includes as installed."""
        marks = self._read()
        for path in included_files(requirements):
            marks[path.name] = fingerprint(path, self.venv)
        self.path.write_text(json.dumps(marks, indent=1), encoding="utf-8")

    def _read(self) -> dict[str, str]:
        try:
            marks = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return marks if isinstance(marks, dict) else {}
