"""The glossary is true: every entry's SQL runs, and shows the figure that is told elsewhere."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from analytics.glossary.book import ENTRIES
from analytics.selectors.goals.anomalies import anomalies_between
from analytics.services.goals.anomalies import anomalies_find
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild, refund, tell
from tests.factories import seoul
from xlcfi.api.tokens import internal_token_mint
from xlcfi.clock import FixedClock, use_clock

FIRST, LAST = date(2025, 10, 22), date(2025, 11, 20)
DAYS = f"from={FIRST}&to={LAST}"


def shown(key, first=FIRST, last=LAST):
    """The rows of an entry's SQL, as dicts."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES[key].statement, {"from": first, "to": last})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def only(key, column, first=FIRST, last=LAST, **where):
    """The one value of `column` that an entry shows where its other columns are as said."""
    found = [row[column] for row in shown(key, first, last) if all(row[name] == value for name, value in where.items())]
    assert len(found) == 1, (key, found)
    return found[0]


def told(path):
    """What the API tells."""
    answer = Client().get(f"/v1/analytics/{path}", headers={"X-Internal-Token": internal_token_mint()})
    body = json.loads(answer.content, parse_float=Decimal)
    assert body["success"], (path, body["error"])
    return body["data"]


def of_month(key, column, rows_, **where):
    return {str(row[key]): row[column] for row in rows_ if all(row[name] == value for name, value in where.items())}


def sales_are_true():
    totals = told(f"sales?{DAYS}")["totals"]
    for measure in ("gross", "discounts", "returns", "cancellations", "refunds", "net_revenue", "units"):
        assert only(measure, measure, currency="KRW") == totals[measure], measure
    assert only("average_order_value", "average_order_value", currency="KRW") == totals["average_order_value"]
    by_status = told("dashboard?period=month")["orders"]
    assert of_month("status", "orders", shown("orders_by_status")) == by_status["by_status"]
    assert only("paid_order", "orders") == by_status["count"]
    assert only("change_rate", "change_rate") == told("dashboard?period=month")["revenue"]["change_rate"]
    groups = told(f"sales?{DAYS}&group_by=product&limit=100")["groups"]["items"]
    mine = of_month("product_id", "net_revenue", shown("revenue_by_product"), currency="KRW")
    assert {str(group["id"]): group["net_revenue"] for group in groups if group["net_revenue"]} == mine
    groups = told(f"sales?{DAYS}&group_by=country&limit=100")["groups"]["items"]
    mine = of_month("country", "net_revenue", shown("sales_by_country"), currency="KRW")
    assert {group["id"] or "": group["net_revenue"] for group in groups if group["net_revenue"]} == mine
    hours = told(f"sales?from={LAST}&to={LAST}&granularity=hour")["buckets"]
    mine = of_month("hour", "orders", shown("sales_by_hour", LAST, LAST), currency="KRW")
    assert {str(number): hour["orders"] for number, hour in enumerate(hours) if hour["orders"]} == mine


def contribution_is_true():
    answer = told(f"contribution?{DAYS}&by=seller&limit=100")
    mine = {row["seller_id"]: row for row in shown("contribution")}
    for item in answer["members"]["items"]:
        row = mine.pop(item["id"] or 0)
        assert (row["change"], row["net_now"]) == (item["change"], item["net_revenue"])
        assert (row["volume_effect"], row["price_effect"]) == (item["volume_effect"], item["price_effect"])
    assert mine == {}
    rows("INSERT INTO currency_rates (currency, day, krw_per_unit) VALUES ('USD', '2025-11-01', 1400) RETURNING 1")
    rows("INSERT INTO currency_rates (currency, day, krw_per_unit) VALUES ('USD', '2025-11-21', 9999) RETURNING 1")
    dollars = only("net_revenue", "net_revenue", currency="USD")
    assert only("converted_view", "net_revenue_krw", currency="USD") == round(dollars * 1400, 2)
    assert only("converted_view", "net", currency="KRW") == only("net_revenue", "net_revenue", currency="KRW")


