"""A rebuild from empty tables of ours, in a process of its own, on a copy of the market that is dropped afterwards."""

import os
import re
import subprocess
import sys
import time

import psycopg2
from django.apps import apps
from django.conf import settings
from django.db import connection

from benchmarks.markets import maintained, url_of

GOAL_SECONDS = 60
_OURS = """
SELECT format('DROP TABLE %%I CASCADE', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)
UNION ALL
SELECT format('DROP ROUTINE %%s CASCADE', oid::regprocedure) FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
"""


def measure() -> str:
    """Seconds, rows and the largest memory of a first `manage.py rebuild --apply`, as a sentence."""
    base, source = os.environ["DATABASE_URL"], settings.DATABASES["default"]["NAME"]
    scratch = f"{source}_rebuild"
    connection.close()  # a database is copied only while nobody is connected to it
    with maintained(base) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}"')
        cursor.execute(f'CREATE DATABASE "{scratch}" TEMPLATE "{source}"')
    try:
        _ours_drop(url_of(base, scratch))
        environment = {**os.environ, "DATABASE_URL": url_of(base, scratch)}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, env=environment)
        seconds, rows, megabytes = _rebuild(environment)
    finally:
        with maintained(base) as cursor:
            cursor.execute(f'DROP DATABASE "{scratch}"')
    return (
        f"A first rebuild, our tables empty when it begins: **{seconds:.0f} s** (to reach: under {GOAL_SECONDS} s at "
        f"scale 1), {rows:,} rows written; its process held {megabytes:.0f} MB at most."
    )


def _ours_drop(url: str) -> None:
    """Drop all but the platform's tables."""
    java = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model._meta.managed]
    with psycopg2.connect(url) as copy, copy.cursor() as cursor:
        cursor.execute(_OURS, [java])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
    copy.close()


def _rebuild(environment: dict[str, str]) -> tuple[float, int, float]:
    """(seconds, rows written, the largest resident memory in MB)."""
    begin = time.perf_counter()
    command = [sys.executable, "manage.py", "rebuild", "--apply"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"rebuild ended with {process.returncode}: {told}")
    rows = sum(int(found.replace(",", "")) for found in re.findall(r"([\d,]+) mended", told))
    return seconds, rows, usage.ru_maxrss / 1024
