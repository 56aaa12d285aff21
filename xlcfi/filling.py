"""Filling a table that is as good as empty beside the one that is read, and putting it in its place at the end.

An index that grows row by row costs several times what one costs that is built over rows that are there; but building
one on the table itself would keep readers out for as long as the filling takes. So the rows go into a new table in the
same transaction. Readers go on with the old one; putting the new one in its place needs a moment without them.
"""

import re
import time
from collections.abc import Sequence

from django.db import OperationalError, transaction
from django.db.backends.utils import CursorWrapper

from xlcfi.runs import counted_rows

# Where our tables have fewer rows than this, growing the indexes costs nothing that anybody would notice.
WORTH_ROWS = 100_000
FEW_ROWS = 10_000
# Who waits for a table keeps later readers waiting too: rather many short tries than a long one.
WAIT, PAUSE_SECONDS, TRIES = "200ms", 0.2, 100

# What would be lost or would stand in the way: rights on columns, counted ids, views, triggers, foreign keys, …
_PLAIN = """
SELECT c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND c.relkind = 'r'
   AND NOT EXISTS (SELECT 1 FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND (a.attacl IS NOT NULL OR a.attidentity <> ''))
   AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid)
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE c.oid IN (k.conrelid, k.confrelid)
                   AND k.contype NOT IN ('p', 'u', 'c'))
   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                   AND d.deptype = 'n')
   AND NOT EXISTS (SELECT 1 FROM pg_publication_tables p
                   WHERE (quote_ident(p.schemaname) || '.' || quote_ident(p.tablename))::regclass = c.oid)
   AND NOT c.relrowsecurity
FROM pg_class c WHERE c.oid = %s::regclass
"""
_INDEXES = """
SELECT i.indexrelid, c.relname, pg_get_indexdef(i.indexrelid),
       CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END, i.indisclustered OR i.indisreplident
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
WHERE i.indrelid = %s::regclass ORDER BY i.indexrelid
"""
_RIGHTS = """
SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
       a.is_grantable
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %s::regclass AND a.grantee <> c.relowner
"""
_OPTIONS = "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass AND reloptions IS NOT NULL"


class FilledAside:
    """Tables that a transaction fills anew, to be put in the place of those that are read, all of them at its end.

    made_of: the table whose rows say whether so much is to come that it pays. Nobody may write to the tables filled
    without holding the lock under which they are; who does so all the same waits for the end of the transaction.
    """

    def __init__(self, cursor: CursorWrapper, *, apply: bool, made_of: str) -> None:
        self._cursor = cursor
        self._worth = apply and counted_rows(made_of, most=WORTH_ROWS) >= WORTH_ROWS
        self._indexes: dict[str, list[tuple[int, str]]] = {}

    def begin(self, table: str) -> str | None:
        """The name of an empty table like `table`, without its indexes; None where its own rows have to be mended."""
        if not self._worth or counted_rows(table, most=FEW_ROWS) == FEW_ROWS or not self._is_plain(table):
            return None
        new = _new(table)
        self._cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        self._cursor.execute(f"CREATE TABLE {new} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
        self._cursor.execute(_OPTIONS, [table])
        for (options,) in self._cursor.fetchall():
            self._cursor.execute(f"ALTER TABLE {new} SET ({options})")
        self._cursor.execute(_RIGHTS, [table])
        for right, whom, further in self._cursor.fetchall():
            self._cursor.execute(f"GRANT {right} ON {new} TO {whom}{' WITH GRANT OPTION' if further else ''}")
        self._indexes[table] = []
        return new

    def filled(self, table: str) -> None:
        """Build the indexes of what was begun for `table`, now that its rows are there."""
        new = _new(table)
        self._cursor.execute(_INDEXES, [table])
        for number, name, definition, constraint, _ in self._cursor.fetchall():
            made = f"filled_{number}"
            self._cursor.execute(re.sub(r"INDEX \S+ ON \S+", f"INDEX {made} ON {new}", definition, count=1))
            if constraint:
                self._cursor.execute(f"ALTER TABLE {new} ADD CONSTRAINT {made} {constraint} USING INDEX {made}")
            self._indexes[table].append((number, name))
        self._cursor.execute(f"ANALYZE {new}")

    def holds(self, table: str) -> bool:
        """Whether `table` was begun."""
        return table in self._indexes

    def name_of(self, table: str) -> str:
        """Where the rows of `table` are that this transaction made or mended."""
        return _new(table) if table in self._indexes else table

    def put_in_place(self) -> None:
        """Put all that was filled where it belongs. Waits for readers to end; then the transaction should, at once."""
        if not self._indexes:
            return
        self._lock(sorted(self._indexes))
        for table, indexes in self._indexes.items():
            self._cursor.execute(f"DROP TABLE {table}")
            self._cursor.execute(f"ALTER TABLE {_new(table)} RENAME TO {table}")
            for number, name in indexes:
                self._cursor.execute(f"ALTER INDEX filled_{number} RENAME TO {name}")
        self._indexes.clear()

    def _is_plain(self, table: str) -> bool:
        self._cursor.execute(_PLAIN, [table])
        plain = bool(self._cursor.fetchone()[0])
        self._cursor.execute(_INDEXES, [table])
        return plain and not any(marked for *_, marked in self._cursor.fetchall())

    def _lock(self, tables: Sequence[str]) -> None:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    # The last try waits for as long as it takes.
                    self._cursor.execute(f"SET LOCAL lock_timeout = '{WAIT if left else 0}'")
                    self._cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
                    self._cursor.execute("SET LOCAL lock_timeout = 0")
                return
            except OperationalError:
                if not left:
                    raise
                time.sleep(PAUSE_SECONDS)


def _new(table: str) -> str:
    return f"{table}_filled"
