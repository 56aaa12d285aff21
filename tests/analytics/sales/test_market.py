"""Every figure about the sales of a generated market, over HTTP, is that of sums over its lines, to the won."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tests.analytics.sales import by_hand
from tests.analytics.sales.conftest import FIRST, LAST

YEAR = date(2024, 11, 21), LAST
SPANS = {
    "day": (date(2025, 10, 7), date(2025, 11, 11)),
    "week": (date(2024, 12, 19), date(2025, 1, 15)),
    "month": (date(2024, 2, 29), date(2025, 3, 3)),
    "quarter": (date(2024, 2, 17), date(2025, 11, 20)),
    "year": (FIRST, LAST),
}


pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper(whole):
    """In place of pytest-django's, whose end would close the connection that holds the market: a savepoint each."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _now(clock):
    """The clock of the market's last day."""


def measured(told):
    return {name: told[name] for name in by_hand.measures([])}


def rates(told):
    return {name: None if rate is None else float(rate) for name, rate in told["change_rate"].items()}


def before(first, last):
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)


def all_pages(ask, path, part, **parameters):
    items, cursor = [], {}
    while cursor is not None:
        status, data = ask(path, **parameters, **cursor)
        assert status == 200, data
        items += data[part]["items"]
        cursor = {"cursor": data[part]["next"]} if data[part]["next"] else None
    return data, items


@pytest.mark.parametrize("currency", ["KRW", "USD"])
@pytest.mark.parametrize("granularity", SPANS)
def test_each_step_each_total_and_each_comparison(ask, whole, granularity, currency):
    first, last = SPANS[granularity]
    status, data = ask("sales", from_=first, to=last, granularity=granularity, currency=currency, compare="both")
    assert status == 200
    weekly = granularity == "week"
    year = [
        day - timedelta(weeks=52)
        if weekly
        else day.replace(year=day.year - 1, day=min(day.day, 28 if day.month == 2 else 31))
        for day in (first, last)
    ]
    spans = {"previous": before(first, last), "year": tuple(year)}
    totals = whole.measures(first, last, currency=currency)
    assert totals["orders"] or currency == "USD"
    assert measured(data["totals"]) == totals
    assert [(date.fromisoformat(step["from"]), date.fromisoformat(step["to"])) for step in data["buckets"]] == (
        by_hand.steps_by_hand(first, last, granularity)
    )
    for step in data["buckets"]:
        days = date.fromisoformat(step["from"]), date.fromisoformat(step["to"])
        assert measured(step) == whole.measures(*days, currency=currency)
    for name, (begin, end) in spans.items():
        told = data["comparison"][name]
        assert told["period"]["from"] == f"{begin}T00:00:00+09:00"
        assert told["period"]["to"] == f"{end}T23:59:59.999999+09:00"
        earlier = whole.measures(begin, end, currency=currency)
        assert measured(told["totals"]) == earlier
        assert rates(told) == {name: by_hand.rate(totals[name], earlier[name]) for name in totals}
        for step in told["buckets"]:
            days = date.fromisoformat(step["from"]), date.fromisoformat(step["to"])
            assert measured(step) == whole.measures(*days, currency=currency)


def test_each_hour(ask, whole):
    first, last = date(2025, 10, 21), LAST
    _, data = ask("sales", from_=first, to=last, granularity="hour", compare="previous")
    found = [(step["from"], step["hour"], measured(step)) for step in data["buckets"]]
    some = by_hand.within(whole.entries, first, last, currency="KRW")
    expected = []
    for number in range(31):
        day = first + timedelta(days=number)
        for hour in range(24):
            mine = [e for e in some if e.moment.date() == day and e.moment.hour == hour]
            expected.append((day.isoformat(), hour, by_hand.measures(mine)))
    assert found == expected
    assert measured(data["totals"]) == by_hand.measures(some)


