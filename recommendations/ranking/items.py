"""What is known of items beside who bought them: groups such as category or seller, and prices."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recommendations.ranking.interactions import Floats, Ints

BANDS = 12
GROUPS_AT_MOST = 4


@dataclass(frozen=True)
class ItemColumns:
    """groups: by column name, the group of every item, shape (items,), -1: unknown. amounts: the same, nan: unknown."""

    groups: dict[str, Ints] = field(default_factory=dict)
    amounts: dict[str, Floats] = field(default_factory=dict)


def item_columns(table: Any, *, items: int) -> ItemColumns:
    """From a DataFrame of text, one row for each item.

    A column that repeats itself is a group, a numeric one of many values an amount and, cut into bands of equal
    numbers of items, a group; names and texts that repeat little are left out. At most four groups, the finest first
    that still hold five items each.
    """
    if table is None:
        return ItemColumns()
    groups: dict[str, Ints] = {}
    amounts: dict[str, Floats] = {}
    for name in table.columns:
        text = table[name].fillna("").astype(str).str.strip()
        filled = text[text != ""]
        if filled.empty:
            continue
        number = _numbers(filled)
        if number is not None and filled.nunique() > 2 * BANDS and not _is_code(str(name)):
            amount = np.full(items, np.nan)
            amount[np.flatnonzero((text != "").to_numpy())] = number
            amounts[str(name)] = amount
            groups[f"{name} band"] = _bands(amount)
        elif 1 < filled.nunique() <= len(filled) / 3:
            codes, known = _codes(text)
            groups[str(name)] = np.where(known, codes, -1)
    groups = _different(groups)
    order = sorted(groups, key=lambda name: (_thin(groups[name]), -len(np.unique(groups[name]))))
    return ItemColumns({name: groups[name] for name in order[:GROUPS_AT_MOST]}, amounts)


def _is_code(name: str) -> bool:
    """A number that names something, as `category_id` does."""
    return name == "id" or name.endswith(("_id", " id", "category", "seller", "brand", "code"))


def _numbers(text: Any) -> Floats | None:
    import pandas as pd

    number = pd.to_numeric(text, errors="coerce")
    return None if number.isna().any() else np.asarray(number.to_numpy(np.float64))


def _codes(text: Any) -> tuple[Ints, Any]:
    import pandas as pd

    codes, _ = pd.factorize(text)
    return codes.astype(np.int64), (text != "").to_numpy()


def _bands(amount: Floats) -> Ints:
    known = np.isfinite(amount)
    edges = np.unique(np.quantile(amount[known], np.linspace(0, 1, BANDS + 1)[1:-1]))
    return np.where(known, np.searchsorted(edges, np.nan_to_num(amount), side="right"), -1).astype(np.int64)


def _different(groups: dict[str, Ints]) -> dict[str, Ints]:
    """Without groups that cut the items as another one does, as a category's number and its name."""
    found: dict[str, Ints] = {}
    for name, group in groups.items():
        together = [len(np.unique(np.stack([group, other]), axis=1).T) for other in found.values()]
        sizes = [len(np.unique(other)) for other in found.values()]
        own = len(np.unique(group))
        if not any(both == own == size for both, size in zip(together, sizes, strict=True)):
            found[name] = group
    return found


def _thin(group: Ints) -> bool:
    """Fewer than five items a group."""
    return bool((group >= 0).sum() < 5 * len(np.unique(group[group >= 0])))