def people_are_true():
    users = told("dashboard?period=month")["users"]
    assert only("active_users", "active_users") == users["active"]
    assert only("new_users", "new_users") == users["new"]
    [month] = told("buyers?granularity=month&from=2025-10-01&to=2025-10-31")["series"]
    assert only("new_and_returning_buyers", "new_buyers", date(2025, 10, 1), date(2025, 10, 31)) == month["new_buyers"]
    returning = only("new_and_returning_buyers", "returning_buyers", date(2025, 10, 1), date(2025, 10, 31))
    assert returning == month["returning_buyers"]
    answer, revenue = told("cohorts"), told("cohorts?measure=revenue")
    begin, end = date(2024, 11, 1), LAST
    sizes = {f"{row['cohort']:%Y-%m}": row["buyers"] for row in shown("cohort", begin, end)}
    assert {each["cohort"]: each["buyers"] for each in answer["cohorts"]} == sizes
    kept = {(f"{row['cohort']:%Y-%m}", f"{row['month']:%Y-%m}"): row for row in shown("retention", begin, end)}
    cells = [(each["cohort"], cell) for each in answer["cohorts"] for cell in each["months"] if cell["buyers"]]
    assert {(cohort, cell["month"]) for cohort, cell in cells} == set(kept)
    assert all(cell["retention"] == kept[cohort, cell["month"]]["retention"] for cohort, cell in cells)
    net = {
        (f"{row['cohort']:%Y-%m}", f"{row['month']:%Y-%m}"): row["net_revenue"]
        for row in shown("cohort_revenue", begin, end)
    }
    cells = [(each["cohort"], cell) for each in revenue["cohorts"] for cell in each["months"]]
    assert all(cell["net_revenue"] == net.get((cohort, cell["month"]), 0) for cohort, cell in cells)
    grid = {(cell["recency"], cell["frequency"]): cell["buyers"] for cell in told("segments")["grid"] if cell["buyers"]}
    assert {(row["recency"], row["frequency"]): row["buyers"] for row in shown("rfm")} == grid
    segments = told("segments")["total"]
    [worth] = shown("lifetime_value", date(2000, 1, 1), LAST)
    assert worth["buyers"] <= segments["buyers"]
    whole = rows("SELECT COUNT(DISTINCT buyer_id) FROM order_facts WHERE paid AND currency = 'KRW'")[0][0]
    assert worth["lifetime_net_per_buyer"] == round(segments["lifetime_net_revenue"] / whole, 2)
    for row in shown("user_score")[:5]:
        assert told(f"users/{row['user_id']}")["score"]["value"] == row["score"]
    [purchases] = shown("delivered_purchases", date(2000, 1, 1), date(2099, 1, 1))
    [(count, spent)] = rows("SELECT SUM(total_purchases), SUM(total_spent) FROM user_profiles")
    assert (purchases["total_purchases"], purchases["total_spent"]) == (count, spent)


def products_are_true():
    popular = told("products/popular?days=30&limit=20")["items"]
    assert [item["units"] for item in popular] == [row["units"] for row in shown("popular")][: len(popular)]
    assert {item["product_id"] for item in popular[:3]} <= {row["product_id"] for row in shown("popular")}
    classes = told("products/abc?period=month")["classes"]
    mine = {row["class"]: row["products"] for row in shown("abc")}
    assert {name: part["products"] for name, part in classes.items() if part["products"]} == mine
    baskets = told(f"baskets?{DAYS}")
    assert only("basket_size", "orders", currency="KRW") == baskets["orders"]
    assert round(only("basket_size", "mean_products", currency="KRW"), 2) == baskets["lines"]["mean"]
    assert round(only("basket_size", "mean_units", currency="KRW"), 2) == baskets["units"]["mean"]
    best = shown("popular")[0]["product_id"]
    rows(
        """INSERT INTO product_planning (product_id, unit_cost, currency, updated_at, source)
        VALUES (%s, 1000, 'KRW', now(), '') RETURNING 1""",
        [best],
    )
    margin = told(f"products/margins?{DAYS}")["totals"]
    [mine] = shown("margin")
    assert (mine["covered_products"], mine["gross_margin"]) == (1, margin["gross_margin"])
    views = of_month("product_id", "views", shown("views"))
    assert views[str(best)] > 0
    assert views == {
        str(product): count
        for product, count in rows(
            """SELECT (event_data->>'product_id')::bigint, COUNT(*) FROM user_behaviors WHERE event_type = 'view'
               GROUP BY 1"""
        )
    }


def operations_are_true():
    answer = told(f"operations?{DAYS}")
    [orders] = shown("order_success_rate")
    assert orders == {name: answer["orders"][name] for name in ("created", "paid", "success_rate")}
    payments = [
        {name: each[name] for name in ("method", "currency", "attempts", "succeeded", "success_rate")}
        for each in answer["payments"]["by_method"]
    ]
    assert shown("payment_success_rate") == payments != []
    reasons = {each["reason"]: each["count"] for each in answer["cancellations"]["reasons"]}
    assert of_month("reason", "cancellations", shown("cancellation_reasons")) == reasons
    [lead], [late] = shown("lead_time"), shown("late_share")
    assert lead == {name: answer["deliveries"][name] for name in ("delivered", "median_hours", "p90_hours")}
    assert late == {name: answer["deliveries"][name] for name in ("delivered", "late", "late_share")}
    coupons = {each["coupon_id"]: each for each in answer["coupons"]["by_coupon"]}
    for row in shown("coupon_redemption"):
        coupon = coupons[row["coupon_id"]]
        assert (row["issued"], row["used"]) == (coupon["issued"], coupon["issued_and_used"])
        assert row["redemption_rate"] == coupon["redemption_rate"]
    assert shown("coupon_revenue") == answer["coupons"]["revenue"]
    assert {row["type"]: (row["movements"], row["amount"]) for row in shown("balances")} == {
        each["type"]: (each["count"], each["amount"]) for each in answer["balances"]["by_type"] if each["count"]
    }
    assert of_month("status", "records", shown("blockchain")) == answer["blockchain"]["by_status"]


