"""Reads orders from a CSV file: user, time[, amount]."""

from pathlib import Path
from typing import Any

import numpy as np

from ml.churn.orders import Floats, Orders

_EPOCHS = ((1e17, 86400e9), (1e14, 86400e6), (1e11, 86400e3), (1e8, 86400.0))


class BadFile(ValueError):
    """The file can't be read as orders; the text says why."""


def orders_read(path: Path) -> Orders:
    """Orders and returns of the file's users. Without amounts every row is an order like the others. Raises BadFile."""
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, encoding="utf-8-sig")
    except (OSError, ValueError, pd.errors.ParserError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise BadFile(f"{path}: {error}") from error
    table.columns = table.columns.str.strip().str.lower()
    missing = {"user", "time"} - set(table.columns)
    if missing:
        raise BadFile(f"{path}: no column {', '.join(sorted(missing))} (user,time,amount are read)")
    table = table[(table["user"].str.strip() != "") & (table["time"].str.strip() != "")]
    if table.empty:
        raise BadFile(f"{path}: no rows")
    user, users = pd.factorize(table["user"].str.strip())
    day = _days(table["time"].str.strip(), path)
    amount = _amounts(table["amount"].str.strip(), path) if "amount" in table.columns else np.ones(len(table))
    return Orders.sorted(customer=user, day=day, amount=amount, customers=len(users))


def _amounts(text: Any, path: Path) -> Floats:
    """A missing amount counts as the usual one; where none is above zero, no row is a return."""
    import pandas as pd

    amount: Floats = pd.to_numeric(text.str.replace(",", "", regex=False), errors="coerce").to_numpy(np.float64)
    unread = ~np.isfinite(amount) & (text != "").to_numpy()
    if unread.any():
        raise BadFile(f"{path}: amount {text[unread].iloc[0]!r} is not a number")
    positive = amount[amount > 0]
    if not len(positive):
        return np.ones(len(amount))
    return np.asarray(np.where(np.isfinite(amount), amount, np.median(positive)), dtype=np.float64)


def _days(text: Any, path: Path) -> Floats:
    """Days since 1970 of ISO times (local ones as they stand), epoch numbers, dates such as 20250131, or plain days."""
    import pandas as pd

    number = pd.to_numeric(text, errors="coerce")
    if not number.isna().any():
        largest = float(number.abs().max())
        for above, a_day in _EPOCHS:
            if largest >= above:
                return np.asarray(number.to_numpy(np.float64) / a_day)
        # 20250131 is a date, not a number of days.
        if number.between(19000101, 21001231).all() and (number % 1 == 0).all():
            text = number.astype(np.int64).astype(str)
        else:
            return np.asarray(number.to_numpy(np.float64))
    for form in ("ISO8601", "mixed"):
        moments = pd.to_datetime(text, errors="coerce", utc=True, format=form)
        if not moments.isna().any():
            return np.asarray((moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1), dtype=np.float64)
    raise BadFile(f"{path}: time {text[moments.isna()].iloc[0]!r} is neither a time nor a number")
