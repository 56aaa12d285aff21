"""Large tables that are empty are filled beside those that are read: the same rows, and nothing else about them."""

import threading

import pytest
from django.db import connection, transaction

from analytics.services.rollups_rebuild import rollups_rebuild
from tests.analytics import ours, plain_sql
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, rebuild
from tests.analytics.test_rebuild import Story, expect_plain_sql
from tests.analytics.test_together import replica
from tests.together import at_once
from xlcfi import filling

FILLED = ("product_sales_days", "product_sales_months", "seller_sales_days", "active_days", "co_purchase_pairs")
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1"
CONSTRAINTS = "SELECT conname, contype FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) ORDER BY 1"
NUMBERS = "SELECT oid FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' ORDER BY relname"


@pytest.fixture(autouse=True)
def always_worth_it(settings, monkeypatch):
    settings.REBUILD_SETTLE_SECONDS = 0
    monkeypatch.setattr(filling, "WORTH_ROWS", 0)


@pytest.mark.django_db
def test_filled_tables_are_those_of_plain_sql_and_have_their_indexes_names_and_rights(market):
    rows("GRANT SELECT ON product_sales_days TO pg_monitor; SELECT 1")
    before = [rows(query, [list(FILLED)]) for query in (INDEXES, CONSTRAINTS)]
    numbers = rows(NUMBERS, [list(FILLED)])
    story = Story(market, 41)
    story.told()
    for table in FILLED:
        rows(f"DELETE FROM {table} RETURNING 1")
    rebuild()
    expect_plain_sql(story)
    assert [rows(query, [list(FILLED)]) for query in (INDEXES, CONSTRAINTS)] == before
    assert not set(rows(NUMBERS, [list(FILLED)])) & set(numbers)
    assert rows("SELECT has_table_privilege('pg_monitor', 'product_sales_days', 'SELECT')") == [(True,)]


@pytest.mark.django_db
def test_a_table_with_a_view_on_it_is_filled_where_it_is(market):
    rows("CREATE VIEW told_elsewhere AS SELECT * FROM product_sales_days; SELECT 1")
    (number,) = rows(NUMBERS, [["product_sales_days"]])
    Story(market, 42)
    rebuild()
    assert rows(NUMBERS, [["product_sales_days"]]) == [number]
    assert rows("SELECT COUNT(*) > 0 FROM told_elsewhere") == [(True,)]


@pytest.mark.django_db
def test_without_apply_the_tables_stay_the_same_ones(market):
    Story(market, 43)
    numbers = rows(NUMBERS, [list(FILLED)])
    rollups_rebuild(apply=False)
    assert rows(NUMBERS, [list(FILLED)]) == numbers


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_with_the_old_rows_until_the_new_ones_are_in_their_place(market):
    Story(market, 44)
    rebuild()
    good = ours.snapshot()
    with transaction.atomic():
        rows("SELECT COUNT(*) FROM product_sales_days")  # holds the table until this transaction ends
        working = threading.Thread(target=_mended)
        working.start()
        working.join(timeout=0.7)
        assert working.is_alive()
        assert rows("SELECT COUNT(*) > 0 FROM product_sales_days") == [(True,)]
    working.join()
    assert ours.snapshot() == good


@pytest.mark.django_db(transaction=True)
def test_two_replicas_a_folder_and_a_rebuild_that_fills_aside_end_where_plain_sql_ends(market):
    story = Story(market, 45)

    def folding():
        for _ in range(30):
            fold()

    at_once(replica(story, 1), replica(story, 2), folding, rebuild)
    rebuild()
    expect_plain_sql(story)
    assert ours.statuses() == plain_sql.statuses()


def _mended():
    try:
        rollups_rebuild(apply=True)
    finally:
        connection.close()
