"""Reviews whose event was lost: found by their ids, analysed like those that were told."""

from datetime import datetime
from typing import Final

from django.db import connection

from ml.services.reviews import reviews_analyse
from xlcfi.clock import SEOUL
from xlcfi.events import ReviewCreated
from xlcfi.events.erasure import known_as

AT_ONCE: Final = 1_000

_LOST = f"""
SELECT r.id, r.product_id, {known_as("r.user_id")}, r.rating, r.content, r.created_at AT TIME ZONE 'Asia/Seoul'
FROM reviews r
WHERE r.id > %(after)s AND r.created_at AT TIME ZONE 'Asia/Seoul' <= %(before)s
  AND NOT EXISTS (SELECT 1 FROM review_analyses a WHERE a.review_id = r.id)
ORDER BY r.id LIMIT %(most)s
"""
_LAST = "SELECT COALESCE(MAX(id), 0) FROM reviews WHERE id > %s AND created_at AT TIME ZONE 'Asia/Seoul' <= %s"


def reviews_reconcile(*, after_id: int, before: datetime) -> tuple[int, int]:
    """Analyse the reviews above the id `after_id` that no event told of, as far as they were written before `before`
    (aware; the event of a newer one may be on its way). Returns (how many, the id to go on from).

    Belongs into a transaction. At most AT_ONCE of them: then the id to go on from is that of the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOST, {"after": after_id, "before": before, "most": AT_ONCE})
        lost = cursor.fetchall()
        cursor.execute(_LAST, [after_id, before])
        last = max(after_id, int(cursor.fetchone()[0]))
    reviews_analyse(
        reviews=[
            ReviewCreated(
                event_id=f"reconciled-review-{review_id}",
                occurred_at=written.astimezone(SEOUL),
                review_id=review_id,
                product_id=product_id,
                user_id=user_id,
                rating=rating,
                content=content,
            )
            for review_id, product_id, user_id, rating, content, written in lost
        ]
    )
    return len(lost), lost[-1][0] if len(lost) == AT_ONCE else last
