"""The markets that are measured: one database for each scale, made once and kept."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SEED = 20251120
UNTIL = "2025-11-20T12:00"


def database_name(scale: float) -> str:
    """The database of the market of `scale`."""
    return f"xlcfi_bench_{str(scale).replace('.', '_')}"


def database_url(base: str, scale: float) -> str:
    """`base` with the database of the market of `scale`."""
    return url_of(base, database_name(scale))


def url_of(base: str, database: str) -> str:
    """`base` with another database."""
    return urlunsplit(urlsplit(base)._replace(path="/" + database))


@contextmanager
def maintained(base: str) -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor outside of transactions, on the database from which others are made and dropped."""
    with closing(psycopg2.connect(url_of(base, "postgres"))) as maintenance:
        maintenance.autocommit = True
        with maintenance.cursor() as cursor:
            yield cursor


def market_prepare(base: str, scale: float) -> None:
    """Make the market of `scale` and our tables from it; if it is there, only what migrations have changed since."""
    name = database_name(scale)
    with maintained(base) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() and _is_whole(base, scale):
            print(f"market of scale {scale}: there already ({name})", flush=True)
            _commands(base, scale, ["migrate", "--verbosity", "0"])
            if _migrations_told(base, scale) != _migrations(base, scale):
                _commands(base, scale, ["rebuild", "--apply"])
                _whole_tell(base, scale)
            return
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    _commands(
        base,
        scale,
        ["migrate", "--verbosity", "0"],
        [
            "demo_market",
            "--scale",
            str(scale),
            "--seed",
            str(SEED),
            "--until",
            UNTIL,
            "--no-images",
            "--out",
            f"var/bench/{name}",
        ],
        # What people looked at, only events tell. They go first: what they append is folded by the rebuild.
        ["replay", f"var/bench/{name}/events.jsonl.gz", "--group", "analytics"],
        ["rebuild", "--apply"],
    )
    _whole_tell(base, scale)


def _commands(base: str, scale: float, *commands: list[str]) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url(base, scale)}
    for command in commands:
        print(f"market of scale {scale}: {' '.join(command)}", flush=True)
        subprocess.run([sys.executable, "manage.py", *command], check=True, env=environment)


def _is_whole(base: str, scale: float) -> bool:
    return bool(_asked(base, scale, "SELECT to_regclass('bench_is_whole') IS NOT NULL"))


def _migrations(base: str, scale: float) -> str:
    """A fingerprint of the migrations that made the tables as they are."""
    return str(
        _asked(base, scale, "SELECT md5(string_agg(app || '.' || name, ' ' ORDER BY app, name)) FROM django_migrations")
    )


def _migrations_told(base: str, scale: float) -> str | None:
    """The fingerprint when our tables were made; None where it was not noted."""
    noted = (
        "SELECT 1 FROM information_schema.columns WHERE table_name = 'bench_is_whole' AND column_name = 'migrations'"
    )
    if not _asked(base, scale, noted):
        return None
    return str(_asked(base, scale, "SELECT MAX(migrations) FROM bench_is_whole"))


def _whole_tell(base: str, scale: float) -> None:
    """Note that our tables are made, and of which migrations."""
    migrations = _migrations(base, scale)
    with closing(psycopg2.connect(database_url(base, scale))) as market:
        market.autocommit = True
        with market.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("DROP TABLE IF EXISTS bench_is_whole")
            cursor.execute("CREATE TABLE bench_is_whole (migrations text)")
            cursor.execute("INSERT INTO bench_is_whole VALUES (%s)", [migrations])


def _asked(base: str, scale: float, query: str) -> Any:
    """The one value that `query` finds."""
    with closing(psycopg2.connect(database_url(base, scale))) as market, market.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        return row and row[0]
