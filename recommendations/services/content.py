"""Keeping the index of what products are about: what a row tells at once, the words of its text by the tokenizer.

Both write a product's terms under a lock of its row in `product_texts`, in the order of the ids.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from recommendations.content.terms import word_weights
from recommendations.services.changes import KEPT_SECONDS
from xlcfi.copying import rows_copy

PRODUCTS_AT_ONCE: Final = 500
CATEGORY, PARENT, SELLER, PRICE = 1.2, 0.5, 0.4, 0.3
"""What a shared category, the one above it, a shared seller and a shared band of price weigh."""

Words = Callable[[Iterable[str]], list[list[str]]]

_STALE = """
SELECT f.product_id FROM product_features f LEFT JOIN product_texts t USING (product_id)
WHERE f.present AND (t.product_id IS NULL OR t.features_at <> f.changed_at)
ORDER BY f.product_id LIMIT %(most)s
"""
_LOCK = """
INSERT INTO product_texts (product_id, words_hash, features_at)
SELECT id, '', 'epoch' FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET features_at = product_texts.features_at WHERE false
"""
_LOCK_KNOWN = "SELECT product_id FROM product_texts WHERE product_id = ANY(%(ids)s) ORDER BY product_id FOR UPDATE"
# Two grids of price bands, each twice as wide as high: who is in the same band of both is near.
_STRUCTURE = """
DELETE FROM product_terms WHERE product_id = ANY(%(ids)s) AND term LIKE '#%%';
INSERT INTO product_terms (term, product_id, weight)
SELECT v.term, f.product_id, MAX(v.weight)
FROM product_features f LEFT JOIN categories c ON c.id = f.category_id
CROSS JOIN LATERAL (VALUES
    ('#c' || f.category_id, %(category)s::float8), ('#c' || c.parent_id, %(parent)s::float8),
    ('#s' || f.seller_id, %(seller)s::float8),
    (CASE WHEN f.price > 0 THEN '#p' || left(f.currency, 3) || floor(log(2, f.price)) END, %(price)s::float8),
    (CASE WHEN f.price > 0 THEN '#q' || left(f.currency, 3) || floor(log(2, f.price) + 0.5) END, %(price)s::float8)
) AS v(term, weight)
WHERE f.product_id = ANY(%(ids)s) AND v.term IS NOT NULL
GROUP BY v.term, f.product_id ORDER BY v.term, f.product_id;
UPDATE product_texts t SET features_at = f.changed_at FROM product_features f
WHERE t.product_id = f.product_id AND f.product_id = ANY(%(ids)s)
"""
_WORDLESS = """
SELECT f.product_id, f.content_hash, p.name, p.description, concat_ws(' ', a.name, c.name)
FROM product_features f JOIN product_texts t USING (product_id) JOIN products p ON p.id = f.product_id
LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN categories a ON a.id = c.parent_id
WHERE f.present AND t.words_hash <> f.content_hash
ORDER BY f.product_id DESC LIMIT %(most)s
"""
_WORDS = """
DELETE FROM product_terms WHERE product_id = ANY(%(ids)s) AND term NOT LIKE '#%%';
UPDATE product_texts t SET words_hash = w.hash, words_at = now()
FROM unnest(%(ids)s::bigint[], %(hashes)s::text[]) AS w(id, hash) WHERE t.product_id = w.id
"""
_GONE = """
WITH gone AS (
    DELETE FROM product_texts t USING product_features f
    WHERE f.product_id = t.product_id AND NOT f.present RETURNING t.product_id
), terms AS (
    DELETE FROM product_terms t USING gone g WHERE t.product_id = g.product_id
)
SELECT product_id FROM gone
"""
_TELL = """
INSERT INTO content_changes (product_id, xact, told_at)
SELECT id, pg_current_xact_id()::text::bigint, now() FROM unnest(%(ids)s::bigint[]) AS id
"""
_PRUNE = "DELETE FROM content_changes WHERE told_at < now() - make_interval(secs => %(seconds)s)"


def structure_index(*, most: int = PRODUCTS_AT_ONCE) -> int:
    """Bring category, seller and price of up to `most` changed products into the index. Returns how many changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GONE)
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute(_STALE, {"most": most})
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(_LOCK, {"ids": ids})
            weights = {"category": CATEGORY, "parent": PARENT, "seller": SELLER, "price": PRICE}
            cursor.execute(_STRUCTURE, {"ids": ids, **weights})
        _tell(cursor, [*gone, *ids])
    return len(ids) + len(gone)


def words_waiting() -> bool:
    """Whether the text of some product is to be tokenized."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_WORDLESS})", {"most": 1})
        return bool(cursor.fetchone()[0])


def words_index(*, words: Words, most: int = PRODUCTS_AT_ONCE) -> int:
    """Tokenize the text of up to `most` products that changed, the newest first. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDLESS, {"most": most})
        rows = sorted(cursor.fetchall())
    if not rows:
        return 0
    # Before the rows are locked: it takes longer than all the rest.
    found = words([text or "" for row in rows for text in row[2:]])
    ids = [row[0] for row in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_KNOWN, {"ids": ids})
        known = {row[0] for row in cursor.fetchall()}
        cursor.execute(_WORDS, {"ids": ids, "hashes": [row[1] for row in rows]})
        rows_copy(
            cursor,
            table="product_terms",
            columns=("term", "product_id", "weight"),
            rows=(
                (word, product_id, weight)
                for place, product_id in enumerate(ids)
                if product_id in known
                for word, weight in word_weights(
                    name=found[3 * place], description=found[3 * place + 1], category=found[3 * place + 2]
                ).items()
            ),
        )
        _tell(cursor, ids)
    return len(ids)


def content_changes_prune() -> None:
    """Forget which terms changed long ago."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, {"seconds": KEPT_SECONDS})


def _tell(cursor: CursorWrapper, ids: Sequence[int]) -> None:
    if ids:
        cursor.execute(_TELL, {"ids": sorted(ids)})
