"""What each person was shown on a day and did with it, and the sums of that by day."""

from django.db.backends.utils import CursorWrapper

from recommendations.models.measurement import FIGURES
from recommendations.selectors.exposures_kept import KEPT_SINCE_DAY, PEOPLE_SINCE_DAY

CELL = "day, surface, algorithm, model_version, experiment_id, variant"
_COLUMNS = f"user_id, visitor, {CELL}, {', '.join(FIGURES)}"
_SUMS = ("people", "members", "people_clicked", "people_converted", "revenue_squares")

# Two halves, for the index of users and that of visitors. OFFSET 0 has each person looked up by it: a table of months
# is not read as a whole for the people of a second. A product that was not in the answer counts nowhere.
_WANTED = f"""
CREATE TEMP TABLE wanted_days ON COMMIT DROP AS
SELECT e.user_id, e.visitor, e.day, e.surface, e.algorithm, e.model_version, e.experiment_id, e.variant,
       COUNT(*) AS exposures, SUM(cardinality(e.product_ids))::bigint AS shown,
       SUM(f.impressions)::bigint AS impressions, SUM(f.clicks)::bigint AS clicks, SUM(f.carts)::bigint AS carts,
       SUM(f.reported)::bigint AS reported, SUM(c.conversions)::bigint AS conversions,
       SUM(c.foreign_conversions)::bigint AS foreign_conversions, SUM(c.refunded)::bigint AS refunded,
       SUM(c.revenue) AS revenue, SUM(c.refunded_revenue) AS refunded_revenue
FROM (
    SELECT x.* FROM measured_days d CROSS JOIN LATERAL (
        SELECT * FROM recommendation_exposures
        WHERE user_id = d.user_id AND user_id <> 0 AND moment >= d.day::timestamp AT TIME ZONE 'Asia/Seoul'
          AND moment < (d.day + 1)::timestamp AT TIME ZONE 'Asia/Seoul' OFFSET 0
    ) AS x WHERE d.user_id <> 0 AND d.day >= {KEPT_SINCE_DAY}
    UNION ALL
    SELECT x.* FROM measured_days d CROSS JOIN LATERAL (
        SELECT * FROM recommendation_exposures
        WHERE visitor = d.visitor AND user_id = 0 AND moment >= d.day::timestamp AT TIME ZONE 'Asia/Seoul'
          AND moment < (d.day + 1)::timestamp AT TIME ZONE 'Asia/Seoul' OFFSET 0
    ) AS x WHERE d.user_id = 0 AND d.day >= {KEPT_SINCE_DAY}
) AS e
CROSS JOIN LATERAL (
    SELECT COUNT(*) FILTER (WHERE event = 'impression') AS impressions,
           COUNT(*) FILTER (WHERE event = 'click') AS clicks,
           COUNT(*) FILTER (WHERE event = 'add_to_cart') AS carts,
           COUNT(*) FILTER (WHERE event = 'purchase') AS reported
    FROM recommendation_feedback
    WHERE request_id = e.request_id AND product_id = ANY(e.product_ids) AND NOT pending
) AS f
CROSS JOIN LATERAL (
    SELECT COUNT(*) AS conversions, COUNT(*) FILTER (WHERE currency <> 'KRW') AS foreign_conversions,
           COUNT(*) FILTER (WHERE refunded) AS refunded,
           COALESCE(SUM(revenue) FILTER (WHERE currency = 'KRW'), 0)::numeric(38,2) AS revenue,
           COALESCE(SUM(revenue) FILTER (WHERE refunded AND currency = 'KRW'), 0)::numeric(38,2) AS refunded_revenue
    FROM recommendation_conversions WHERE request_id = e.request_id
) AS c
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_OLD = f"""
CREATE TEMP TABLE known_days ON COMMIT DROP AS
SELECT {", ".join(f"p.{name}" for name in _COLUMNS.split(", "))}
FROM measured_days d CROSS JOIN LATERAL (
    SELECT * FROM recommendation_person_days WHERE day = d.day AND user_id = d.user_id AND visitor = d.visitor OFFSET 0
) AS p WHERE d.day >= {KEPT_SINCE_DAY}
"""
_CHANGED = f"""
CREATE TEMP TABLE changed_days ON COMMIT DROP AS
SELECT -1 AS change, g.* FROM (SELECT {_COLUMNS} FROM known_days EXCEPT SELECT {_COLUMNS} FROM wanted_days) AS g
UNION ALL
SELECT 1, w.* FROM (SELECT {_COLUMNS} FROM wanted_days EXCEPT SELECT {_COLUMNS} FROM known_days) AS w
"""
# SQL for the sums of people's rows, each times %s (1, or the sign of a change).
_ADDED = """
SUM({sign})::bigint AS people, SUM({sign}) FILTER (WHERE user_id <> 0) AS members,
SUM({sign}) FILTER (WHERE clicks > 0) AS people_clicked, SUM({sign}) FILTER (WHERE conversions > 0) AS people_converted,
SUM({sign} * revenue * revenue) AS revenue_squares
"""


def _summed(sign: str) -> str:
    counted = ", ".join(f"SUM({sign} * {name}) AS {name}" for name in FIGURES)
    return f"{counted}, {_ADDED.format(sign=sign)}"


_NAMES = ", ".join((*FIGURES, *_SUMS))
_APPLY = (
    """
    DELETE FROM recommendation_person_days p USING changed_days g
    WHERE g.change = -1 AND (p.day, p.user_id, p.visitor, p.surface, p.algorithm, p.model_version, p.experiment_id,
                             p.variant)
                          = (g.day, g.user_id, g.visitor, g.surface, g.algorithm, g.model_version, g.experiment_id,
                             g.variant)
    """,
    f"INSERT INTO recommendation_person_days ({_COLUMNS}) SELECT {_COLUMNS} FROM changed_days WHERE change = 1",
    f"""
    INSERT INTO recommendation_days AS t ({CELL}, {_NAMES})
    SELECT {CELL}, {", ".join(f"COALESCE({name}, 0)" for name in (*FIGURES, *_SUMS))}
    FROM (SELECT {CELL}, {_summed("change")} FROM changed_days GROUP BY {CELL}) AS s ORDER BY {CELL}
    ON CONFLICT ({CELL}) DO UPDATE
    SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in (*FIGURES, *_SUMS))}
    """,
)
_SWEEP = "DELETE FROM recommendation_days WHERE exposures = 0"
_SUMS_WANTED = f"""
CREATE TEMP TABLE wanted_sums ON COMMIT DROP AS
SELECT {CELL}, {", ".join(f"COALESCE({name}, 0) AS {name}" for name in (*FIGURES, *_SUMS))}
FROM (SELECT {CELL}, {_summed("1")} FROM recommendation_person_days
      WHERE day >= {PEOPLE_SINCE_DAY} GROUP BY {CELL}) AS s