@pytest.mark.parametrize("group_by", ["category", "top", "seller", "product", "country"])
@pytest.mark.parametrize("span", [YEAR, SPANS["day"]], ids=["year", "weeks"])
def test_each_group_page_by_page(ask, whole, group_by, span):
    level = {"level": "top"} if group_by == "top" else {}
    asked = {"group_by": "category" if level else group_by, **level, "from_": span[0], "to": span[1]}
    data, items = all_pages(ask, "sales", "groups", limit=40, compare="both", **asked)
    tops = by_hand.tops()
    per_product = group_by in ("category", "top")

    def key(entry):
        return tops[entry.category] if group_by == "top" else getattr(entry, group_by)

    year = span[0].replace(year=span[0].year - 1), span[1].replace(year=span[1].year - 1)
    runs = [span, before(*span), year]
    groups = {}
    for number, run in enumerate(runs):
        for entry in by_hand.within(whole.entries, *run, currency="KRW"):
            groups.setdefault(key(entry), ([], [], []))[number].append(entry)
    expected = {id_: [by_hand.measures(some, per_product=per_product) for some in runs] for id_, runs in groups.items()}
    order = sorted(expected, key=lambda id_: (-expected[id_][0]["net_revenue"], id_))
    assert [item["id"] for item in items] == order
    assert data["groups"]["count"] == len(order)
    whole_net = sum((sums[0]["net_revenue"] for sums in expected.values()), Decimal(0))
    assert whole_net == data["totals"]["net_revenue"]
    for item in items:
        now, previous, year_before = expected[item["id"]]
        assert measured(item) == now
        assert float(item["share"]) == round(float(now["net_revenue"] / whole_net), 4)
        for name, earlier in (("previous", previous), ("year", year_before)):
            told = item["comparison"][name]
            assert measured(told["totals"]) == earlier
            assert rates(told) == {name: by_hand.rate(now[name], earlier[name]) for name in now}


def test_a_category_is_all_below_it_a_product_is_itself_and_both_can_be_of_one_seller(ask, whole):
    parent = next(top for category, top in sorted(by_hand.tops().items()) if category != top)
    mine = [e for e in by_hand.within(whole.entries, *YEAR, currency="KRW") if e.category in by_hand.below(parent)]
    assert len({entry.category for entry in mine}) > 1
    _, data = ask("sales", from_=YEAR[0], to=YEAR[1], category=parent, granularity="month")
    assert measured(data["totals"]) == by_hand.measures(mine, per_product=True)
    assert data["orders_counted"] == "per_product"
    one = mine[0]
    _, data = ask("sales", from_=YEAR[0], to=YEAR[1], product=one.product)
    assert measured(data["totals"]) == whole.measures(*YEAR, currency="KRW", product=one.product)
    assert data["orders_counted"] == "once"
    _, data = ask("sales", from_=YEAR[0], to=YEAR[1], category=parent, seller=one.seller, group_by="product")
    assert measured(data["totals"]) == by_hand.measures([e for e in mine if e.seller == one.seller], per_product=True)
    _, data = ask("sales", from_=YEAR[0], to=YEAR[1], country="KR", group_by="country", compare="none")
    assert measured(data["totals"]) == whole.measures(*YEAR, currency="KRW", country="KR")
    assert [item["id"] for item in data["groups"]["items"]] == ["KR"]


def test_currencies_stand_apart(ask, whole):
    currencies = sorted({entry.currency for entry in whole.entries})
    assert len(currencies) > 1
    _, data = ask("sales", from_=YEAR[0], to=YEAR[1], group_by="currency", compare="previous")
    others = {told["currency"]: measured(told) for told in data["other_currencies"]}
    assert others == {c: whole.measures(*YEAR, currency=c) for c in currencies if c != "KRW"}
    assert [item["id"] for item in data["groups"]["items"]] == currencies
    for item in data["groups"]["items"]:
        assert measured(item) == whole.measures(*YEAR, currency=item["id"])
        assert item["share"] is None
        earlier = whole.measures(*before(*YEAR), currency=item["id"])
        assert measured(item["comparison"]["previous"]["totals"]) == earlier


@pytest.mark.parametrize("group_by", ["product", "seller", "category"])
def test_the_steps_of_each_group_add_up_to_it(ask, whole, group_by):
    first, last = SPANS["month"]
    _, data = ask(
        "sales", from_=first, to=last, granularity="month", group_by=group_by, series="true", limit=5, compare="none"
    )
    assert len(data["groups"]["items"]) == 5
    for item in data["groups"]["items"]:
        for step in item["buckets"]:
            days = date.fromisoformat(step["from"]), date.fromisoformat(step["to"])
            expected = whole.measures(
                *days, currency="KRW", per_product=group_by == "category", **{group_by: item["id"]}
            )
            assert measured(step) == expected


