"""What else the database holds about a row: the first of the rows that name it by a foreign key, and the way to all."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

SHOWN = 8


def related_rows(row: models.Model, request: HttpRequest) -> list[dict[str, Any]]:
    """For each table with a foreign key to `row` that the viewer may see: its first rows, found by the key's index.

    A table that is not there yet is left out.
    """
    found = []
    for relation in row._meta.related_objects:
        model = relation.related_model
        model_admin = admin.site._registry.get(model)
        deployed = getattr(model_admin, "deployed", None)
        if (
            model_admin is None
            or not relation.field.many_to_one
            or not model_admin.has_view_permission(request)
            or (deployed is not None and not deployed())
        ):
            continue
        options = model._meta
        address = f"admin:{options.app_label}_{options.model_name}"
        # Without an order the key's own index is all that is read.
        rows = list(model._default_manager.filter(**{relation.field.name: row.pk}).order_by()[: SHOWN + 1])
        mask = getattr(model_admin, "masked_row", None)
        if mask is not None:
            rows = [mask(request, one) for one in rows]
        found.append(
            {
                "name": _name(relation, options),
                "rows": [
                    {"text": _text(one), "link": reverse(f"{address}_change", args=[one.pk])} for one in rows[:SHOWN]
                ],
                "more": len(rows) > SHOWN,
                "link": f"{reverse(f'{address}_changelist')}?{relation.field.name}={row.pk}",
            }
        )
    return found


def _name(relation: Any, options: Any) -> str:
    """`orders (buyer)` where a table names the row in two ways."""
    same = [one for one in relation.model._meta.related_objects if one.related_model is relation.related_model]
    words = str(options.verbose_name_plural)
    return f"{words} ({relation.field.verbose_name})" if len(same) > 1 else words


def _text(row: models.Model) -> str:
    text = str(row)
    return f"#{row.pk}" if text == f"{type(row).__name__} object ({row.pk})" else text[:80]
