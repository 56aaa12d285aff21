"""Sales with every nasty case, worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, rebuild, refund, tell
from tests.factories import seoul
from xlcfi.clock import FixedClock, use_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(settings, clock):
    settings.REBUILD_SETTLE_SECONDS = 0


def sales(ask, first, last=None, **parameters):
    status, data = ask("sales", from_=first, to=last or first, **parameters)
    assert status == 200, data
    return data


def some(told, *names):
    return tuple(told[name] for name in names)


def test_midnight_in_seoul_parts_two_days_and_two_hours(ask, market):
    market.paid_order(total=1_000, created_at=seoul("2025-03-01 23:59:59.999999"))
    market.paid_order(total=2_000, created_at=seoul("2025-03-02 00:00:00"))
    rebuild()
    data = sales(ask, "2025-03-01", "2025-03-02")
    assert [step["gross"] for step in data["buckets"]] == [1_000, 2_000]
    data = sales(ask, "2025-03-01", "2025-03-02", granularity="hour")
    assert [(s["from"], s["hour"], s["gross"]) for s in data["buckets"] if s["gross"]] == [
        ("2025-03-01", 23, 1_000),
        ("2025-03-02", 0, 2_000),
    ]
    assert len(data["buckets"]) == 48


def test_the_week_of_new_year_is_one_week_from_its_monday_and_is_cut_at_the_ends_only(ask, market):
    for day in ("2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-05", "2025-01-06"):
        market.paid_order(total=1_000, created_at=seoul(f"{day} 12:00"))
    rebuild()
    data = sales(ask, "2024-12-28", "2025-01-06", granularity="week")
    assert [some(step, "from", "to", "orders") for step in data["buckets"]] == [
        ("2024-12-28", "2024-12-29", 1),
        ("2024-12-30", "2025-01-05", 4),
        ("2025-01-06", "2025-01-06", 1),
    ]
    for granularity, steps in (("year", 2), ("quarter", 2), ("month", 2)):
        data = sales(ask, "2024-12-28", "2025-01-06", granularity=granularity)
        assert [step["orders"] for step in data["buckets"]] == [3, 3]
        assert len(data["buckets"]) == steps


def test_the_leap_day_is_compared_with_the_28th_and_weeks_with_weeks(ask, market):
    market.paid_order(total=1_000, created_at=seoul("2023-02-28 12:00"))
    market.paid_order(total=3_000, created_at=seoul("2024-02-29 12:00"))
    rebuild()
    year = sales(ask, "2024-02-29", compare="year")["comparison"]["year"]
    assert year["period"]["from"] == "2023-02-28T00:00:00+09:00"
    assert year["period"]["to"] == "2023-02-28T23:59:59.999999+09:00"
    assert float(year["change_rate"]["gross"]) == 2.0
    year = sales(ask, "2024-02-29", compare="year", granularity="week")["comparison"]["year"]
    assert year["period"]["from"] == "2023-03-02T00:00:00+09:00"
    assert date(2024, 2, 29).weekday() == date(2023, 3, 2).weekday()


def test_a_partial_refund_is_on_its_own_day_and_leaves_the_sale_where_it_was(ask, market):
    kimchi, gim = market.product(), market.product()
    order = market.paid_order(items=[(kimchi, 2, 5_000), (gim, 1, 20_000)], created_at=seoul("2025-03-01 10:00"))
    rebuild()
    tell(refund(order_id=order, amount=5_000, at=seoul("2025-03-02 09:30"), items=[(kimchi, 1)]))
    for folded in (False, True):
        if folded:
            fold()
        data = sales(ask, "2025-03-01", "2025-03-02", group_by="product")
        assert [some(s, "gross", "returns", "net_revenue", "orders", "units") for s in data["buckets"]] == [
            (30_000, 0, 30_000, 1, 3),
            (0, 5_000, -5_000, 0, 0),
        ]
        assert data["buckets"][1]["average_order_value"] is None
        found = {item["id"]: some(item, "gross", "refunds", "orders") for item in data["groups"]["items"]}
        assert found == {kimchi: (10_000, 5_000, 1), gim: (20_000, 0, 1)}
        hours = sales(ask, "2025-03-02", granularity="hour")["buckets"]
        assert [s["hour"] for s in hours if s["returns"]] == [9]


def test_discounts_are_what_the_lines_were_worth_beyond_the_total(ask, market):
    product = market.product()
    market.paid_order(items=[(product, 2, 5_000)], total=9_000, created_at=seoul("2025-03-01 10:00"))
    market.paid_order(items=[(product, 1, 5_000)], total=8_000, created_at=seoul("2025-03-01 11:00"))
    rebuild()
    data = sales(ask, "2025-03-01")
    assert some(data["totals"], "gross", "discounts", "units") == (17_000, 1_000 - 3_000, 3)
    assert data["totals"]["average_order_value"] == 8_500


def test_an_average_is_rounded_half_up_to_two_decimals(ask, market):
    for total in ("0.01", "0.02"):
        market.paid_order(total=total, currency="USD", created_at=seoul("2025-03-01 10:00"))
    rebuild()
    data = sales(ask, "2025-03-01", currency="USD")
    assert data["totals"]["average_order_value"] == Decimal("0.02")  # 0.015


def test_a_cancelled_paid_order_is_a_cancellation_and_an_unpaid_one_is_nothing(ask, market):
    called_off = market.order(
        total=4_000, status="CANCELLED", created_at=seoul("2025-03-01 10:00"), updated_at=seoul("2025-03-03 15:00")
    )
    market.payment(called_off, status="CANCELLED", paid_at=seoul("2025-03-01 10:01"))
    market.order(total=7_000, status="CANCELLED", created_at=seoul("2025-03-01 10:00"))
    odd = market.paid_order(total=500, created_at=seoul("2025-03-01 12:00"))
    rows("ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_status_check; SELECT 1")
    rows("UPDATE orders SET status = 'ON_THE_MOON' WHERE id = %s RETURNING 1", [odd])
    rebuild()
    data = sales(ask, "2025-03-01", "2025-03-03")
    assert [some(s, "gross", "cancellations", "returns", "net_revenue", "orders") for s in data["buckets"]] == [
        (4_500, 0, 0, 4_500, 2),
        (0, 0, 0, 0, 0),
        (0, 4_000, 0, -4_000, 0),
    ]


def test_without_any_order_everything_is_zero_and_nothing_fails(ask):
    for parameters in (
        {"granularity": "month", "group_by": "product"},
        {"group_by": "category", "level": "top", "compare": "both", "series": "true"},
        {"group_by": "currency"},
        {"category": 1},
        {"seller": 1},
        {"product": 1},
        {"country": "KR"},
    ):
        data = sales(ask, "2025-03-01", "2025-04-15", **parameters)
        assert {some(step, "gross", "orders", "net_revenue") for step in data["buckets"]} == {(0, 0, 0)}
        assert data["totals"]["average_order_value"] is None
        assert data["other_currencies"] == []
        assert data["groups"] is None or data["groups"]["items"] == []
    assert ask("contribution", from_="2025-03-01", to="2025-03-02")[1]["total"]["change"] == 0


def test_currencies_are_never_added_up_and_the_converted_view_says_what_it_did(ask, market):
    market.paid_order(total=30_000, created_at=seoul("2025-03-01 10:00"))
    market.paid_order(total="19.99", currency="USD", created_at=seoul("2025-03-01 10:00"))
    market.paid_order(total=700, currency="JPY", created_at=seoul("2025-03-01 10:00"))
    rebuild()
    rows("""INSERT INTO currency_rates (currency, day, krw_per_unit, source) VALUES
        ('USD', '2025-02-20', 1400, 'old'), ('USD', '2025-02-28', 1450.505, 'bank'), ('USD', '2025-03-02', 1, 'later')
        RETURNING 1""")
    data = sales(ask, "2025-03-01", convert="KRW")
    assert data["totals"]["gross"] == 30_000
    assert {told["currency"]: told["gross"] for told in data["other_currencies"]} == {
        "USD": Decimal("19.99"),
        "JPY": 700,
    }
    assert data["converted"] == {
        "currency": "KRW",
        "total": 30_000 + Decimal("28995.59"),  # 19.99 * 1450.505 = 28995.59495
        "rates": [
            {
                "currency": "USD",
                "day": "2025-02-28",
                "rate": Decimal("1450.505"),
                "source": "bank",
                "amount": Decimal("19.99"),
                "converted": Decimal("28995.59"),
            }
        ],
        "incomplete": ["JPY"],
    }
    assert sales(ask, "2025-03-01")["converted"] is None


def test_a_category_that_is_gone_has_no_name_and_its_children_are_at_the_top(ask, market):
    food = market.category(name="식품")
    kimchi = market.category(name="김치", parent_id=food)
    market.paid_order(items=[(market.product(category_id=kimchi), 1, 5_000)], created_at=seoul("2025-03-01 10:00"))
    rebuild()
    data = sales(ask, "2025-03-01", group_by="category", level="top")
    assert [some(item, "id", "name", "gross") for item in data["groups"]["items"]] == [(food, "식품", 5_000)]
    assert sales(ask, "2025-03-01", category=food)["totals"]["gross"] == 5_000
    rows("ALTER TABLE categories DISABLE TRIGGER ALL; ALTER TABLE products DISABLE TRIGGER ALL; SELECT 1")
    rows("DELETE FROM categories WHERE id = %s RETURNING 1", [food])
    data = sales(ask, "2025-03-01", group_by="category", level="top")
    assert [some(item, "id", "name") for item in data["groups"]["items"]] == [(kimchi, "김치")]
    rows("DELETE FROM categories WHERE id = %s RETURNING 1", [kimchi])
    for level in ("leaf", "top"):
        data = sales(ask, "2025-03-01", group_by="category", level=level)
        assert [some(item, "id", "name", "gross") for item in data["groups"]["items"]] == [(kimchi, None, 5_000)]


def test_categories_that_are_each_others_parents_end_no_request(ask, market):
    one = market.category()
    two = market.category(parent_id=one)
    rows("UPDATE categories SET parent_id = %s WHERE id = %s RETURNING 1", [two, one])
    market.paid_order(items=[(market.product(category_id=two), 1, 5_000)], created_at=seoul("2025-03-01 10:00"))
    rebuild()
    assert sales(ask, "2025-03-01", category=one)["totals"]["gross"] == 5_000
    data = sales(ask, "2025-03-01", group_by="category", level="top")
    assert [some(item, "id", "gross") for item in data["groups"]["items"]] == [(two, 5_000)]


def test_an_order_whose_lines_nobody_told_is_a_group_without_an_id(ask, market):
    order = market.paid_order(total=5_000, created_at=seoul("2025-03-01 10:00"))
    rows("DELETE FROM order_items WHERE order_id = %s RETURNING 1", [order])
    rebuild()
    for group_by in ("product", "category"):
        data = sales(ask, "2025-03-01", group_by=group_by)
        assert [some(item, "id", "name", "gross") for item in data["groups"]["items"]] == [(None, None, 5_000)]


def test_an_event_is_in_every_figure_before_anything_is_folded(ask, market):
    seller = market.user("SELLER")
    category = market.category()
    product = market.product(seller_id=seller, category_id=category)
    buyer = market.user(country_code="JP")
    rebuild()
    order = market.paid_order(items=[(product, 3, 1_000)], buyer_id=buyer, created_at=seoul("2025-03-01 10:00"))
    tell(payment_of_order(order))
    for parameters in (
        {},
        {"granularity": "hour"},
        {"seller": seller},
        {"product": product},
        {"category": category},
        {"country": "JP"},
        *({"group_by": name} for name in ("category", "seller", "product", "country", "currency")),
    ):
        data = sales(ask, "2025-03-01", **parameters)
        assert some(data["totals"], "gross", "orders", "units") == (3_000, 1, 3), parameters
        if data["groups"]:
            (item,) = data["groups"]["items"]
            assert some(item, "gross", "orders", "units") == (3_000, 1, 3), parameters


def test_the_period_ends_today_in_seoul_whatever_was_asked_before(ask, market):
    for moment, last in (("2025-11-20 23:59", "2025-11-20"), ("2025-11-21 00:01", "2025-11-21")):
        with use_clock(FixedClock(seoul(moment))):
            assert ask("sales")[1]["period"]["to"].startswith(last)
            assert ask("sales", period="week")[1]["period"]["to"].startswith(last)
            assert ask("contribution")[1]["period"]["to"].startswith(last)
