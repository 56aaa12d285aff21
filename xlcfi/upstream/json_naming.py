"""Java's JSON as we read it: keys in snake_case whatever they came in, and the envelope taken off."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from xlcfi.upstream.errors import BadAnswer

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=1024)
def snake(key: str) -> str:
    """`categoryId` as `category_id`; what is snake_case stays."""
    return _WORD.sub("_", key).lower()


def snake_keys(value: Mapping[str, Any]) -> dict[str, Any]:
    """`value` with its own keys in snake_case; values as they are."""
    return {snake(key): item for key, item in value.items()}


def envelope_open(answer: Any) -> Any:
    """The `data` of Java's envelope, or `answer` where there is none. Raises BadAnswer where it says that it failed."""
    if not isinstance(answer, dict):
        return answer
    if answer.get("success") is False:
        raise BadAnswer("the envelope says that it failed")
    return answer.get("data", answer)
