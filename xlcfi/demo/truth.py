"""Reads the ground truth of a demo market. For tests and benchmarks only: import-linter keeps everyone else away."""

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ReviewTruth:
    """What a review really says. aspects: (aspect, sentiment) pairs."""

    review_id: int
    aspects: tuple[tuple[str, str], ...]
    disagrees: bool
    satisfaction: float


@dataclass(frozen=True)
class Truth:
    """All truth files of one market; truth/README.md says what each column holds.

    products: columns of products.csv, numbers as float arrays (nan: empty), the rest as text. daily, buyers, orders:
    arrays by name. price_changes, refunds: one mapping for each row, as text.
    """

    scale: float
    seed: int
    first_day: date
    until: datetime
    break_day: date
    broken_seller_id: int
    market: dict[str, Any]
    products: dict[str, npt.NDArray[Any]]
    price_changes: list[dict[str, str]]
    refunds: list[dict[str, str]]
    daily: dict[str, npt.NDArray[Any]]
    buyers: dict[str, npt.NDArray[Any]]
    orders: dict[str, npt.NDArray[Any]]
    reviews: list[ReviewTruth]

    def day_number(self, day: date) -> int:
        """The column of `day` in the daily arrays."""
        return (day - self.first_day).days


def read_truth(folder: Path) -> Truth:
    """The truth in `folder` (DIR/truth). Raises FileNotFoundError if no market was made there."""
    market = json.loads((folder / "market.json").read_text(encoding="utf-8"))
    return Truth(
        scale=float(market["scale"]),
        seed=int(market["seed"]),
        first_day=date.fromisoformat(market["first_day"]),
        until=datetime.fromisoformat(market["until"]),
        break_day=date.fromisoformat(market["break_day"]),
        broken_seller_id=int(market["broken_seller_id"]),
        market=market,
        products=_columns(_rows(folder / "products.csv")),
        price_changes=_rows(folder / "price_changes.csv"),
        refunds=_rows(folder / "refunds.csv"),
        daily=_arrays(folder / "daily.npz"),
        buyers=_arrays(folder / "buyers.npz"),
        orders=_arrays(folder / "orders.npz"),
        reviews=_reviews(folder / "reviews.jsonl.gz"),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _columns(rows: list[dict[str, str]]) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in ("launched", "gone"):
            columns[name] = np.array(values, dtype=object)
        else:
            columns[name] = np.array([float(value) if value else np.nan for value in values])
    return columns


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _reviews(path: Path) -> list[ReviewTruth]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return [
        ReviewTruth(
            int(row["review_id"]),
            tuple((str(aspect), str(sentiment)) for aspect, sentiment in row["aspects"]),
            bool(row["disagrees"]),
            float(row["satisfaction"]),
        )
        for row in found
    ]
