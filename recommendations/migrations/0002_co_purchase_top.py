"""The question behind the bought-together answer, as a function: PostgreSQL keeps its plans for each connection.

Planning the statement anew takes twice as long as running it. A function, unlike PREPARE, also works behind a
connection pooler.
"""

from django.db import migrations

# The pairs of a product lie in the order of their counts: the best k are the first k of an index, however large the
# market. Counts that wait to be folded in can change the order: of n waiting products each can push one out of the
# best k or fall out itself, so the best k + n and the n are enough.
CREATE = """
CREATE FUNCTION co_purchase_top(wanted bigint, best int)
RETURNS TABLE (other bigint, both_orders bigint, all_orders bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    whole bigint := COALESCE((SELECT p.orders FROM co_purchase_products p WHERE p.product_id = wanted), 0);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM co_purchase_deltas d WHERE d.product_id = wanted) THEN
        RETURN QUERY
        SELECT p.other_id, p.orders, whole FROM co_purchase_pairs p WHERE p.product_id = wanted
        ORDER BY p.orders DESC, p.other_id LIMIT best;
        RETURN;
    END IF;
    RETURN QUERY
    WITH waiting AS MATERIALIZED (
        SELECT d.other_id, SUM(d.orders)::bigint AS orders FROM co_purchase_deltas d
        WHERE d.product_id = wanted GROUP BY d.other_id
    ), candidates AS (
        (SELECT p.other_id, p.orders FROM co_purchase_pairs p WHERE p.product_id = wanted
         ORDER BY p.orders DESC, p.other_id LIMIT best + (SELECT COUNT(*) FROM waiting))
        UNION
        SELECT p.other_id, p.orders FROM co_purchase_pairs p JOIN waiting w USING (other_id)
        WHERE p.product_id = wanted
    )
    SELECT b.other_id, b.orders, whole + COALESCE((SELECT w.orders FROM waiting w WHERE w.other_id = 0), 0)
    FROM (
        SELECT other_id, COALESCE(c.orders, 0) + COALESCE(w.orders, 0) AS orders
        FROM candidates c FULL JOIN (SELECT * FROM waiting WHERE waiting.other_id <> 0) AS w USING (other_id)
    ) AS b
    WHERE b.orders > 0
    ORDER BY b.orders DESC, b.other_id LIMIT best;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION co_purchase_top(bigint, int)")]
