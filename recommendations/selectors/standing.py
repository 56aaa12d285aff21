"""How every product stands right now: a copy in the process, so that judging hundreds of candidates asks nobody.

Once in LOOK_SECONDS one request reads the rows that were written since, found by the numbers of the transactions that
wrote them: whoever changes a stock, with an event or without, by Hibernate or by hand, is seen. The table is walked in
the database (a few ms for 5,000 products), only what changed crosses the wire. Once in WHOLE_SECONDS all is read.
"""

import time
from itertools import count
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from recommendations.placing.standings import Standing, Standings
from recommendations.remembered import Remembered

LOOK_SECONDS: Final = 1.5
WHOLE_SECONDS: Final = 120.0

_WROTE = """
SELECT m.xmin, m.products, p.id, p.status, p.stock, p.seller_id, p.category_id, p.price, p.name, p.created_at::date
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin,
             (SELECT COUNT(*) FROM products) AS products) AS m
LEFT JOIN products p ON %(all)s OR age(p.xmin) <= age((%(mark)s & 4294967295)::text::xid)
"""
_INACTIVE = "SELECT id FROM users WHERE id = ANY(%(ids)s) AND status <> 'ACTIVE'"


def standings() -> Standings:
    """The standing of every product, at most about LOOK_SECONDS behind. No query in between; else two."""
    return _kept.get()


def _look(before: Standings | None) -> Standings:
    now = time.monotonic()
    if before is not None and now - before.whole_at >= WHOLE_SECONDS:
        before = None
    with connection.cursor() as cursor:
        mark, products, by_id = _read(cursor, before)
        if len(by_id) != products:
            # A product is gone, which leaves no row to be found.
            before = None
            mark, products, by_id = _read(cursor, None)
        sellers = sorted({each.seller_id for each in by_id.values() if each.seller_id is not None})
        cursor.execute(_INACTIVE, {"ids": sellers})
        inactive = frozenset(row[0] for row in cursor.fetchall())
    changed = before is None or by_id is not before.by_id or inactive != before.inactive
    version = next(_versions) if changed or before is None else before.version
    return Standings(by_id, inactive, version, mark, now if before is None else before.whole_at)


def _read(cursor: CursorWrapper, before: Standings | None) -> tuple[int, int, dict[int, Standing]]:
    """(mark for the next look, how many products there are, all of them)."""
    cursor.execute(_WROTE, {"all": before is None, "mark": 0 if before is None else before.mark})
    rows = cursor.fetchall()
    found = {row[2]: Standing(row[3], row[4], row[5], row[6], float(row[7]), *row[8:]) for row in rows if row[2]}
    # Replaced, never changed: whoever is at work goes on with the one that they hold.
    by_id = found if before is None else before.by_id | found if found else before.by_id
    return rows[0][0], rows[0][1], by_id


_versions = count(1)
_kept: Remembered[Standings] = Remembered(_look, seconds=LOOK_SECONDS)
