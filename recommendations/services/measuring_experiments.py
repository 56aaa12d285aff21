"""What each person in an experiment did since their first answer, recommended or not, and the sums of that by variant.

Intention to treat: once somebody was shown an answer under a variant, all they do counts for it, whether they looked at
the answer or not. What a variant is compared by can so not depend on what it changed.
"""

from django.db.backends.utils import CursorWrapper

from recommendations.selectors.exposures_kept import KEPT_SINCE
from recommendations.services.measuring_conversions import PAID_BACK

_FIGURES = (
    *("variant", "variants", "first_at", "exposures", "clicks", "conversions"),
    *("orders", "revenue", "refunded_revenue"),
)
_COLUMNS = ", ".join(("experiment_id", "user_id", "visitor", *_FIGURES))
_SUMS = (
    *("people", "members", "crossed", "exposures", "clicks", "people_clicked", "people_converted", "people_ordered"),
    *("orders", "revenue", "refunded_revenue", "revenue_squares"),
)

# An experiment that began before what is kept can't be worked out any more: its people stay as they are.
_STAGE = f"""
CREATE TEMP TABLE kept_experiments ON COMMIT DROP AS
SELECT id, starts_at, LEAST(ends_at, stopped_at) AS ends_at FROM recommendation_experiments
WHERE starts_at >= {KEPT_SINCE};
CREATE TEMP TABLE measured_people ON COMMIT DROP AS
SELECT user_id, visitor FROM measured_days
UNION
SELECT b.user_id, '' FROM measured_orders m JOIN baskets b USING (order_id) WHERE b.user_id IS NOT NULL;
ANALYZE measured_people;
CREATE TEMP TABLE seen_answers ON COMMIT DROP AS
SELECT x.request_id, x.experiment_id, x.variant, x.user_id, x.visitor, x.moment, x.product_ids
FROM measured_people p CROSS JOIN LATERAL (
    SELECT * FROM recommendation_exposures
    WHERE user_id = p.user_id AND user_id <> 0 AND moment >= (SELECT MIN(starts_at) FROM kept_experiments) OFFSET 0
) AS x WHERE p.user_id <> 0 AND x.experiment_id <> 0
UNION ALL
SELECT x.request_id, x.experiment_id, x.variant, x.user_id, x.visitor, x.moment, x.product_ids
FROM measured_people p CROSS JOIN LATERAL (
    SELECT * FROM recommendation_exposures
    WHERE visitor = p.visitor AND user_id = 0 AND moment >= (SELECT MIN(starts_at) FROM kept_experiments) OFFSET 0
) AS x WHERE p.user_id = 0 AND x.experiment_id <> 0;
ANALYZE seen_answers
"""
_WANTED = f"""
CREATE TEMP TABLE wanted_people ON COMMIT DROP AS
SELECT s.experiment_id, s.user_id, s.visitor, s.variant, s.variants, s.first_at, s.exposures, s.clicks, s.conversions,
       COALESCE(o.orders, 0) AS orders, COALESCE(o.revenue, 0)::numeric(38,2) AS revenue,
       COALESCE(o.refunded_revenue, 0)::numeric(38,2) AS refunded_revenue
FROM (
    SELECT e.experiment_id, e.user_id, e.visitor, k.ends_at,
           (array_agg(e.variant ORDER BY e.moment, e.request_id))[1] AS variant,
           COUNT(DISTINCT e.variant)::int AS variants, MIN(e.moment) AS first_at, COUNT(*) AS exposures,
           SUM(f.clicks)::bigint AS clicks, SUM(c.conversions)::bigint AS conversions
    FROM seen_answers e JOIN kept_experiments k ON k.id = e.experiment_id AND e.moment >= k.starts_at
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS clicks FROM recommendation_feedback
        WHERE request_id = e.request_id AND product_id = ANY(e.product_ids) AND NOT pending AND event = 'click'
    ) AS f
    CROSS JOIN LATERAL (
        SELECT COUNT(*) AS conversions FROM recommendation_conversions WHERE request_id = e.request_id
    ) AS c
    GROUP BY e.experiment_id, e.user_id, e.visitor, k.ends_at
) AS s
LEFT JOIN LATERAL (
    SELECT COUNT(*) AS orders, SUM(o.total) FILTER (WHERE o.currency = 'KRW') AS revenue,
           SUM(o.total) FILTER (WHERE o.currency = 'KRW' AND {PAID_BACK}) AS refunded_revenue
    FROM baskets b JOIN orders o ON o.id = b.order_id
    WHERE b.user_id = s.user_id AND s.user_id <> 0
      AND o.created_at >= s.first_at AT TIME ZONE 'Asia/Seoul' AND o.created_at < s.ends_at AT TIME ZONE 'Asia/Seoul'
) AS o ON true
"""
_OLD = f"""
CREATE TEMP TABLE known_people ON COMMIT DROP AS
SELECT {", ".join(f"t.{name}" for name in _COLUMNS.split(", "))}
FROM kept_experiments k CROSS JOIN measured_people p CROSS JOIN LATERAL (
    SELECT * FROM recommendation_experiment_people
    WHERE experiment_id = k.id AND user_id = p.user_id AND visitor = p.visitor OFFSET 0
) AS t
"""
_CHANGED = f"""
CREATE TEMP TABLE changed_people ON COMMIT DROP AS
SELECT -1 AS change, g.* FROM (SELECT {_COLUMNS} FROM known_people EXCEPT SELECT {_COLUMNS} FROM wanted_people) AS g
UNION ALL
SELECT 1, w.* FROM (SELECT {_COLUMNS} FROM wanted_people EXCEPT SELECT {_COLUMNS} FROM known_people) AS w
"""


