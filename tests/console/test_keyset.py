"""Paging by place: every row once, whatever column, direction and gaps."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import seoul
from xlcfi.console.keyset import BadCursor, Keyset
from xlcfi.platform.models import BlockchainRecord, Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(market):
    buyers = [market.user(), market.user()]
    return [market.order(buyer_id=buyers[number % 2], created_at=seoul("2025-03-01")) for number in range(11)]


@pytest.fixture
def records(market):
    order = market.order()
    found = [market.blockchain_record(order_id=order if number % 3 else None) for number in range(9)]
    market.sql("update blockchain_records set order_id = null where id % 3 = 0")
    return found


def forward(keyset, rows, size):
    pages, after = [], None
    while True:
        page, more = keyset.page(rows, size=size, after=after)
        pages.append([row.pk for row in page])
        if not more:
            return pages
        after = keyset.place(page[-1])


def backward(keyset, rows, size):
    """From the end to the beginning; the pages in the order of the list."""
    last = keyset.page(rows, size=10_000)[0][-1]
    pages, before = [[last.pk]], keyset.place(last)
    while True:
        page, more = keyset.page(rows, size=size, before=before)
        pages.insert(0, [row.pk for row in page])
        if not more:
            return pages
        before = keyset.place(page[0])


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("size", [1, 3, 4, 11, 50])
def test_pages_hold_every_row_once_forward_and_backward(orders, size, descending):
    for field in ("pk", "buyer", "created_at"):
        keyset = Keyset(Order, field, descending)
        column = {"pk": "id", "buyer": "buyer_id", "created_at": "created_at"}[field]
        way = "desc" if descending else "asc"
        with connection.cursor() as cursor:
            cursor.execute(f"select id from orders order by {column} {way}, id {way}")
            wanted = [row[0] for row in cursor.fetchall()]
        assert [pk for page in forward(keyset, Order.objects.all(), size) for pk in page] == wanted
        assert [pk for page in backward(keyset, Order.objects.all(), size) for pk in page] == wanted


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("size", [1, 2, 4, 9])
def test_rows_without_a_value_come_last_and_once(records, size, descending):
    keyset = Keyset(BlockchainRecord, "order", descending)
    rows = BlockchainRecord.objects.all()
    pages = [pk for page in forward(keyset, rows, size) for pk in page]
    without = set(rows.filter(order__isnull=True).values_list("pk", flat=True))
    assert sorted(pages) == sorted(records)
    assert set(pages[-len(without) :]) == without
    assert [pk for page in backward(keyset, rows, size) for pk in page] == pages


def test_a_page_reads_no_more_than_it_shows(orders):
    keyset = Keyset(Order, "pk", True)
    [first, *_], _more = keyset.page(Order.objects.all(), size=2)
    with CaptureQueriesContext(connection) as queries:
        keyset.page(Order.objects.all(), size=2, after=keyset.place(first))
    [query] = queries
    assert "LIMIT 3" in query["sql"]
    assert "OFFSET" not in query["sql"]


@pytest.mark.parametrize("place", ["", "x", "WyJhIl0", "bnVsbA", "W251bGxd", "é", "W10"])
def test_a_place_that_somebody_made_up_is_refused(orders, place):
    with pytest.raises(BadCursor):
        Keyset(Order, "buyer", True).page(Order.objects.all(), size=2, after=place)


def test_a_walk_ends_where_it_should(orders):
    runs = list(Keyset(Order, "pk", False).walk(Order.objects.all(), size=4, most=10))
    assert [len(run) for run in runs] == [4, 4, 2]
    assert [row.pk for run in runs for row in run] == orders[:10]
