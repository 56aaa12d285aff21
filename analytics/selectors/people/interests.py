"""What buyers bought of, and how much they write about it."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from xlcfi.platform.models import Category

_COUNTS = """
SELECT u.id, (SELECT COUNT(*) FROM category_preferences c WHERE c.user_id = u.id),
       (SELECT COUNT(*) FROM reviews r WHERE r.user_id = u.id)
FROM unnest(%(ids)s::bigint[]) AS u(id)
"""
_PREFERENCES = """
SELECT category_id, purchase_count FROM category_preferences
WHERE user_id = %(user_id)s ORDER BY purchase_count DESC, category_id LIMIT %(limit)s
"""


def categories_and_reviews(*, user_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """user id -> (how many categories were bought of, how many reviews were written); by indexes on the user."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"ids": list(user_ids)})
        return {user_id: (int(categories), int(reviews)) for user_id, categories, reviews in cursor.fetchall()}


def preferred_categories(*, user_id: int, limit: int = 10) -> list[dict[str, Any]]:
    """What a buyer bought most of: [{category_id, name, purchase_count}]. name: None for a category that is gone.

    share: of all that is counted for this buyer, not only of those told.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(purchase_count), 0) FROM category_preferences WHERE user_id = %s", [user_id]
        )
        counted = int(cursor.fetchone()[0])
        cursor.execute(_PREFERENCES, {"user_id": user_id, "limit": limit})
        rows = cursor.fetchall()
    names = dict(Category.objects.filter(id__in=[row[0] for row in rows]).values_list("id", "name"))
    return [
        {
            "category_id": category,
            "name": names.get(category),
            "purchase_count": count,
            "share": round(count / counted, 4),
        }
        for category, count in rows
    ]
