"""Finding anomalies in the rollups, telling them once, and taking back what late news explains."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Anomaly, Series, SeriesCheck
from analytics.selectors.goals.anomalies import anomalies_between, anomalies_latest, series_checked
from analytics.services.goals.anomalies import anomalies_find, anomaly_acknowledge
from tests.analytics.goals.conftest import write_day
from tests.analytics.plain_sql import rows
from tests.analytics.telling import rebuild
from tests.factories import seoul
from xlcfi.errors import NotFound

pytestmark = pytest.mark.django_db
YESTERDAY = date(2025, 11, 19)


def found(series, **more):
    return [
        (str(each.day), each.hour, each.direction)
        for each in anomalies_between(series, date(2025, 11, 1), YESTERDAY, **more)
    ]


def test_a_clean_market_has_nothing_to_tell(shop):
    anomalies_find()
    assert Anomaly.objects.filter(day__gte="2025-10-12").count() == 0


def test_planted_days_and_hours_are_found_with_what_was_expected(shop):
    low, high = shop.orders[113] // 5, shop.orders[116] * 4
    fewest, most = int(low.sum()), int(high.sum())
    write_day(shop.day(113), low.tolist(), shop.revenue[113] / 5)
    write_day(shop.day(116), high.tolist(), shop.revenue[116] * 4)
    outage = shop.orders[119].copy()
    outage[20:23] = 0
    write_day(shop.day(119), outage.tolist(), shop.revenue[119])
    anomalies_find()
    assert found(Series.ORDERS_DAY) == [("2025-11-13", None, "low"), ("2025-11-16", None, "high")]
    assert found(Series.NET_REVENUE_DAY) == [("2025-11-13", None, "low"), ("2025-11-16", None, "high")]
    hours = found(Series.ORDERS_HOUR)
    assert ("2025-11-19", 20, "low") in hours
    assert {day for day, _, _ in hours} <= {"2025-11-13", "2025-11-16", "2025-11-17", "2025-11-19"}
    [fallen, risen] = anomalies_between(Series.ORDERS_DAY, YESTERDAY - timedelta(days=10), YESTERDAY)
    assert fallen.value == fewest < fallen.low < fallen.expected < fallen.high
    assert risen.value == most > risen.high
    assert abs(float(fallen.expected) / shop.mean[113] - 1) < 0.3
    assert fallen.score < -4 < 4 < risen.score
    assert fallen.at == seoul("2025-11-13")


def test_the_running_day_and_the_running_hour_are_not_judged(shop, clock):
    clock.moment = seoul("2025-11-20 14:15")
    anomalies_find()
    assert set(series_checked()) == set(Series.values)
    assert set(series_checked().values()) == {seoul("2025-11-20 14:00")}
    # No order since midnight: fourteen hours that have ended, and a day that has not.
    running = Anomaly.objects.filter(day="2025-11-20")
    assert running.exists()
    assert all(each.hour is not None and each.hour < 14 for each in running)


def test_it_looks_once_an_hour_and_when_the_day_has_ended(shop, clock):
    def looks():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            anomalies_find()
        return len(seen) > 5

    assert looks()
    assert not looks()
    clock.moment = seoul("2025-11-20 11:04")
    assert not looks()
    clock.moment = seoul("2025-11-20 11:05")
    assert looks()
    clock.moment = seoul("2025-11-21 00:05")
    assert looks()
    assert Anomaly.objects.filter(series=Series.ORDERS_DAY, day="2025-11-20", direction="low").exists()


def test_finding_again_finds_the_same_once(shop):
    write_day(shop.day(116), (shop.orders[116] * 4).tolist(), shop.revenue[116] * 4)
    assert anomalies_find() > 0
    before = list(Anomaly.objects.order_by("id").values())
    assert anomalies_find(force=True) == 0
    assert list(Anomaly.objects.order_by("id").values()) == before


def test_what_late_news_explains_is_withdrawn_and_comes_back_if_it_has_to(shop, clock):
    day = shop.day(116)
    write_day(day, (shop.orders[116] // 6).tolist(), shop.revenue[116])
    anomalies_find()
    [told] = anomalies_between(Series.ORDERS_DAY, day, day)
    anomaly_acknowledge(anomaly_id=told.id, who="hana", note="the consumers stood still")
    write_day(day, shop.orders[116].tolist(), shop.revenue[116])
    clock.advance(timedelta(hours=1))
    anomalies_find()
    assert anomalies_between(Series.ORDERS_DAY, day, day) == []
    kept = Anomaly.objects.get(id=told.id)
    assert (kept.withdrawn_at, kept.note) == (clock.now(), "the consumers stood still")
    write_day(day, (shop.orders[116] // 6).tolist(), shop.revenue[116])
    clock.advance(timedelta(hours=1))
    anomalies_find()
    [again] = anomalies_between(Series.ORDERS_DAY, day, day)
    assert (again.id, again.found_at, again.acknowledged_by) == (told.id, told.found_at, "hana")


def test_changes_that_wait_to_be_folded_count_too(shop):
    rows(
        """INSERT INTO rollup_deltas (day, hour, currency, gross, refunds, orders)
        SELECT '2025-11-18', 12, 'KRW', 0, 0, 2000 RETURNING 1"""
    )
    anomalies_find()
    assert found(Series.ORDERS_DAY) == [("2025-11-18", None, "high")]
    assert ("2025-11-18", 12, "high") in found(Series.ORDERS_HOUR)


def test_a_seller_with_enough_sales_is_watched_and_one_with_few_is_not(shop):
    for day in range(120):
        for seller, orders in ((7, shop.orders[day].sum() // 10), (8, 3), (0, 50)):
            times = 4 if day == 117 else 1
            rows(
                """INSERT INTO seller_sales_days (currency, day, seller_id, gross, refunds, orders)
                VALUES ('KRW', %s, %s, %s, 0, %s) RETURNING 1""",
                [shop.day(day), seller, int(orders) * 30_000 * times, int(orders) * times],
            )
    anomalies_find()
    assert found(Series.SELLER_ORDERS_DAY, seller_id=7) == [("2025-11-17", None, "high")]
    assert found(Series.SELLER_REVENUE_DAY, seller_id=7) == [("2025-11-17", None, "high")]
    assert set(Anomaly.objects.filter(seller_id__gt=0).values_list("seller_id", flat=True)) == {7}
    assert not Anomaly.objects.filter(series__startswith="seller", seller_id=0).exists()


def test_views_that_stop_and_payments_that_fail_are_found(shop):
    for day in range(120):
        views = 0 if day == 118 else 3_000 + int(shop.orders[day].sum())
        for kind, count in (("view", views), ("payment_failed", 60 if day == 115 else 4)):
            rows(
                "INSERT INTO behavior_days (day, event_type, count) VALUES (%s, %s, %s) RETURNING 1",
                [shop.day(day), kind, count],
            )
    rows(
        """INSERT INTO user_behaviors (event_id, event_type, event_data, created_at, subject)
        SELECT 'f' || n, 'payment_failed', '{}', timestamptz '2025-11-15 23:30:00+09', 'payment:' || n
        FROM generate_series(1, 56) n RETURNING 1"""
    )
    anomalies_find()
    assert found(Series.VIEWS_DAY) == [("2025-11-18", None, "low")]
    assert found(Series.PAYMENT_FAILURES_DAY) == [("2025-11-15", None, "high")]
    assert found(Series.PAYMENT_FAILURES_HOUR) == [("2025-11-15", 23, "high")]


def test_what_it_costs_does_not_depend_on_how_many_are_found(shop):
    write_day(shop.day(113), (shop.orders[113] * 5).tolist(), shop.revenue[113] * 5)
    with CaptureQueriesContext(connection) as first:
        anomalies_find()
    for day in range(105, 119):
        write_day(shop.day(day), (shop.orders[day] * (day % 3)).tolist(), shop.revenue[day] * (day % 3))
    with CaptureQueriesContext(connection) as second:
        anomalies_find(force=True)
    # The lock, how far it was, six sources, keeping, withdrawing, noting, and a savepoint around all of it.
    assert len(first) == len(second) == 13


def test_an_outage_in_the_orders_of_the_platform_becomes_an_anomaly(market, clock):
    buyer, seller, product = market.user(), market.user("SELLER"), market.product()
    market.sql(
        """WITH placed AS (
            INSERT INTO orders (buyer_id, seller_id, status, total, currency, created_at, updated_at)
            SELECT %(buyer)s, %(seller)s, 'CONFIRMED', 30000, 'KRW', at, at
            FROM (SELECT day + n * interval '40 minutes' AS at
                  FROM generate_series(timestamp '2025-09-15', timestamp '2025-11-19', interval '1 day') day,
                       generate_series(0, 29) n
                  WHERE day <> timestamp '2025-11-17' OR n < 3) AS moments
            RETURNING id, created_at
        ), lines AS (
            INSERT INTO order_items (order_id, product_id, quantity, unit_price)
            SELECT id, %(product)s, 1, 30000 FROM placed
        )
        INSERT INTO payments (order_id, pg_transaction_id, method, status, amount, currency, paid_at, created_at)
        SELECT id, 'pg' || id, 'CARD', 'COMPLETED', 30000, 'KRW', created_at, created_at FROM placed""",
        {"buyer": buyer, "seller": seller, "product": product},
    )
    rebuild()
    anomalies_find()
    assert found(Series.ORDERS_DAY) == [("2025-11-17", None, "low")]
    assert found(Series.NET_REVENUE_DAY) == [("2025-11-17", None, "low")]
    [told] = anomalies_between(Series.NET_REVENUE_DAY, YESTERDAY - timedelta(days=5), YESTERDAY)
    assert (told.value, told.expected) == (90_000, 900_000)


def test_the_first_to_acknowledge_stays_and_a_later_note_is_kept(shop, clock):
    write_day(shop.day(116), (shop.orders[116] * 4).tolist(), shop.revenue[116] * 4)
    anomalies_find()
    [told] = anomalies_between(Series.ORDERS_DAY, shop.day(116), shop.day(116))
    anomaly_acknowledge(anomaly_id=told.id, who="hana")
    seen = clock.now()
    clock.advance(timedelta(minutes=5))
    anomaly_acknowledge(anomaly_id=told.id, who="minsu", note="a sale on television")
    [told] = anomalies_between(Series.ORDERS_DAY, shop.day(116), shop.day(116))
    assert (told.acknowledged_by, told.acknowledged_at, told.note) == ("hana", seen, "a sale on television")
    assert told.id not in {each.id for each in anomalies_latest()}
    with pytest.raises(NotFound):
        anomaly_acknowledge(anomaly_id=2**40, who="hana")


def test_after_a_pause_what_was_not_looked_at_is_judged(shop, clock):
    write_day(shop.day(95), (shop.orders[95] * 4).tolist(), shop.revenue[95] * 4)
    SeriesCheck.objects.bulk_create(
        SeriesCheck(series=series, checked_until=seoul("2025-10-20 03:00")) for series in Series.values
    )
    anomalies_find()
    assert [str(each.day) for each in anomalies_between(Series.ORDERS_DAY, date(2025, 10, 20), YESTERDAY)] == [
        "2025-10-26"
    ]
