"""Foreign keys between Java-owned tables: PostgreSQL keeps them, nothing cascades, the ORM never acts on them."""

from typing import Any

from django.db import models


def platform_key(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key to the platform model `to`. Pass `null=True` where the column can be null."""
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_constraint=False, **options)
