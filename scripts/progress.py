"""Progress: on a terminal a bar that redraws, elsewhere plain lines.

Standard library only: the first start has no more.
"""

import os
import re
import shutil
import sys
import time
from typing import TextIO

PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?\s?%")
OF = re.compile(r"(\d[\d,]*)\s*/\s*(\d[\d,]*)")
BAR_WIDTH = 24
LINE_EVERY = 10.0  # seconds between two plain lines of one step


def fraction_in(line: str) -> float | None:
    """How far a program says it is: '37%' -> 0.37, '1,200/3,000' -> 0.4, None where it says nothing."""
    if match := PERCENT.search(line):
        return min(int(match[1]), 100) / 100
    if match := OF.search(line):
        done, total = (int(group.replace(",", "")) for group in match.groups())
        return min(done / total, 1.0) if total else None
    return None


class Progress:
    """Shows numbered steps, one after the other.

    Use: `step("PostgreSQL")`, then any number of `update(fraction, detail)`, then `done()` or `failed()`.
    """

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.total = total
        self.number = 0
        self.title = ""
        self.fraction = 0.0
        self.detail = ""
        self._began = self._shown = 0.0
        self.live = self.out.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def step(self, title: str) -> None:
        """Begin the next step."""
        self.number += 1
        self.title, self.fraction, self.detail = title, 0.0, ""
        self._began = self._shown = time.monotonic()
        if self.live:
            self._draw()
        else:
            self._line(f"{self._head()} ...")

    def update(self, fraction: float | None = None, detail: str | None = None) -> None:
        """Move the bar; None leaves it (or the detail) as it was, and it never moves back."""
        if fraction is not None:
            self.fraction = max(self.fraction, min(fraction, 1.0))
        if detail is not None:
            self.detail = detail
        now = time.monotonic()
        if self.live:
            if now - self._shown >= 0.1:
                self._shown = now
                self._draw()
        elif now - self._shown >= LINE_EVERY:
            self._shown = now
            self._line(f"{self._head()} {self.fraction:4.0%}  {self.detail}")

    def done(self, note: str = "") -> None:
        """End the step well."""
        self.fraction = 1.0
        self._end("ok" if not note else f"ok, {note}")

    def failed(self, note: str = "failed") -> None:
        """End the step badly; nothing is shown when no step is open."""
        if self.title:
            self._end(note)

    def _end(self, word: str) -> None:
        seconds = time.monotonic() - self._began
        text = f"{self._head()} {word} ({seconds:.1f} s)"
        self._line(("\r\x1b[2K" if self.live else "") + text)
        self.title = ""

    def _head(self) -> str:
        return f"[{self.number}/{self.total}] {self.title}"

    def _draw(self) -> None:
        full = round(self.fraction * BAR_WIDTH)
        bar = "#" * full + "." * (BAR_WIDTH - full)
        seconds = time.monotonic() - self._began
        text = f"{self._head():<34} [{bar}] {self.fraction:4.0%} {seconds:4.0f} s  {self.detail}"
        self.out.write("\r\x1b[2K" + text[: shutil.get_terminal_size().columns - 1])
        self.out.flush()

    def _line(self, text: str) -> None:
        self.out.write(text.rstrip() + "\n")
        self.out.flush()
