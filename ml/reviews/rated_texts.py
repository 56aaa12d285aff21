"""Files of texts with a rating or a label, tab separated, with or without a header."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.reviews.ngrams import spelled

if TYPE_CHECKING:
    Ints = np.ndarray[Any, np.dtype[np.int64]]

BAD, MIDDLE, GOOD = 0, 1, 2
_NAMES = {
    "negative": BAD, "neg": BAD, "bad": BAD, "부정": BAD,
    "neutral": MIDDLE, "중립": MIDDLE,
    "positive": GOOD, "pos": GOOD, "good": GOOD, "긍정": GOOD,
}  # fmt: skip
_VALUE_HEADERS, _TEXT_HEADERS = ("rating", "label", "score", "stars", "sentiment"), ("text", "content", "review")


class BadFile(ValueError):
    """A file can't be read as what it should be; the text says which and why."""


@dataclass(frozen=True)
class Rated:
    """texts with what they were given: BAD, MIDDLE or GOOD; near: of the middle ones, -1 beside bad, 1 beside good.

    scale: how the values were read, for people.
    """

    texts: list[str]
    classes: "Ints"
    near: "Ints"
    scale: str

    def only(self, rows: Any) -> "Rated":
        """Those rows."""
        places = np.arange(len(self.texts))[rows]
        return Rated([self.texts[place] for place in places], self.classes[rows], self.near[rows], self.scale)


def rated_read(*paths: Path) -> list[Rated]:
    """The files, their values read on one common scale. Raises BadFile."""
    tables = [_table(path) for path in paths]
    values = {value for table in tables for value, _ in table}
    classes, near, scale = _scale(values, paths)
    return [
        Rated(
            [text for _, text in table],
            np.array([classes[value] for value, _ in table], dtype=np.int64),
            np.array([near.get(value, 0) for value, _ in table], dtype=np.int64),
            scale,
        )
        for table in tables
    ]


def text_hashes(texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.uint32]]":
    """A number for each text, by which it is known again; of 32 bits, so that it tells nothing of the text."""
    whole = [hashlib.blake2b(spelled(text).encode("utf-8", "surrogatepass"), digest_size=4).digest() for text in texts]
    return np.frombuffer(b"".join(whole), dtype="<u4")


def _table(path: Path) -> list[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: {error}") from error
    cells = [line.rstrip("\r").split("\t") for line in lines if line.strip()]
    if not cells:
        raise BadFile(f"{path}: no rows")
    head = [cell.strip().lower() for cell in cells[0]]
    value_at = next((head.index(name) for name in _VALUE_HEADERS if name in head), None)
    text_at = next((head.index(name) for name in _TEXT_HEADERS if name in head), None)
    if value_at is not None and text_at is not None:
        cells = cells[1:]
    elif len(head) >= 2 and (_is_number(head[0]) or head[0] in _NAMES):
        value_at, text_at = 0, 1
    else:
        raise BadFile(
            f"{path}: columns `rating` or `label`, and `text`, separated by a tab, are read; found {head[:5]}"
        )
    most = max(value_at, text_at)
    # A line that is cut short has an empty text: nothing is left out.
    rows = [(row + [""] * most)[: most + 1] if len(row) <= most else row for row in cells]
    found = [(row[value_at].strip().lower(), row[text_at]) for row in rows if row[value_at].strip()]
    if not found:
        raise BadFile(f"{path}: no rows")
    return found


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _scale(values: set[str], paths: Sequence[Path]) -> tuple[dict[str, int], dict[str, int], str]:
    if values <= _NAMES.keys():
        return {value: _NAMES[value] for value in values}, {}, "names"
    strange = sorted(value for value in values if not _is_number(value))
    if strange:
        raise BadFile(f"{', '.join(map(str, paths))}: {strange[0]!r} is neither a rating nor a label")
    numbers = {value: float(value) for value in values}
    highest, lowest = max(numbers.values()), min(numbers.values())
    if highest <= 1:
        return {value: GOOD if number == 1 else BAD for value, number in numbers.items()}, {}, "labels 0 and 1"
    if lowest < 1 or highest > 10:
        raise BadFile(
            f"{', '.join(map(str, paths))}: ratings from {lowest} to {highest}, but 1 to 5 or 1 to 10 are read"
        )
    bad, good, name = (
        (4, 9, "ratings 1 to 10: bad up to 4, good from 9")
        if highest > 5
        else (2, 4, "ratings 1 to 5: bad up to 2, good from 4")
    )
    classes = {value: BAD if number <= bad else GOOD if number >= good else MIDDLE for value, number in numbers.items()}
    near = {value: -1 if number == bad + 1 else 1 for value, number in numbers.items() if number in (bad + 1, good - 1)}
    return classes, near if highest > 5 else {}, name
