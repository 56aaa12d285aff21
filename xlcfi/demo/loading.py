"""Putting the market into PostgreSQL: COPY into tables without indexes, which are made again afterwards."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.db import connection, transaction

from xlcfi.demo.tables import Table
from xlcfi.platform.schema import PLATFORM_TABLES, platform_schema_install, platform_schema_name


class PlatformNotEmpty(Exception):
    """There are orders or users already, and nobody said that they may go."""


def platform_is_empty() -> bool:
    """Whether no user and no order is there, or the tables aren't."""
    schema = _quoted(platform_schema_name())
    with connection.cursor() as cursor:
        for table in ("users", "orders"):
            cursor.execute("select to_regclass(%s) is not null", [f"{schema}.{table}"])
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f"select exists (select 1 from {schema}.{table})")
            if cursor.fetchone()[0]:
                return False
    return True


def market_load(*, tables: Iterable[Table], force: bool = False, on_rows: Callable[[str, int], None]) -> dict[str, int]:
    """Fill the Java-owned tables, all or nothing. Returns the rows of each table.

    tables: each after the tables it refers to. on_rows: told the table and how many rows more are in it.
    Raises PlatformNotEmpty if something is there and `force` is false; with it, what is there goes.
    """
    if not force and not platform_is_empty():
        raise PlatformNotEmpty("the platform's tables hold users or orders already")
    platform_schema_install(connection=connection)
    schema = _quoted(platform_schema_name())
    loaded: dict[str, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # A load takes longer than a request may.
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("set local maintenance_work_mem = '128MB'")
        names = ", ".join(f"{schema}.{name}" for name in PLATFORM_TABLES)
        cursor.execute(f"truncate {names} restart identity cascade")
        with _without_indexes(cursor, schema):
            for table in tables:
                columns = ", ".join(f'"{name}"' for name in table.column_names)
                for rows, chunk in _one_ahead(table.chunks()):
                    cursor.cursor.copy_expert(f"copy {schema}.{table.name} ({columns}) from stdin", BytesIO(chunk))
                    on_rows(table.name, rows)
                loaded[table.name] = table.rows
                cursor.execute(
                    "select setval(pg_get_serial_sequence(%s, 'id'), %s, %s)",
                    [f"{schema}.{table.name}", max(table.rows, 1), table.rows > 0],
                )
    with connection.cursor() as cursor:
        for name in PLATFORM_TABLES:
            cursor.execute(f"analyze {schema}.{name}")
    return loaded


def _one_ahead(chunks: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The same chunks; the next one is written while PostgreSQL takes the one before."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        coming = writer.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = writer.submit(next, chunks, None)
            yield chunk


@contextmanager
def _without_indexes(cursor: Any, schema: str) -> Iterator[None]:
    """Drop foreign keys and plain indexes of the platform's tables, and make the same ones again at the end.

    Checking a foreign key once over a full table is far cheaper than once for each row.
    """
    cursor.execute(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and connamespace = to_regnamespace(%s) and conrelid = any(%s::regclass[]) order by 1, 2",
        [schema, [f"{schema}.{name}" for name in PLATFORM_TABLES]],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i"
        " where i.indrelid = any(%s::regclass[]) and not i.indisprimary and not i.indisunique order by 1",
        [[f"{schema}.{name}" for name in PLATFORM_TABLES]],
    )
    indexes = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f"alter table {table} drop constraint {name}")
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f"alter table {table} add constraint {name} {definition}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
