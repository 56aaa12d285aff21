"""Reports, parameters and metrics as JSON that everybody can read: no NaN, no numpy, no tuples."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any

PLAIN = (str, int, bool, type(None))


def json_ready(value: Any) -> Any:
    """`value` as JSON has it. Numbers of numpy become Python's, those that are no number or infinite become null.

    Moments and days become ISO texts, keys of mappings text. Raises TypeError for what has no such form.
    """
    if isinstance(value, PLAIN) and type(value) in PLAIN:
        return value
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, Mapping):
        return {str(key): json_ready(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_ready(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, str | int):  # members of enumerations
        return json_ready(value.value) if hasattr(value, "value") else type(value).__mro__[-2](value)
    if hasattr(value, "tolist"):  # numpy's scalars and arrays, without importing it
        return json_ready(value.tolist())
    raise TypeError(f"{type(value).__name__} has no form in JSON")
