"""Fixtures of the app's tests."""

import json
from contextlib import contextmanager

import pytest
from django.db import connection

from xlcfi.cache.redis import redis_client


@pytest.fixture
def scanned_tables():
    """Collects (table, kind of scan) of every SELECT in the block, from EXPLAIN."""

    def tables(plan):
        if "Relation Name" in plan:
            yield plan["Relation Name"], plan["Node Type"]
        for part in plan.get("Plans", []):
            yield from tables(part)

    @contextmanager
    def watch():
        found = []

        def explain(execute, sql, params, many, context):
            if sql.lstrip().upper().startswith(("SELECT", "WITH")):
                with connection.connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                    answer = cursor.fetchone()[0]
                plans = answer if isinstance(answer, list) else json.loads(answer)
                found.extend(pair for plan in plans for pair in tables(plan["Plan"]))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(explain):
            yield found

    return watch


@pytest.fixture
def fresh_cache():
    """Redis without dashboards of another test."""
    client = redis_client()
    names = [f"dashboard:stats:{period}" for period in ("day", "week", "month", "quarter", "year")]
    keys = names + [f"xlcfi:cache:{part}:{name}" for name in names for part in ("made", "changed", "lock")]
    client.delete(*keys)
    yield client
    client.delete(*keys)