"""
_SUMS_MENDS = (
    f"""
    DELETE FROM recommendation_days t WHERE day >= {PEOPLE_SINCE_DAY} AND NOT EXISTS (
        SELECT 1 FROM wanted_sums w
        WHERE (w.day, w.surface, w.algorithm, w.model_version, w.experiment_id, w.variant)
            = (t.day, t.surface, t.algorithm, t.model_version, t.experiment_id, t.variant))
    """,
    f"""
    INSERT INTO recommendation_days ({CELL}, {_NAMES})
    SELECT {CELL}, {_NAMES} FROM wanted_sums EXCEPT SELECT {CELL}, {_NAMES} FROM recommendation_days
    ON CONFLICT ({CELL}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in (*FIGURES, *_SUMS))}
    """,
)


def days_work_out(cursor: CursorWrapper) -> int:
    """Make the staged people's days what they should be, and add the differences to the days' sums.

    Returns how many rows were not as they should be.
    """
    for statement in (_WANTED, _OLD, _CHANGED):
        cursor.execute(statement)
    cursor.execute("SELECT COUNT(*), COUNT(*) FILTER (WHERE change < 0) FROM changed_days")
    changed, gone = cursor.fetchone()
    if changed:
        for statement in _APPLY:
            cursor.execute(statement)
    if gone:
        cursor.execute(_SWEEP)
    cursor.execute("DROP TABLE wanted_days; DROP TABLE known_days; DROP TABLE changed_days")
    return int(changed)


def sums_mend(cursor: CursorWrapper) -> int:
    """Make the days' sums those of the people's days, as far back as these are kept. Returns rows changed."""
    changed = 0
    cursor.execute(_SUMS_WANTED)
    for statement in _SUMS_MENDS:
        cursor.execute(statement)
        changed += cursor.rowcount
    cursor.execute("DROP TABLE wanted_sums")
    return changed