def test_a_seller_sees_their_own_only_and_all_of_it(ask, whole):
    mine = next(entry for entry in whole.entries if entry.kind != "sale" and entry.currency == "KRW")
    seller = mine.seller
    asked = {"from_": FIRST, "to": LAST, "granularity": "year", "user": seller}
    expected = whole.measures(FIRST, LAST, currency="KRW", seller=seller)
    assert expected["refunds"]
    for parameters in ({}, {"seller": seller}, {"group_by": "seller"}, {"group_by": "category"}):
        status, data = ask("sales", **asked, **parameters)
        assert status == 200
        assert measured(data["totals"]) == expected
    status, data = ask("sales", **asked, group_by="seller")
    assert [item["id"] for item in data["groups"]["items"]] == [seller]
    _, items = all_pages(ask, "sales", "groups", **asked, group_by="product", limit=30)
    ours = {e.product for e in whole.entries if e.seller == seller and e.currency == "KRW"}
    assert {item["id"] for item in items} <= ours
    for product in sorted({entry.product for entry in whole.entries})[::9]:
        _, data = ask("sales", **asked, product=product, compare="none")
        assert measured(data["totals"]) == whole.measures(FIRST, LAST, currency="KRW", seller=seller, product=product)


@pytest.mark.parametrize("by", ["category", "top", "seller", "product", "country"])
@pytest.mark.parametrize("compare", ["previous", "year"])
def test_what_made_the_change_adds_up_exactly(ask, whole, by, compare):
    first, last = date(2025, 5, 1), LAST
    asked = {"by": "category", "level": "top"} if by == "top" else {"by": by}
    data, items = all_pages(ask, "contribution", "members", from_=first, to=last, compare=compare, limit=50, **asked)
    if compare == "previous":
        begin, end = before(first, last)
    else:
        begin, end = first.replace(year=2024), last.replace(year=2024)
    tops = by_hand.tops()
    sums = {}
    for number, run in enumerate([(first, last), (begin, end)]):
        for entry in by_hand.within(whole.entries, *run, currency="KRW"):
            id_ = tops[entry.category] if by == "top" else getattr(entry, by)
            cell = sums.setdefault(id_, [[Decimal(0), 0], [Decimal(0), 0]])[number]
            cell[0] += entry.gross - entry.back
            cell[1] += entry.units
    assert {item["id"] for item in items} == {id_ for id_, s in sums.items() if any(s[0]) or any(s[1])}
    for item in items:
        (net, units), (net_before, units_before) = sums[item["id"]]
        assert (item["net_revenue"], item["units"]) == (net, units)
        assert (item["net_revenue_before"], item["units_before"]) == (net_before, units_before)
        assert item["change"] == net - net_before == sum(item[part] for part in PARTS)
        if units and units_before:
            exact = by_hand.Fraction(units - units_before) * by_hand.Fraction(net_before) / units_before
            assert abs(by_hand.Fraction(item["volume_effect"]) - exact) <= by_hand.Fraction(1, 200)
            price = (by_hand.Fraction(net) / units - by_hand.Fraction(net_before) / units_before) * units
            assert abs(by_hand.Fraction(item["price_effect"]) - price) <= by_hand.Fraction(1, 200)
        else:
            kind = "new" if units else "lost" if units_before else "unsold"
            assert (item["kind"], item[kind]) == (kind, item["change"])
    total = data["total"]
    assert total["net_revenue"] == whole.measures(first, last, currency="KRW")["net_revenue"]
    assert total["change"] == sum(item["change"] for item in items)
    for part in PARTS:
        assert total[part] == sum(item[part] for item in items)
    sizes = [(-abs(item["change"]), item["id"]) for item in items]
    assert sizes == sorted(sizes)


PARTS = ("volume_effect", "price_effect", "new", "lost", "unsold")


def test_the_older_dashboard_tells_the_same_month(whole, settings):
    from django.test import Client

    from xlcfi.api.tokens import internal_token_mint

    first = LAST - timedelta(days=29)
    body = Client().get("/api/analytics/dashboard", headers={"X-Internal-Token": internal_token_mint()}).json()
    assert set(body) == {"sales_trend", "popular_products", "total_revenue", "avg_order_value"}
    expected = whole.measures(first, LAST, currency="KRW")
    assert Decimal(str(body["total_revenue"])) == expected["net_revenue"]
    assert Decimal(str(body["avg_order_value"])) == expected["average_order_value"]
    assert [day["date"] for day in body["sales_trend"]] == [str(first + timedelta(days=n)) for n in range(30)]
    for day in body["sales_trend"]:
        on = date.fromisoformat(day["date"])
        assert Decimal(str(day["revenue"])) == whole.measures(on, on, currency="KRW")["net_revenue"]
    holding = {}
    for entry in by_hand.within(whole.entries, first, LAST, currency="KRW"):
        if entry.kind == "sale":
            holding.setdefault(entry.product, set()).add(entry.order)
    best = sorted(holding, key=lambda product: (-len(holding[product]), product))[:10]
    assert [(p["id"], p["order_count"]) for p in body["popular_products"]] == [(p, len(holding[p])) for p in best]
