"""Installs the Java-owned tables where no Java service does: in tests and in the demo. Production never calls this."""

from pathlib import Path
from typing import Final, Protocol

from django.conf import settings

SCHEMA_FILE: Final = Path(__file__).with_name("schema.sql")

PLATFORM_TABLES: Final = (
    "users",
    "categories",
    "products",
    "product_images",
    "orders",
    "order_items",
    "payments",
    "reviews",
    "coupons",
    "user_coupons",
    "balance_histories",
    "deliveries",
    "blockchain_records",
)
"""Every Java-owned table, each after the tables it refers to."""

OPTIONAL_TABLES: Final = frozenset({"coupons", "user_coupons", "balance_histories", "deliveries", "blockchain_records"})
"""Tables of Java services that a platform may not have deployed."""


class _Connection(Protocol):
    def cursor(self) -> "object": ...


def platform_schema_name() -> str:
    """The PostgreSQL schema that holds the Java-owned tables: setting PLATFORM_SCHEMA, `public` by default."""
    return settings.PLATFORM_SCHEMA


def platform_schema_install(*, connection: _Connection, drop: bool = False) -> bool:
    """Create the Java-owned tables in PLATFORM_SCHEMA; True if it did, False if `orders` was there already.

    connection: Django's or psycopg2's; on a psycopg2 connection without autocommit the caller commits.
    drop: first drop these thirteen tables, with everything in them.
    All or nothing: it is one statement string, so PostgreSQL runs it in one transaction. Two that start at once wait
    for each other.
    """
    schema = '"' + platform_schema_name().replace('"', '""') + '"'
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("select to_regclass(%s) is not null", [f"{schema}.orders"])
        if cursor.fetchone()[0] and not drop:
            return False
        cursor.execute("select current_setting('search_path')")
        search_path_before: str = cursor.fetchone()[0]
        drops = f"drop table if exists {', '.join(PLATFORM_TABLES)} cascade;\n" if drop else ""
        cursor.execute(
            "select pg_advisory_xact_lock(hashtext('xlcfi.platform.schema'));\n"
            f"create schema if not exists {schema};\n"
            f"set local search_path to {schema};\n"
            f"{drops}{SCHEMA_FILE.read_text(encoding='utf-8')}"
            # SET LOCAL lasts to the end of the transaction, which may be the caller's.
            f"\nset local search_path to {search_path_before or chr(39) * 2};"
        )
    return True
