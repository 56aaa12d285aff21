"""The local-time field in filters, comparisons and joins: counted by hand on a Seoul calendar."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models import functions as fn
from django.db.models.expressions import RawSQL

from tests.factories import seoul
from tests.platform.midnights import (
    FIRST_OF_2025,
    FIRST_OF_MARCH,
    LAST_OF_2024,
    LAST_OF_FEBRUARY,
    MIDNIGHTS,
    MORNING,
    moments,
)
from xlcfi.clock import SEOUL
from xlcfi.platform.models import Delivery, Order, Payment, User

pytestmark = pytest.mark.usefixtures("zones")


def test_a_value_is_the_moment_that_java_wrote_and_shows_seoul(orders):
    for moment, order_id in orders.items():
        read = Order.objects.get(pk=order_id).created_at
        assert read == moment
        assert read.tzinfo is SEOUL
        assert read.isoformat() == moment.isoformat()


def test_a_raw_query_and_a_deferred_field_give_the_same_moment(orders):
    order_id = orders[LAST_OF_FEBRUARY]
    assert Order.objects.raw("select * from orders where id = %s", [order_id])[0].created_at == LAST_OF_FEBRUARY
    assert Order.objects.defer("created_at").get(pk=order_id).created_at == LAST_OF_FEBRUARY


@pytest.mark.parametrize("zone", [UTC, SEOUL, ZoneInfo("America/New_York")], ids=str)
def test_filters_take_aware_moments_of_any_zone(orders, zone):
    boundary = FIRST_OF_MARCH.astimezone(zone)
    assert moments(created_at=boundary) == [FIRST_OF_MARCH]
    assert moments(created_at__lt=boundary) == MIDNIGHTS[:3]
    assert moments(created_at__lte=boundary) == MIDNIGHTS[:4]
    assert moments(created_at__gt=boundary) == [MORNING]
    assert moments(created_at__gte=boundary) == [FIRST_OF_MARCH, MORNING]
    assert moments(created_at__range=(FIRST_OF_2025.astimezone(zone), boundary)) == MIDNIGHTS[1:4]
    assert moments(created_at__in=[boundary, LAST_OF_2024.astimezone(zone)]) == [LAST_OF_2024, FIRST_OF_MARCH]
    assert moments(created_at__range=(F("created_at"), boundary)) == MIDNIGHTS[:4]


def test_a_date_in_a_filter_is_its_first_moment_in_seoul(orders):
    assert moments(created_at__gte=date(2025, 3, 1)) == [FIRST_OF_MARCH, MORNING]
    assert moments(created_at__lt="2025-03-01") == MIDNIGHTS[:3]


def test_digits_below_a_microsecond_are_cut_so_that_no_sale_moves_into_tomorrow(orders):
    assert moments(created_at="2025-02-28T23:59:59.999999999+09:00") == [LAST_OF_FEBRUARY]
    assert moments(created_at__date=FIRST_OF_MARCH.date(), created_at__lt="2025-03-01T00:00:00.000000999+09:00") == []


def test_a_naive_datetime_is_refused(orders):
    for naive in (datetime(2025, 3, 1), "2025-03-01 00:00:00"):  # noqa: DTZ001
        with pytest.raises(ValueError, match="without a zone"):
            Order.objects.filter(created_at__gte=naive)


def test_lookups_by_parts_of_the_date_are_seouls(orders):
    assert moments(created_at__date=date(2025, 2, 28)) == [LAST_OF_FEBRUARY]
    assert moments(created_at__date__gte=date(2025, 3, 1)) == [FIRST_OF_MARCH, MORNING]
    assert moments(created_at__date__range=(date(2025, 1, 1), date(2025, 2, 28))) == MIDNIGHTS[1:3]
    assert moments(created_at__year=2024) == [LAST_OF_2024]
    assert moments(created_at__year__gt=2024) == MIDNIGHTS[1:]
    assert moments(created_at__year__gte=2025) == MIDNIGHTS[1:]
    assert moments(created_at__year__lt=2025) == [LAST_OF_2024]
    assert moments(created_at__year__lte=2024) == [LAST_OF_2024]
    assert moments(created_at__year__in=[2024]) == [LAST_OF_2024]
    assert moments(created_at__year=F("id") * 0 + 2024) == [LAST_OF_2024]
    assert moments(created_at__iso_year=2025) == MIDNIGHTS  # 2024-12-31 is in week 1 of 2025
    assert moments(created_at__iso_year__lt=2025) == []
    assert moments(created_at__month=2) == [LAST_OF_FEBRUARY]
    assert moments(created_at__day=1) == [FIRST_OF_2025, FIRST_OF_MARCH, MORNING]
    assert moments(created_at__hour=0) == [FIRST_OF_2025, FIRST_OF_MARCH]
    assert moments(created_at__hour=8, created_at__minute=59, created_at__second=59) == [MORNING]
    assert moments(created_at__week=9) == [LAST_OF_FEBRUARY, FIRST_OF_MARCH, MORNING]
    assert moments(created_at__quarter=4) == [LAST_OF_2024]
    assert moments(created_at__week_day=7) == [FIRST_OF_MARCH, MORNING]  # Saturday
    assert moments(created_at__iso_week_day=5) == [LAST_OF_FEBRUARY]  # Friday
    assert moments(created_at__time__lt=FIRST_OF_MARCH.replace(hour=1).time()) == [FIRST_OF_2025, FIRST_OF_MARCH]


def test_fields_compare_with_each_other_with_now_and_with_a_real_timestamptz(orders, market):
    market.sql("create table stamps (id bigint primary key, happened timestamptz)")
    market.sql("insert into stamps select id, created_at at time zone 'Asia/Seoul' from orders")
    assert Order.objects.filter(created_at__lt=F("updated_at")).count() == 4
    assert Order.objects.filter(created_at=F("updated_at")).count() == 1
    assert Order.objects.filter(created_at__lt=fn.Now()).count() == 5
    assert Order.objects.filter(created_at__gte=F("updated_at") - timedelta(hours=9)).count() == 3
    beside = Order.objects.extra(tables=["stamps"], where=["stamps.id = orders.id"]).annotate(
        equal=RawSQL("stamps.happened", [], output_field=DateTimeField())
    )
    assert beside.filter(created_at=F("equal")).count() == 5
    assert beside.filter(equal__lt=F("updated_at")).count() == 4
    assert beside.filter(created_at__gt=F("equal") + timedelta(microseconds=1)).count() == 0


def test_now_lies_between_a_row_of_a_minute_ago_and_one_of_in_a_minute(market):
    now = datetime.now(UTC)
    earlier = market.order(created_at=now - timedelta(minutes=1))
    later = market.order(created_at=now + timedelta(minutes=1))
    assert Order.objects.get(created_at__lte=fn.Now()).pk == earlier
    assert Order.objects.get(created_at__gt=fn.Now()).pk == later
    age = Order.objects.annotate(age=ExpressionWrapper(fn.Now() - F("created_at"), output_field=DurationField()))
    assert timedelta(minutes=1) <= age.get(pk=earlier).age < timedelta(minutes=10)


def test_coalesce_greatest_least_and_case_keep_the_moment(market):
    order = market.order(created_at=LAST_OF_FEBRUARY)
    unpaid = market.payment(order, status="PENDING", created_at=LAST_OF_FEBRUARY)
    paid = market.payment(order, paid_at=FIRST_OF_MARCH, created_at=LAST_OF_FEBRUARY)
    rows = Payment.objects.annotate(
        settled=fn.Coalesce("paid_at", "created_at"),
        or_now=fn.Coalesce("paid_at", fn.Now()),
        or_value=fn.Coalesce("paid_at", Value(MORNING)),
        latest=fn.Greatest("paid_at", "created_at"),
        soonest=fn.Least("paid_at", "created_at"),
        cased=Case(When(status="COMPLETED", then=F("paid_at")), default=Value(MORNING.astimezone(UTC))),
    ).in_bulk()
    assert rows[paid].settled == rows[paid].latest == rows[paid].or_value == rows[paid].cased == FIRST_OF_MARCH
    assert rows[unpaid].settled == rows[unpaid].latest == rows[paid].soonest == LAST_OF_FEBRUARY
    assert rows[unpaid].or_value == rows[unpaid].cased == MORNING
    assert rows[unpaid].or_now > seoul("2025-06-01")
    assert rows[unpaid].cased.tzinfo is SEOUL
    on_the_day = Payment.objects.annotate(settled=fn.Coalesce("paid_at", "created_at"))
    assert on_the_day.get(settled__date=date(2025, 3, 1)).pk == paid


def test_subqueries_give_moments_and_can_be_compared(orders):
    newest = Order.objects.filter(buyer=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
    buyers = User.objects.annotate(last_order=Subquery(newest)).filter(last_order__isnull=False)
    buyer = buyers.get()
    assert buyer.last_order == MORNING
    assert buyers.filter(last_order__date=date(2025, 3, 1)).count() == 1
    assert buyers.filter(last_order=MORNING).count() == 1
    assert (
        Order.objects.filter(created_at__in=Order.objects.filter(created_at__year=2024).values("created_at")).count()
        == 1
    )
    behind = Order.objects.filter(created_at__lt=Subquery(Order.objects.order_by("-id").values("created_at")[:1]))
    assert behind.count() == 4


def test_order_by_distinct_union_and_grouping_by_the_column_work(orders):
    assert list(Order.objects.order_by("-created_at").values_list("created_at", flat=True)) == MIDNIGHTS[::-1]
    assert list(Order.objects.order_by("created_at").distinct().values_list("created_at", flat=True)) == MIDNIGHTS
    by_day_then_id = Order.objects.order_by("created_at__date", "-id").values_list("pk", flat=True)
    assert by_day_then_id[3] == orders[MORNING]
    early, late = Order.objects.filter(created_at__year=2024), Order.objects.filter(created_at=MORNING)
    assert sorted(order.created_at for order in early.union(late)) == [LAST_OF_2024, MORNING]
    totals = Order.objects.values("created_at").annotate(total=Sum("total")).order_by("created_at")
    assert [row["created_at"] for row in totals] == MIDNIGHTS
    assert Order.objects.distinct().aggregate(last=Max("created_at"), n=Count("*"))["last"] == MORNING
    assert Order.objects.latest("created_at").pk == orders[MORNING]
    by_day = Order.objects.values("created_at__date").annotate(n=Count("id")).order_by("-created_at__date")
    assert by_day[0] == {"created_at__date": date(2025, 3, 1), "n": 2}


def test_across_a_join_the_column_is_seouls_too(market):
    order = market.paid_order(created_at=LAST_OF_FEBRUARY, paid_at=FIRST_OF_MARCH)
    market.delivery(order, requested_at=FIRST_OF_MARCH, delivered_at=MORNING)
    assert (
        Payment.objects.filter(order__created_at__date=date(2025, 2, 28), paid_at__gt=F("order__created_at")).count()
        == 1
    )
    assert Order.objects.filter(payments__paid_at__month=3).count() == 1
    lead = Delivery.objects.aggregate(
        lead=Max(F("delivered_at") - F("order__created_at"), output_field=DurationField())
    )
    assert lead["lead"] == MORNING - LAST_OF_FEBRUARY
    joined = Payment.objects.annotate(month=fn.TruncMonth("order__created_at")).values_list("month", flat=True)
    assert list(joined) == [seoul("2025-02-01")]
    assert Payment.objects.select_related("order").get().order.created_at == LAST_OF_FEBRUARY


def test_json_has_seouls_offset_and_comes_back(orders):
    order = Order.objects.get(pk=orders[LAST_OF_FEBRUARY])
    text = serializers.serialize("json", [order])
    assert json.loads(text)[0]["fields"]["created_at"] == "2025-02-28T23:59:59.999+09:00"  # Django cuts at ms
    assert next(serializers.deserialize("json", text)).object.created_at == LAST_OF_FEBRUARY.replace(microsecond=999000)
    assert "+09:00" in json.dumps(Order.objects.values("created_at")[0], cls=DjangoJSONEncoder)


def test_a_filter_by_value_leaves_the_column_bare_for_the_planner(orders):
    where = str(Order.objects.filter(created_at__gte=FIRST_OF_MARCH, updated_at__year=2025).query).split("WHERE")[1]
    assert "AT TIME ZONE" not in where
    plan = Order.objects.filter(created_at__gte=FIRST_OF_MARCH).explain()
    assert "timezone" not in plan.split("Filter")[1]
