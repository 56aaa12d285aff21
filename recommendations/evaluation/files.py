"""Reads interactions and items from CSV files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recommendations.ranking.interactions import Events, Floats, Ints
from recommendations.ranking.items import ItemColumns, item_columns


class BadFile(ValueError):
    """A file can't be read as what it should be; the text says which and why."""


@dataclass(frozen=True)
class Data:
    """Train and test with common numbers for users and items.

    users, items: their ids as text; the users of train come first (`known_users`), and so do the items (`known_items`).
    """

    train: Events
    test: Events
    users: list[str]
    items: list[str]
    known_users: int
    known_items: int
    columns: ItemColumns
    has_time: bool


def data_read(*, train: Path, test: Path, items: Path | None = None) -> Data:
    """Read the files. Columns: user, item, time[, weight]; items: item and anything. Raises BadFile."""
    import pandas as pd

    before, after = _table(train), _table(test)
    both = pd.concat([before, after], ignore_index=True)
    user, users = pd.factorize(both["user"])
    item, item_ids = pd.factorize(both["item"])
    known_users, known_items = int(before["user"].nunique()), int(before["item"].nunique())
    facts = _items(items) if items else None
    if facts is not None:
        new = facts.index[~facts.index.isin(item_ids)]
        item_ids = item_ids.append(new) if isinstance(item_ids, pd.Index) else np.concatenate([item_ids, new])
        facts = facts.reindex(pd.Index(item_ids))
    day, weight = both["day"].to_numpy(np.float64), both["weight"].to_numpy(np.float64)
    parts = []
    for part in (slice(0, len(before)), slice(len(before), len(both))):
        parts.append(_events(user[part], item[part], day[part], weight[part], len(users), len(item_ids)))
    columns = item_columns(facts, items=len(item_ids))
    has_time = bool(before["day"].nunique() > 1)
    return Data(
        parts[0], parts[1], [str(u) for u in users], [str(i) for i in item_ids], known_users, known_items, columns,
        has_time,
    )  # fmt: skip


def _events(user: Ints, item: Ints, day: Floats, weight: Floats, users: int, items: int) -> Events:
    return Events.sorted(
        row=user.astype(np.int64), item=item.astype(np.int64), day=day, weight=weight, rows=users, items=items
    )


def _table(path: Path) -> Any:
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise BadFile(f"{path}: {error}") from error
    table.columns = table.columns.str.strip().str.lower()
    missing = {"user", "item", "time"} - set(table.columns)
    if missing:
        raise BadFile(f"{path}: no column {', '.join(sorted(missing))} (user,item,time[,weight] are read)")
    table = table[(table["user"] != "") & (table["item"] != "")]
    if table.empty:
        raise BadFile(f"{path}: no rows")
    found = pd.DataFrame({"user": table["user"], "item": table["item"], "day": _days(table["time"], path)})
    found["weight"] = 1.0
    if "weight" in table.columns:
        weight = pd.to_numeric(table["weight"], errors="coerce").astype(np.float64)
        if weight.isna().any() or not np.isfinite(weight).all():
            raise BadFile(f"{path}: weight is not a number in row {int(np.argmax(weight.isna().to_numpy())) + 2}")
        found["weight"] = weight
    return found.reset_index(drop=True)


def _days(text: Any, path: Path) -> Floats:
    """Days since 1970 of epoch numbers (seconds, milli-, micro- or nanoseconds), ISO times or plain small numbers."""
    import pandas as pd

    number = pd.to_numeric(text, errors="coerce")
    if not number.isna().any():
        largest = float(number.abs().max())
        for above, per_day in ((1e17, 86400e9), (1e14, 86400e6), (1e11, 86400e3), (1e8, 86400.0)):
            if largest >= above:
                return np.asarray(number.to_numpy(np.float64) / per_day)
        # 20250131 is a date, not a number of days.
        if number.between(19000101, 21001231).all() and (number % 1 == 0).all():
            text = number.astype(np.int64).astype(str)
        else:
            return np.asarray(number.to_numpy(np.float64))
    moments = pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")
    if moments.isna().any():
        moments = pd.to_datetime(text, errors="coerce", utc=True, format="mixed")
    if moments.isna().any():
        raise BadFile(f"{path}: time {text[moments.isna()].iloc[0]!r} is neither ISO nor a number")
    return np.asarray((moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1), dtype=np.float64)


def _items(path: Path) -> Any:
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise BadFile(f"{path}: {error}") from error
    table.columns = table.columns.str.strip().str.lower()
    if "item" not in table.columns:
        raise BadFile(f"{path}: no column item")
    return table.drop_duplicates("item").set_index("item")
