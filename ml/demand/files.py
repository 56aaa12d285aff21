"""Sales from a CSV file: item,date,quantity, and what else is known."""

import csv
from datetime import date
from pathlib import Path

import numpy as np

from ml.demand.series import Series

NEEDED = ("item", "date", "quantity")
ALSO = ("category", "price", "in_stock")
DAYS_AT_MOST = 3_650


class BadFile(ValueError):
    """What is wrong with the file, and in which line."""


def sales_read(path: Path) -> Series:
    """The sales in `path`, a row for each item with a sale, a column for each day from the first to the last in the
    file.

    Several lines of an item and day are added up; below zero, as after returns, counts as nothing. Of the columns that
    may be there, `category` is the last one told, `price` holds until the next one told, and `in_stock` 0 says that
    stock had run out on that day. Raises BadFile.
    """
    lines = list(_lines(path))
    if not lines:
        raise BadFile(f"{path} has no sales")
    names = sorted({line[0] for line in lines})
    number = {name: place for place, name in enumerate(names)}
    first, last = min(line[1] for line in lines), max(line[1] for line in lines)
    days = (last - first).days + 1
    if days > DAYS_AT_MOST:
        raise BadFile(f"{path} spans {days} days, more than {DAYS_AT_MOST}")
    item = np.array([number[line[0]] for line in lines])
    column = np.array([(line[1] - first).days for line in lines])
    units = np.zeros((len(names), days), dtype=np.float64)
    np.add.at(units, (item, column), [line[2] for line in lines])
    units = np.maximum(units, 0.0).astype(np.float32)
    kept = units.sum(axis=1) > 0
    group, price, hidden = _details(lines, item, column, units.shape)
    return Series(
        [name for name, keep in zip(names, kept, strict=True) if keep],
        first,
        units[kept],
        (units[kept] > 0).argmax(axis=1),
        group[kept],
        None if hidden is None else hidden[kept],
        None if price is None else price[kept],
    )


_Line = tuple[str, date, float, str, str, str]


def _lines(path: Path) -> "list[_Line]":
    found: list[_Line] = []
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise BadFile(f"{path} has no column {', '.join(missing)}")
        for row in reader:
            try:
                quantity = float(row["quantity"])
                day = date.fromisoformat(row["date"][:10])
            except (TypeError, ValueError) as wrong:
                raise BadFile(f"{path}, line {reader.line_num}: {wrong}") from wrong
            if not np.isfinite(quantity):
                raise BadFile(f"{path}, line {reader.line_num}: the quantity is no number")
            category, price, in_stock = (row.get(name) or "" for name in ALSO)
            found.append((row["item"], day, quantity, category, price, in_stock))
    return found


def _details(
    lines: "list[_Line]", item: np.ndarray, column: np.ndarray, shape: tuple[int, int]
) -> "tuple[np.ndarray, np.ndarray | None, np.ndarray | None]":
    order = np.argsort(column, kind="stable")
    categories = [lines[place][3] for place in order]
    numbers = {name: place for place, name in enumerate(sorted(set(categories)))}
    group = np.zeros(shape[0], dtype=np.int64)
    group[item[order]] = [numbers[name] for name in categories]
    price = hidden = None
    if any(line[4] for line in lines):
        price = np.full(shape, np.nan)
        for place in order:
            if lines[place][4]:
                price[item[place], column[place]] = float(lines[place][4])
        price = _carried(price)
    if any(line[5] for line in lines):
        hidden = np.zeros(shape, dtype=bool)
        out = [place for place in order if lines[place][5] in ("0", "false", "False")]
        hidden[item[out], column[out]] = True
    return group, price, hidden


def _carried(price: np.ndarray) -> np.ndarray:
    """Each day's price, or the last one told before it; before the first one that one."""
    days = np.arange(price.shape[1])
    last = np.maximum.accumulate(np.where(np.isnan(price), -1, days), axis=1)
    first = np.where(np.isnan(price), price.shape[1] - 1, days).min(axis=1)
    last = np.where(last < 0, first[:, None], last)
    found: np.ndarray = np.take_along_axis(price, last, axis=1).astype(np.float32)
    return found
