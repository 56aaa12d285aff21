"""Products that are alike, from the inverted index of their terms."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from xlcfi.cache.watched import Changes

# idf as in BM25, never below 0. A product compared with itself gives what its terms could add up to at most.
_SIMILAR = """
WITH mine AS MATERIALIZED (
    SELECT product_id AS of_id, term, weight FROM product_terms WHERE product_id = ANY(%(products)s)
), rarity AS MATERIALIZED (
    SELECT term, ln(1 + (total.products - found.products + 0.5) / (found.products + 0.5)) AS idf
    FROM (SELECT t.term, COUNT(*) AS products FROM product_terms t WHERE t.term = ANY(ARRAY(SELECT term FROM mine))
          GROUP BY t.term) AS found,
         (SELECT COUNT(*) AS products FROM product_texts) AS total
), scored AS MATERIALIZED (
    SELECT m.of_id, t.product_id, SUM(r.idf * m.weight * t.weight) AS score
    FROM mine m JOIN rarity r USING (term) JOIN product_terms t USING (term)
    GROUP BY m.of_id, t.product_id
)
SELECT of_id, product_id, LEAST(score / whole, 1.0) FROM (
    SELECT s.of_id, s.product_id, s.score,
           MAX(s.score) FILTER (WHERE s.product_id = s.of_id) OVER (PARTITION BY s.of_id) AS whole,
           ROW_NUMBER() OVER (PARTITION BY s.of_id ORDER BY s.product_id = s.of_id, s.score DESC, s.product_id) AS place
    FROM scored s
) AS placed
WHERE place <= %(most)s AND product_id <> of_id AND whole > 0
ORDER BY of_id, place
"""
_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       (SELECT array_agg(DISTINCT product_id) FROM content_changes WHERE xact >= %s)
"""
_VECTORS = "SELECT product_id, term, weight FROM product_terms WHERE product_id = ANY(%(products)s)"


@dataclass(frozen=True, slots=True)
class Similar:
    """A product like another. score: in (0, 1], what they share of what the other one's terms weigh."""

    product_id: int
    score: float


def similar_products(*, product_ids: Collection[int], most: int) -> dict[int, list[Similar]]:
    """For each of `product_ids` the `most` products most like it, best first, then by id. One statement, none without
    products. A product without terms is like none."""
    found: dict[int, list[Similar]] = {product_id: [] for product_id in product_ids}
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_SIMILAR, {"products": sorted(found), "most": most})
            for of_id, product_id, score in cursor.fetchall():
                found[of_id].append(Similar(product_id, float(score)))
    return found


def term_vectors(*, product_ids: Collection[int]) -> dict[int, dict[str, float]]:
    """The terms of each product with their weights. One statement."""
    found: dict[int, dict[str, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VECTORS, {"products": sorted(product_ids)})
        for product_id, term, weight in cursor.fetchall():
            found.setdefault(product_id, {})[term] = weight
    return found


def content_changes(mark: int | None) -> Changes:
    """The products whose terms changed since the look that gave `mark`; see related.co_purchase_changes.

    A product's terms are in the answers of others too, and how rare a term is in all: those follow when their time in
    the process is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [mark])
        xmin, product_ids = cursor.fetchone()
    return Changes(int(xmin), product_ids or [])
