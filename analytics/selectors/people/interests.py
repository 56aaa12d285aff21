"""What buyers bought of, and how much they write about it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

_COUNTS = """
SELECT u.id, (SELECT COUNT(*) FROM category_preferences c WHERE c.user_id = u.id),
       (SELECT COUNT(*) FROM reviews r WHERE r.user_id = u.id)
FROM unnest(%(ids)s::bigint[]) AS u(id)
"""
_PREFERENCES = """
SELECT p.category_id, c.name, p.purchase_count, p.counted, p.categories
FROM (
    SELECT category_id, purchase_count, SUM(purchase_count) OVER ()::bigint AS counted, COUNT(*) OVER () AS categories
    FROM category_preferences WHERE user_id = %(user_id)s
    ORDER BY purchase_count DESC, category_id LIMIT %(limit)s
) AS p LEFT JOIN categories c ON c.id = p.category_id ORDER BY p.purchase_count DESC, p.category_id
"""


class Preferences(NamedTuple):
    """told: [{category_id, name, purchase_count, share}], most first; categories: how many were bought of in all."""

    told: list[dict[str, Any]]
    categories: int


def categories_and_reviews(*, user_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """user id -> (how many categories were bought of, how many reviews were written); by indexes on the user."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"ids": list(user_ids)})
        return {user_id: (int(categories), int(reviews)) for user_id, categories, reviews in cursor.fetchall()}


def preferred_categories(*, user_id: int, limit: int = 10) -> Preferences:
    """What a buyer bought most of. name: None for a category that is gone. One statement.

    share: of all that is counted for this buyer, not only of those told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PREFERENCES, {"user_id": user_id, "limit": limit})
        rows = cursor.fetchall()
    told = [
        {"category_id": category, "name": name, "purchase_count": count, "share": round(count / counted, 4)}
        for category, name, count, counted, _ in rows
    ]
    return Preferences(told, rows[0][4] if rows else 0)
