"""What the paths about sales refuse, whom they let in, what they cost, and that they are as described."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.api.paging import cursor_made, cursor_read, page_of
from tests.analytics.telling import rebuild
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint
from xlcfi.errors import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("to", "from=2025-03-02&to=2025-03-01"),
        ("from", "to=2025-03-01"),
        ("from", "from=2025-11-21"),
        ("from", "from=2019-01-01&to=2025-01-01"),
        ("from", "from=1999-12-31&to=2000-01-02"),
        ("to", "from=2025-03-01&to=2100-01-01"),
        ("from", "from=2025-02-29"),
        ("to", "from=2025-03-01&to=today"),
        ("period", "period=week&from=2025-03-01"),
        ("period", "period=decade"),
        ("granularity", "granularity=hour&from=2025-03-01&to=2025-04-01"),
        ("granularity", "granularity=hour&period=quarter"),
        ("granularity", "granularity=minute"),
        ("granularity", "granularity=hour&seller=1"),
        ("granularity", "granularity=hour&period=week&category=1"),
        ("group_by", "group_by=buyer"),
        ("group_by", "group_by=country&seller=1"),
        ("country", "country=KR&product=1"),
        ("country", "country=kr"),
        ("category", "category=0"),
        ("seller", f"seller={2**63}"),
        ("product", "product=abc"),
        ("currency", "currency=won"),
        ("compare", "compare=last"),
        ("sort", "sort=name"),
        ("sort", "group_by=seller&sort=-change&compare=none"),
        ("limit", "limit=0"),
        ("limit", "limit=101"),
        ("cursor", "group_by=seller&cursor=%00"),
        ("cursor", "group_by=seller&cursor=WzEsMl0"),
        ("cursor", "cursor=abc"),
        ("series", "series=true"),
        ("series", "series=true&group_by=product&period=year&limit=100"),
        ("convert", "convert=USD"),
        ("level", "group_by=category&level=middle"),
        ("colour", "colour=red"),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(clock, settings, field, query):
    settings.RATE_LIMIT_PER_MINUTE = 0
    answer = Client().get(f"/v1/analytics/sales?{query}", headers={"X-Internal-Token": internal_token_mint()})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "INVALID_INPUT"
    assert list(error["details"]["fields"]) == [field]


def test_five_years_to_the_day_are_not_too_many(ask, clock):
    assert ask("sales", from_="2020-01-01", to="2024-12-31", granularity="year")[0] == 200


def test_who_may_ask(ask, clock):
    for path in ("sales", "contribution"):
        assert ask(path)[0] == 200
        assert ask(path, user=5, roles="ADMIN")[0] == 200
        assert ask(path, user=5, roles="SELLER")[0] == 200
        assert ask(path, user=5, roles="SELLER", seller=5)[0] == 200
        assert ask(path, user=5, roles="ADMIN", seller=6)[0] == 200
        assert ask(path, user=5, roles="SELLER", seller=6) == (403, {**FORBIDDEN})
        assert ask(path, user=5, roles="BUYER")[0] == 403
        assert ask(path, user=5, roles="")[0] == 403
        assert Client().get(f"/v1/analytics/{path}").status_code == 401


FORBIDDEN = {"code": "FORBIDDEN", "message": "A seller sees their own sales only.", "details": None}


def test_a_seller_has_no_figures_by_country_or_hour_which_are_kept_for_all_together(ask, clock):
    assert ask("sales", user=5, group_by="country")[0] == 400
    assert ask("sales", user=5, granularity="hour", period="week")[0] == 400


@pytest.mark.parametrize("group_by", ["none", "category", "seller", "product", "country", "currency"])
def test_an_answer_costs_two_statements_however_much_there_is(ask, market, clock, group_by):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            status, _ = ask("sales", group_by=group_by, compare="both", convert="KRW")
        assert status == 200
        return [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    few = statements()
    for number in range(12):
        market.paid_order(total=1_000 + number, created_at=seoul("2025-11-19 10:00"))
    rebuild()
    many = statements()
    assert len(few) == len(many) == 2
    with CaptureQueriesContext(connection) as asked:
        ask("contribution", by="product")
    assert len([query for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 2


def test_the_platforms_tables_are_read_by_key_for_names_only(ask, market, clock, scanned_tables):
    for number in range(20):
        market.paid_order(total=1_000 + number, created_at=seoul("2025-11-19 10:00"))
    rebuild()
    with scanned_tables() as scanned:
        for group_by in ("seller", "product", "category"):
            ask("sales", group_by=group_by)
        ask("contribution", by="product")
    read = {table for table, _ in scanned}
    assert "product_sales_days" in read or "product_sales_months" in read
    assert not read & {"orders", "order_items", "payments", "ledger_entries"}


@pytest.mark.parametrize(("path", "name"), [("sales", "SalesAnswer"), ("contribution", "ContributionAnswer")])
def test_the_description_has_the_keys_of_the_answer(ask, market, clock, path, name):
    market.paid_order(total=1_000, created_at=seoul("2025-11-19 10:00"))
    market.paid_order(total=1_000, currency="USD", created_at=seoul("2025-11-19 10:00"))
    rebuild()
    parameters = (
        {"by": "product"}
        if path == "contribution"
        else {"group_by": "product", "series": "true", "compare": "both", "convert": "KRW"}
    )
    status, data = ask(path, **parameters)
    assert status == 200
    schema = json.loads(Client().get("/v1/schema", headers={"Accept": "application/json"}).content)
    schemas = schema["components"]["schemas"]

    def check(value, described):
        while "$ref" in described or "allOf" in described:
            described = schemas[(described.get("$ref") or described["allOf"][0]["$ref"]).rpartition("/")[2]]
        if isinstance(value, dict):
            properties = described["properties"]
            assert set(value) <= set(properties)
            assert set(described.get("required", ())) <= set(value)
            for key, inner in value.items():
                check(inner, properties[key])
        elif isinstance(value, list):
            for inner in value:
                check(inner, described["items"])
        elif value is not None and "type" in described:
            kinds = {
                "integer": int,
                "number": (int, float, Decimal),
                "string": str,
                "boolean": bool,
            }
            assert isinstance(value, kinds[described["type"]]), (value, described)

    check(data, {"$ref": f"#/components/schemas/{name}"})
    operation = schema["paths"][f"/v1/analytics/{path}"]["get"]
    assert {"from", "to", "period", "currency", "cursor", "seller"} <= {p["name"] for p in operation["parameters"]}


def test_pages_of_a_list_in_memory_have_every_row_once_whatever_is_added_before_them():
    rows = [{"id": number, "net": Decimal(number % 3)} for number in range(1, 20)]

    def key(row):
        return (-row["net"], row["id"])

    rows.sort(key=key)
    first = page_of(rows, limit=7, cursor=None, key=key)
    rows.insert(0, {"id": 99, "net": Decimal(50)})
    second = page_of(rows, limit=7, cursor=first["next"], key=key)
    third = page_of(rows, limit=7, cursor=second["next"], key=key)
    assert [row["id"] for page in (first, second, third) for row in page["items"]] == [
        row["id"] for row in rows if row["id"] != 99
    ]
    assert third["next"] is None
    assert page_of(rows, limit=20, cursor=None, key=key)["next"] is None
    assert page_of([], limit=5, cursor=first["next"], key=key) == {"items": [], "next": None}


def test_a_cursor_comes_back_as_it_was_made():
    key = (Decimal("-12.50"), 7, "김치", date(2025, 2, 28), seoul("2025-02-28 23:59:59.999999"), 0.5, True)
    assert cursor_read(cursor_made(key, scope="s"), scope="s") == key
    assert cursor_read(None) is None
    assert cursor_read("") is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!!",
        "김치",
        "bnVsbA",
        "W10",
        "WyIiLDFd",
        "WyIiLFtbMV1dXQ",
        "WyIiLFt7Im4iOiJOYU4ifV1d",
        "WyIiLFt7Im4iOiIxRSs5OTk5OTkifV1d",
        "WyIiLFtOYU5dXQ",
        "WyIiLFsiXHUwMDAwIl1d",
        "WyIiLFs5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XV0",
        cursor_made((1,), scope="another"),
        cursor_made((1, 2)),
        cursor_made(("1",)),
        "W" * 500,
    ],
)
def test_a_cursor_that_we_did_not_make_is_refused(cursor):
    with pytest.raises(InvalidInput) as refused:
        cursor_read(cursor, kinds=[int])
    assert refused.value.details == {"fields": {"cursor": ["Not a cursor of this list."]}}


def test_a_cursor_of_another_kind_of_list_is_refused():
    with pytest.raises(InvalidInput):
        page_of([{"id": 1}, {"id": 2}], limit=1, cursor=cursor_made(("a",)), key=lambda row: (row["id"],))
