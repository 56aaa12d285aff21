"""The SQL file of the Java-owned tables."""

import hashlib
import re

import psycopg2
import pytest
from django.apps import apps
from django.db import connection

from tests.factories import seoul
from xlcfi.platform.models import Order
from xlcfi.platform.schema import PLATFORM_TABLES, SCHEMA_FILE, platform_schema_install

HIBERNATE_DIGITS = "0123456789abcdefghijklmnopqrstuvwxy"

pytestmark = pytest.mark.django_db


def columns(schema: str = "public") -> set[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,"
            " datetime_precision, is_nullable, identity_generation from information_schema.columns"
            " where table_schema = %s and table_name = any(%s)",
            [schema, list(PLATFORM_TABLES)],
        )
        return set(cursor.fetchall())


def test_types_are_hibernates():
    found = {(row[0], row[1]): row[2:] for row in columns()}
    assert found["orders", "id"] == ("bigint", None, 64, 0, None, "NO", "BY DEFAULT")
    assert found["orders", "total"] == ("numeric", None, 38, 2, None, "NO", None)
    assert found["orders", "created_at"] == ("timestamp without time zone", None, None, None, 6, "NO", None)
    assert found["orders", "status"] == ("character varying", 255, None, None, None, "NO", None)
    assert found["users", "country_code"] == ("character varying", 2, None, None, None, "NO", None)
    assert found["reviews", "sentiment_score"] == ("double precision", None, 53, None, None, "YES", None)
    assert found["products", "description"][0] == "text"


def test_what_can_be_null_is_what_the_models_say_can_be_null():
    null_in_sql = {(row[0], row[1]) for row in columns() if row[7] == "YES"}
    fields = [
        (model._meta.db_table, field)
        for model in apps.get_app_config("platform").get_models()
        for field in model._meta.fields
    ]
    assert null_in_sql == {(table, field.column) for table, field in fields if field.null}
    assert {(row[0], row[1]) for row in columns()} == {(table, field.column) for table, field in fields}


def test_foreign_keys_have_hibernates_names_and_no_action():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname, c.confdeltype"
            " from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
            " where c.contype = 'f' and c.conrelid::regclass::text = any(%s)",
            [list(PLATFORM_TABLES)],
        )
        keys = cursor.fetchall()
    assert len(keys) == 18
    for name, table, target, column, on_delete in keys:
        digest = int(hashlib.md5(f"table`{table}`references`{target}`column`{column}`".encode()).hexdigest(), 16)
        digits = ""
        while digest:
            digest, digit = divmod(digest, 35)
            digits = HIBERNATE_DIGITS[digit] + digits
        assert (name, on_delete) == (f"fk{digits}", "a")


def test_there_are_indexes_on_primary_and_foreign_keys_and_nothing_else():
    with connection.cursor() as cursor:
        cursor.execute("select tablename, indexdef from pg_indexes where tablename = any(%s)", [list(PLATFORM_TABLES)])
        indexed = {(table, re.search(r"\((\w+)\)$", definition).group(1)) for table, definition in cursor.fetchall()}
    keys = {
        (model._meta.db_table, field.column)
        for model in apps.get_app_config("platform").get_models()
        for field in model._meta.fields
        if field.primary_key or field.is_relation
    }
    assert indexed == keys


def test_installing_again_changes_nothing_and_dropping_starts_anew(market):
    market.order()
    assert platform_schema_install(connection=connection) is False
    assert Order.objects.count() == 1
    assert platform_schema_install(connection=connection, drop=True) is True
    assert Order.objects.count() == 0


def test_a_schema_of_its_own_is_honoured_and_the_search_path_kept(settings):
    settings.PLATFORM_SCHEMA = 'the "platform"'
    assert platform_schema_install(connection=connection) is True
    assert platform_schema_install(connection=connection) is False
    with connection.cursor() as cursor:
        cursor.execute("show search_path")
        assert cursor.fetchone() == ('"$user", public',)
    assert columns(settings.PLATFORM_SCHEMA) == columns()


def test_the_file_runs_through_a_plain_psycopg2_cursor(settings):
    settings.PLATFORM_SCHEMA = "plain_psycopg2"
    own = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    try:
        assert platform_schema_install(connection=own) is True
        with own.cursor() as cursor:
            cursor.execute("select count(*) from plain_psycopg2.blockchain_records")
            assert cursor.fetchone() == (0,)
        own.rollback()
    finally:
        own.close()
    assert "%" not in SCHEMA_FILE.read_text()


def test_an_enum_member_that_nobody_told_us_of_is_read_like_any_other(market):
    market.sql("alter table orders drop constraint orders_status_check")
    order = market.order(status="PARTIALLY_SHIPPED", created_at=seoul("2025-03-01"))
    read = Order.objects.get(status="PARTIALLY_SHIPPED")
    assert (read.pk, read.status) == (order, "PARTIALLY_SHIPPED")
    read.full_clean()
    assert list(Order.objects.values_list("status", flat=True).distinct()) == ["PARTIALLY_SHIPPED"]
