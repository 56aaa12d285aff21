"""The markets that are measured: one database for each scale, made once and kept."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg2

SEED = 20251120
UNTIL = "2025-11-20T12:00"


def database_name(scale: float) -> str:
    """The database of the market of `scale`."""
    return f"xlcfi_bench_{str(scale).replace('.', '_')}"


def database_url(base: str, scale: float) -> str:
    """`base` with the database of the market of `scale`."""
    return urlunsplit(urlsplit(base)._replace(path="/" + database_name(scale)))


def market_prepare(base: str, scale: float) -> None:
    """Make the market of `scale` and our tables from it, unless it is there."""
    maintenance = psycopg2.connect(urlunsplit(urlsplit(base)._replace(path="/postgres")))
    maintenance.autocommit = True
    name = database_name(scale)
    with maintenance.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() and _is_whole(base, scale):
            print(f"market of scale {scale}: there already ({name})", flush=True)
            environment = {**os.environ, "DATABASE_URL": database_url(base, scale)}
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, env=environment)
            return
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    maintenance.close()
    environment = {**os.environ, "DATABASE_URL": database_url(base, scale)}
    for command in (
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
        ["rebuild", "--apply"],
    ):
        print(f"market of scale {scale}: {' '.join(command)}", flush=True)
        subprocess.run([sys.executable, "manage.py", *command], check=True, env=environment)
    whole = psycopg2.connect(database_url(base, scale))
    whole.autocommit = True
    with whole.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_is_whole ()")
    whole.close()


def _is_whole(base: str, scale: float) -> bool:
    connection = psycopg2.connect(database_url(base, scale))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('bench_is_whole') IS NOT NULL")
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()
