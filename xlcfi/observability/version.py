"""Which build is running."""

import os
from functools import cache


@cache
def version() -> str:
    """APP_VERSION as the image sets it, "dev" elsewhere."""
    return os.environ.get("APP_VERSION") or "dev"
