"""The model that comes with the project: it reads reviews from the first start on, without any training."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from ml.reviews.reader import Reader, reader_from

FOLDER = Path(__file__).parent / "model"
ARRAYS, CARD = "reader.npz", "card.json"


class ShippedDamaged(Exception):
    """The files are not those that were made: the project was not installed whole."""


@cache
def shipped_reader() -> Reader:
    """The reader, its arrays mapped into memory. Raises ShippedDamaged."""
    arrays, card = shipped_files()
    return reader_from(arrays, card["parameters"], card["version"])


def shipped_files(folder: Path = FOLDER) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, card), checked against the card's SHA-256. Raises ShippedDamaged."""
    import mmap

    from xlcfi.artifacts.arrays_file import arrays_read
    from xlcfi.artifacts.errors import Damaged

    path = folder / ARRAYS
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if hashlib.sha256(mapped).hexdigest() != card["sha256"]:
                raise ShippedDamaged(f"{path} has another SHA-256 than {CARD} says")
            return arrays_read(mapped, file), card
    except (OSError, ValueError, KeyError, Damaged) as error:
        raise ShippedDamaged(f"{path}: {error}") from error


def shipped_write(reader: Reader, card: dict[str, Any], folder: Path = FOLDER) -> None:
    """Writes the model and its card; the same model gives the same bytes."""
    import io

    from xlcfi.artifacts.arrays_file import arrays_write

    file = io.BytesIO()
    arrays_write(reader.arrays() | card.pop("seen_arrays", {}), file)
    whole = file.getvalue()
    folder.mkdir(exist_ok=True)
    (folder / ARRAYS).write_bytes(whole)
    told = {"sha256": hashlib.sha256(whole).hexdigest(), "bytes": len(whole), "parameters": reader.parameters()}
    (folder / CARD).write_text(
        json.dumps({"version": reader.version, **told, **card}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
