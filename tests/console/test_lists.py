"""Lists of the admin: sorted by indexes only, saved as files, masked, given up when they take too long."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.people import member_of
from tests.factories import seoul
from xlcfi.console import change_list, export
from xlcfi.console.indexes import indexed_columns
from xlcfi.console.limits import TooSlow, statement_limit
from xlcfi.platform.models import Order, User

pytestmark = pytest.mark.django_db

ORDERS, USERS = "/admin/platform/order/", "/admin/platform/user/"


def text_of(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def sheet(answer):
    text = text_of(answer)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def shown(client, path, query=""):
    """The numbers of the rows that the list shows, in its order."""
    import re

    return [int(number) for number in re.findall(rf'href="{path}(\d+)/change/', text_of(client.get(path + query)))]


# --- Sorting and paging


def test_only_columns_that_lead_an_index_can_be_sorted_by(market, admin_client):
    market.order()
    assert indexed_columns(Order) == {"id", "buyer_id", "seller_id"}
    body = text_of(admin_client.get(ORDERS))
    # Columns: 1 id, 2 status, 3 total, 4 buyer, 5 seller, 6 created, 7 updated (0 would be the box to tick).
    sortable = {number for number in range(8) if f'href="?o={number}"' in body or f'href="?o=-{number}"' in body}
    assert len(sortable) == 3
    assert "It can be sorted by: ID, Buyer, Seller." in body


def test_a_list_is_sorted_and_paged_by_the_column_that_was_asked_for(market, admin_client, monkeypatch):
    few, many = market.user(), market.user()
    orders = [market.order(buyer_id=many if number % 2 else few) for number in range(7)]
    monkeypatch.setattr("xlcfi.platform.admin.OrderAdmin.list_per_page", 3)
    body = admin_client.get(ORDERS, {"o": "3"})
    cl = body.context_data["cl"]
    assert cl.keyset.field == "buyer"
    wanted = sorted(orders, key=lambda pk: (Order.objects.get(pk=pk).buyer_id, pk))
    found, address = [], ORDERS + "?o=3"
    while address:
        cl = admin_client.get(address).context_data["cl"]
        found += [row.pk for row in cl.result_list]
        address = cl.next_link and ORDERS + cl.next_link
    assert found == wanted
    back = admin_client.get(ORDERS + cl.previous_link).context_data["cl"]
    assert [row.pk for row in back.result_list] == wanted[3:6]


def test_what_cannot_be_sorted_by_and_made_up_places_are_passed_over(market, admin_client):
    orders = [market.order(total=total) for total in (3, 1, 2)]
    for query in ("?o=2", "?o=99", "?o=x", "?o=-6.2", "?after=nonsense", "?before=W10", "?e=1", "?p=7", "?all="):
        assert shown(admin_client, ORDERS, query) == orders[::-1], query


def test_a_list_says_about_how_many_rows_there_are(market, admin_client):
    market.sql(
        "insert into users (email, name, role, status, country_code, created_at, updated_at)"
        " select n, 'n', 'BUYER', 'ACTIVE', 'KR', now(), now() from generate_series(1, 1234) n"
    )
    market.sql("analyze users")
    assert "≈ 1,234" in text_of(admin_client.get(USERS))
    assert "≈" not in text_of(admin_client.get(USERS, {"status": "ACTIVE"}))


def test_a_list_takes_the_same_few_statements_however_many_rows_there_are(market, admin_client):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(ORDERS)
        return len(queries)

    market.order()
    statements()
    one = statements()
    for _ in range(20):
        market.order()
    assert statements() == one <= 25


# --- Filters


def test_rows_are_found_by_whom_they_belong_to(market, admin_client):
    buyer = market.user()
    mine, _other = market.order(buyer_id=buyer), market.order()
    assert shown(admin_client, ORDERS, f"?buyer={buyer}") == [mine]
    assert shown(admin_client, ORDERS, f"?buyer=%23{buyer}") == [mine]
    for nonsense in ("kim", "9" * 30, "-1", "²"):
        assert shown(admin_client, ORDERS, f"?buyer={nonsense}") == []


def test_the_look_up_behind_a_filter_finds_by_number_and_words_without_counting(market, admin_client):
    kim = market.user(email="kim@example.com", name="김하나")
    market.user(email="lee@example.com", name="이두리")
    address = "/admin/autocomplete/?app_label=platform&model_name=order&field_name=buyer&term="
    for term in ("kim@", "하나", str(kim)):
        with CaptureQueriesContext(connection) as queries:
            found = admin_client.get(address + term).json()
        assert [one["id"] for one in found["results"]] == [str(kim)], term
        assert found["pagination"] == {"more": False}
        assert not [query for query in queries if "COUNT(" in query["sql"] and "users" in query["sql"]]


def test_days_that_are_none_filter_nothing(market, admin_client):
    order = market.order(created_at=seoul("2024-02-29 23:59:59"))
    assert shown(admin_client, ORDERS, "?created_at__from=2024-02-29&created_at__to=2024-02-29") == [order]
    assert shown(admin_client, ORDERS, "?created_at__from=2025-02-29&created_at__to=x") == [order]


# --- Too slow


def test_a_statement_that_takes_too_long_is_given_up_and_the_limit_is_as_before(db):
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '77s'")
        with pytest.raises(TooSlow), statement_limit(seconds=0.02):
            cursor.execute("select pg_sleep(5)")
        with statement_limit(seconds=1):
            cursor.execute("show statement_timeout")
            assert cursor.fetchone() == ("1s",)
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("77s",)


def test_a_list_that_takes_too_long_says_what_to_do_and_keeps_its_filters(market, admin_client, monkeypatch):
    market.order()

    def slow(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(5)")

    monkeypatch.setattr(change_list, "statement_limit", lambda: statement_limit(seconds=0.02))
    monkeypatch.setattr("xlcfi.console.keyset.Keyset.page", slow)
    for address in (ORDERS + "?q=x", ORDERS + "export/?q=x"):
        body = text_of(admin_client.get(address, follow=True))
        assert "narrow down by number or by day" in body
    assert 'value="x"' in body


# --- Files


def test_a_file_holds_what_the_list_shows_and_is_noted(market, admin_client, admin_user):
    buyer = market.user()
    mine = market.order(buyer_id=buyer, total="12900.00", created_at=seoul("2025-03-01 00:00:00"))
    market.order()
    answer = admin_client.get(ORDERS + "export/", {"buyer": buyer})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    heads, row = sheet(answer)
    assert heads[:4] == ["ID", "status", "total", "buyer"]
    assert row[0] == str(mine)
    assert row[2:4] == ["12900.00", str(buyer)]
    assert row[5] == "2025-03-01 00:00:00"
    [noted] = LogEntry.objects.all()
    assert (noted.user_id, noted.change_message) == (
        admin_user.pk,
        f"Exported: /admin/platform/order/export/?buyer={buyer}",
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\r=1"])
def test_no_cell_becomes_a_formula(market, admin_client, text):
    market.user(name=text, email="a@example.com")
    found = [row for row in sheet(admin_client.get(USERS + "export/")) if row[1] == "a@example.com"]
    assert found[0][2] == "'" + text


def test_negative_figures_stay_figures():
    assert [export.cell(value) for value in (-5, None, True, "김치", "a\x00b")] == ["-5", "", "True", "김치", "ab"]


def test_a_file_says_so_when_it_does_not_hold_everything(market, admin_client, monkeypatch):
    orders = [market.order() for _ in range(5)]
    monkeypatch.setattr(export, "ROWS_MOST", 3)
    monkeypatch.setattr("xlcfi.console.saving.ROWS_MOST", 3)
    monkeypatch.setattr("xlcfi.console.saving.ROWS_AT_ONCE", 2)
    rows = sheet(admin_client.get(ORDERS + "export/"))[1:]
    assert [row[0] for row in rows[:-1]] == [str(pk) for pk in orders[::-1][:3]]
    assert rows[-1] == ["Only the first 3 rows: narrow the list down for the others."]


# --- Who sees names


def test_whoever_may_not_see_names_sees_them_nowhere(market, client):
    operator = member_of("operator")
    client.force_login(operator)
    seller = market.user(email="kim@example.com", name="김하나")
    order = market.order(seller_id=seller, buyer_id=seller)
    product = market.product(seller_id=seller)
    for address in (
        ORDERS,
        f"{ORDERS}{order}/change/",
        f"/admin/platform/product/{product}/change/",
        ORDERS + "export/",
        "/admin/autocomplete/?app_label=platform&model_name=order&field_name=buyer&term=kim",
    ):
        body = text_of(client.get(address))
        assert "kim@example" not in body, address
        assert "김하나" not in body, address
    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}{seller}/change/").status_code == 403
    # Nor can they be guessed by filters and searches.
    assert shown(client, ORDERS, "?q=kim@example.com") == []
    assert client.get(ORDERS + "?buyer__email__startswith=k").status_code == 400


def test_a_member_is_masked_for_whoever_sees_the_table_but_no_names(market, client):
    from django.contrib.auth.models import Permission

    someone = member_of("operator")
    someone.user_permissions.add(Permission.objects.get(codename="view_user", content_type__app_label="platform"))
    client.force_login(someone)
    member = market.user(email="kim@example.com", name="김하나")
    for address in (USERS, f"{USERS}{member}/change/", USERS + "export/"):
        body = text_of(client.get(address))
        assert "kim@example" not in body
        assert "k•••@e•••" in body
    assert User.objects.get(pk=member).email == "kim@example.com"
    assert shown(client, USERS, "?q=kim") == []
    assert shown(client, USERS, f"?q={member}") == [member]