def the_funnel_is_true():
    answer = told(f"funnel?{DAYS}")
    for step in answer["steps"]:
        [row] = shown(f"funnel_{step['step']}")
        assert (row[step["step"]], row["share_of_viewed"]) == (step["count"], step["rate_of_first"])
    assert answer["steps"][0]["count"] == rows("SELECT COUNT(*) FROM journeys")[0][0] > 0
    times = {row["step"]: row["median_seconds"] for row in shown("funnel_times")}
    told_times = {step["step"][0].upper(): step["median_seconds"] for step in answer["steps"][1:]}
    assert {step: seconds for step, seconds in told_times.items() if seconds is not None} == times
    assert only("anonymous_views", "anonymous_views") == answer["anonymous_views"]


def goals_are_true():
    anomalies_find()
    mine = shown("anomaly", date(2025, 9, 1), LAST)
    for series in {row["series"] for row in mine}:
        told_of = anomalies_between(series, date(2025, 9, 1), LAST)
        assert sum(row["series"] == series and row["seller_id"] == 0 for row in mine) == len(told_of)
    [target] = told("targets")["items"]
    end = date(2025, 11, 30)
    assert only("target_actual", "actual", LAST, end) == target["progress"]["actual"] != 0
    assert only("target_status", "targets", status=target["status"]) == 1
    weights = shown("target_expected", date(2025, 11, 1), end)
    whole, over = sum(row["net_revenue"] for row in weights), date(2025, 11, 20)
    share = sum(row["net_revenue"] for row in weights if row["weighs_for"] < over)
    share += sum(row["net_revenue"] for row in weights if row["weighs_for"] == over) / 2
    if target["progress"]["weighted_by"] == "last_year":
        assert float(target["progress"]["elapsed"]) == pytest.approx(float(share / whole), abs=1e-4)
    assert only("completeness", "provisional_orders") == 0
    assert only("completeness", "orders") == sum(told("dashboard?period=month")["orders"]["by_status"].values())


@pytest.fixture
def market_told(market, settings, tmp_path, own_redis):
    """A generated market with dollars, a refund that only an event told, and a view before every line."""
    settings.REBUILD_SETTLE_SECONDS = settings.RATE_LIMIT_PER_MINUTE = 0
    when = ("--until", f"{LAST}T12:00")
    call_command("demo_market", "--scale", "0.005", "--seed", "3", *when, "--no-images", "--out", str(tmp_path))
    product = rows("SELECT MIN(id) FROM products WHERE status <> 'HIDDEN'")[0][0]
    buyer = rows("SELECT MIN(id) FROM users WHERE role = 'BUYER'")[0][0]
    market.paid_order(items=[(product, 1, 50)], currency="USD", buyer_id=buyer, created_at=seoul("2025-11-10 09:00"))
    rows(
        """INSERT INTO user_behaviors (event_id, user_id, event_type, event_data, created_at, subject)
        SELECT 'view-' || i.id, o.buyer_id, 'view', jsonb_build_object('product_id', i.product_id),
               (o.created_at AT TIME ZONE 'Asia/Seoul') - interval '5 minutes', 'view-' || i.id
        FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.created_at >= '2025-11-01' RETURNING 1"""
    )
    with use_clock(FixedClock(seoul(f"{LAST} 12:00"))):
        rebuild()
        order = rows("SELECT MAX(order_id) FROM order_facts WHERE paid AND currency = 'KRW' AND day < '2025-11-15'")[0][
            0
        ]
        tell(refund(order_id=order, amount=1_000, at=seoul("2025-11-18 23:59:59.999999")))
        body = {"name": "t", "metric": "net_revenue", "period": "month", "from": "2025-11-01", "amount": 9_000_000}
        token = {"X-Internal-Token": internal_token_mint()}
        Client().post("/v1/analytics/targets", json.dumps(body), content_type="application/json", headers=token)
        yield market


def test_every_entry_shows_the_figure_that_is_told(market_told):
    for key in ENTRIES:
        shown(key)
    sales_are_true()
    contribution_is_true()
    people_are_true()
    products_are_true()
    operations_are_true()
    the_funnel_is_true()
    goals_are_true()
