"""Asking the process that finds keywords; without it the plainer finder answers."""

import atexit
import json
import logging
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from ml.reviews.clauses import plain
from ml.reviews.keywords import keywords_of

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
# Loading takes seconds on a busy machine; so many texts are worked on in a second at least.
START_SECONDS, TEXTS_PER_SECOND = 30.0, 50.0
AT_ONCE = 100


class KeywordFinder:
    """One process for whoever asks in this one, one question at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def find(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The keywords of each text, at most 10, the best first."""
        found: list[tuple[str, ...]] = []
        with self._lock:
            for first in range(0, len(texts), AT_ONCE):
                part = list(texts[first : first + AT_ONCE])
                try:
                    found += self._asked(part)
                except (OSError, ValueError) as error:
                    logger.warning("keywords without the tokenizer", extra={"error": str(error)})
                    self._end()
                    # A process that is gone or stuck is not waited for a second time for the same texts.
                    return found + [keywords_of(plain(text)) for text in texts[first:]]
        return found

    def end(self) -> None:
        """Ends the process; the next question starts another."""
        with self._lock:
            self._end()

    def _asked(self, texts: list[str]) -> list[tuple[str, ...]]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(texts).encode() + b"\n")
        process.stdin.flush()
        seconds = START_SECONDS + len(texts) / TEXTS_PER_SECOND + sum(map(len, texts)) / 10_000
        if not select.select([process.stdout], [], [], seconds)[0]:
            raise ValueError(f"no answer in {seconds:.0f} s")
        answer = json.loads(process.stdout.readline())
        if len(answer) != len(texts):
            raise ValueError("an answer to another question")
        return [tuple(words) for words in answer]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ml.reviews.keyword_process"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


finder = KeywordFinder()
atexit.register(finder.end)