def _summed(sign: str) -> str:
    return f"""
    SUM({sign})::bigint AS people, SUM({sign}) FILTER (WHERE user_id <> 0) AS members,
    SUM({sign}) FILTER (WHERE variants > 1) AS crossed, SUM({sign} * exposures) AS exposures,
    SUM({sign} * clicks) AS clicks, SUM({sign}) FILTER (WHERE clicks > 0) AS people_clicked,
    SUM({sign}) FILTER (WHERE conversions > 0) AS people_converted,
    SUM({sign}) FILTER (WHERE orders > 0) AS people_ordered, SUM({sign} * orders) AS orders,
    SUM({sign} * revenue) AS revenue, SUM({sign} * refunded_revenue) AS refunded_revenue,
    SUM({sign} * revenue * revenue) AS revenue_squares
    """


_NAMES = ", ".join(_SUMS)
_ZEROS = ", ".join(f"COALESCE({name}, 0)" for name in _SUMS)
_APPLY = (
    """
    DELETE FROM recommendation_experiment_people t USING changed_people g
    WHERE g.change = -1 AND (t.experiment_id, t.user_id, t.visitor) = (g.experiment_id, g.user_id, g.visitor)
    """,
    f"INSERT INTO recommendation_experiment_people ({_COLUMNS}) SELECT {_COLUMNS} FROM changed_people WHERE change = 1",
    f"""
    INSERT INTO recommendation_experiment_sums AS t (experiment_id, variant, {_NAMES})
    SELECT experiment_id, variant, {_ZEROS}
    FROM (SELECT experiment_id, variant, {_summed("change")} FROM changed_people GROUP BY 1, 2) AS s ORDER BY 1, 2
    ON CONFLICT (experiment_id, variant) DO UPDATE
    SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in _SUMS)}
    """,
    "DELETE FROM recommendation_experiment_sums WHERE people = 0",
)
_SUMS_MENDS = (
    f"""
    CREATE TEMP TABLE wanted_variants ON COMMIT DROP AS
    SELECT experiment_id, variant, {", ".join(f"COALESCE({name}, 0) AS {name}" for name in _SUMS)}
    FROM (SELECT experiment_id, variant, {_summed("1")} FROM recommendation_experiment_people GROUP BY 1, 2) AS s
    """,
    """
    DELETE FROM recommendation_experiment_sums t WHERE NOT EXISTS (
        SELECT 1 FROM wanted_variants w WHERE (w.experiment_id, w.variant) = (t.experiment_id, t.variant))
    """,
    f"""
    INSERT INTO recommendation_experiment_sums (experiment_id, variant, {_NAMES})
    SELECT experiment_id, variant, {_NAMES} FROM wanted_variants
    EXCEPT SELECT experiment_id, variant, {_NAMES} FROM recommendation_experiment_sums
    ON CONFLICT (experiment_id, variant) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _SUMS)}
    """,
)


def people_work_out(cursor: CursorWrapper) -> int:
    """Make the staged people's rows what they should be, and add the differences to the variants' sums.

    Returns how many rows were not as they should be.
    """
    cursor.execute("SELECT EXISTS (SELECT 1 FROM recommendation_experiments)")
    if not cursor.fetchone()[0]:
        return 0
    for statement in (_STAGE, _WANTED, _OLD, _CHANGED):
        cursor.execute(statement)
    cursor.execute("SELECT COUNT(*) FROM changed_people")
    changed = int(cursor.fetchone()[0])
    if changed:
        for statement in _APPLY:
            cursor.execute(statement)
    cursor.execute(
        "DROP TABLE kept_experiments; DROP TABLE measured_people; DROP TABLE seen_answers; "
        "DROP TABLE wanted_people; DROP TABLE known_people; DROP TABLE changed_people"
    )
    return changed


def sums_mend(cursor: CursorWrapper) -> int:
    """Make the variants' sums those of their people, who are all kept. Returns rows changed."""
    cursor.execute(_SUMS_MENDS[0])
    changed = 0
    for statement in _SUMS_MENDS[1:]:
        cursor.execute(statement)
        changed += cursor.rowcount
    cursor.execute("DROP TABLE wanted_variants")
    return changed
