"""The local-time field in buckets and parts of a date: every figure here was counted by hand on a Seoul calendar."""

import pickle
from datetime import UTC, date, datetime

import pytest
from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    F,
    Max,
    Min,
)
from django.db.models import functions as fn

from tests.factories import seoul
from tests.platform.midnights import FIRST_OF_2025, FIRST_OF_MARCH, LAST_OF_2024, MORNING
from xlcfi.platform.models import Order

pytestmark = pytest.mark.usefixtures("zones")


@pytest.mark.parametrize(
    ("function", "buckets"),
    [
        (fn.TruncDate, [(date(2024, 12, 31), 1), (date(2025, 1, 1), 1), (date(2025, 2, 28), 1), (date(2025, 3, 1), 2)]),
        (fn.TruncDay, [(seoul("2024-12-31"), 1), (FIRST_OF_2025, 1), (seoul("2025-02-28"), 1), (FIRST_OF_MARCH, 2)]),
        (fn.TruncWeek, [(seoul("2024-12-30"), 2), (seoul("2025-02-24"), 3)]),
        (fn.TruncMonth, [(seoul("2024-12-01"), 1), (FIRST_OF_2025, 1), (seoul("2025-02-01"), 1), (FIRST_OF_MARCH, 2)]),
        (fn.TruncQuarter, [(seoul("2024-10-01"), 1), (FIRST_OF_2025, 4)]),
        (fn.TruncYear, [(seoul("2024-01-01"), 1), (FIRST_OF_2025, 4)]),
        (
            fn.TruncHour,
            [
                (seoul("2024-12-31 23:00"), 1),
                (FIRST_OF_2025, 1),
                (seoul("2025-02-28 23:00"), 1),
                (FIRST_OF_MARCH, 1),
                (seoul("2025-03-01 08:00"), 1),
            ],
        ),
    ],
)
def test_buckets_are_seouls_whatever_zone_is_activated(orders, function, buckets):
    rows = (
        Order.objects.annotate(bucket=function("created_at"))
        .values("bucket")
        .annotate(n=Count("id"))
        .order_by("bucket")
    )
    assert [(row["bucket"], row["n"]) for row in rows] == buckets
    first = buckets[0][0]
    assert type(rows[0]["bucket"]) is type(first)
    if isinstance(first, datetime):
        assert rows[0]["bucket"].isoformat() == first.isoformat()


def test_a_bucket_can_be_filtered_and_compared_as_a_moment(orders):
    by_month = Order.objects.annotate(month=fn.TruncMonth("created_at"))
    assert by_month.filter(month=FIRST_OF_MARCH).count() == 2
    assert by_month.filter(month__lt=FIRST_OF_MARCH).count() == 3
    assert by_month.filter(created_at=F("month")).count() == 2
    assert by_month.filter(month__month=3).count() == 2
    assert by_month.aggregate(last=Max("month"))["last"] == FIRST_OF_MARCH
    assert by_month.filter(created_at__gte=fn.TruncMonth("updated_at")).count() == 2


def test_buckets_of_expressions_are_seouls_too(orders):
    row = Order.objects.aggregate(first=Min("created_at"), last=Max("created_at"))
    assert row == {"first": LAST_OF_2024, "last": MORNING}
    day = Order.objects.aggregate(day=fn.TruncDate(Max("created_at")), hour=fn.ExtractHour(Max("created_at")))
    assert day == {"day": date(2025, 3, 1), "hour": 8}
    months = Order.objects.annotate(
        month=fn.Trunc(fn.Coalesce("updated_at", "created_at"), "month", output_field=DateField())
    )
    assert set(months.values_list("month", flat=True)) == {date(2025, 3, 1)}


def test_truncating_to_another_type_keeps_seouls_day(orders):
    row = Order.objects.annotate(
        month=fn.Trunc("created_at", "month", output_field=DateField()),
        day=fn.Trunc("created_at", "day", output_field=DateTimeField()),
        time=fn.TruncTime("created_at"),
    ).get(pk=orders[LAST_OF_2024])
    assert (row.month, row.day, row.time) == (date(2024, 12, 1), seoul("2024-12-31"), LAST_OF_2024.time())


def test_a_zone_that_is_asked_for_is_given(orders):
    row = Order.objects.annotate(
        day=fn.TruncDate("created_at", tzinfo=UTC),
        month=fn.TruncMonth("created_at", tzinfo=UTC),
        hour=fn.ExtractHour("created_at", tzinfo=UTC),
    ).get(pk=orders[MORNING])
    assert (row.day, row.hour) == (date(2025, 2, 28), 23)
    assert row.month.isoformat() == "2025-02-01T00:00:00+00:00"


def test_extracts_are_seouls(orders):
    row = (
        Order.objects.annotate(
            year=fn.ExtractYear("created_at"),
            iso_year=fn.ExtractIsoYear("created_at"),
            month=fn.ExtractMonth("created_at"),
            day=fn.ExtractDay("created_at"),
            hour=fn.ExtractHour("created_at"),
            second=fn.ExtractSecond("created_at"),
            epoch=fn.Extract("created_at", "epoch"),
        )
        .filter(year=2024)
        .get()
    )
    assert (row.year, row.iso_year, row.month, row.day, row.hour, row.second) == (2024, 2025, 12, 31, 23, 59)
    assert row.epoch == int(LAST_OF_2024.timestamp())


def test_dates_and_datetimes_list_seouls(orders):
    assert list(Order.objects.dates("created_at", "day")) == [
        date(2024, 12, 31),
        date(2025, 1, 1),
        date(2025, 2, 28),
        date(2025, 3, 1),
    ]
    assert Order.objects.dates("created_at", "month", order="DESC")[0] == date(2025, 3, 1)
    months = list(Order.objects.datetimes("created_at", "month"))
    assert [month.isoformat() for month in months] == [
        "2024-12-01T00:00:00+09:00",
        "2025-01-01T00:00:00+09:00",
        "2025-02-01T00:00:00+09:00",
        "2025-03-01T00:00:00+09:00",
    ]


def test_queries_with_buckets_can_be_pickled(orders):
    query = Order.objects.annotate(day=fn.TruncDate("created_at"), year=fn.ExtractYear("created_at")).filter(
        created_at__year=2025, created_at__gte=FIRST_OF_2025, year__gte=2025
    )
    again = Order.objects.all()
    again.query = pickle.loads(pickle.dumps(query.query))
    assert len(again) == 4
