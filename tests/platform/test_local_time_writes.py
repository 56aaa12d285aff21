"""The field writes what Java would: the guard refuses platform models, so a table of the test's own is written."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Cast, Coalesce, Now
from django.test.utils import isolate_apps

from tests.factories import seoul
from xlcfi.platform.fields import LocalDateTimeField

pytestmark = pytest.mark.usefixtures("zones")

MIDNIGHT = seoul("2025-03-01 00:00:00")
BEFORE = seoul("2025-02-28 23:59:59.999999")


@pytest.fixture
def moment() -> Any:
    with isolate_apps("xlcfi.platform"):

        class Moment(models.Model):
            at = LocalDateTimeField(null=True)
            other = LocalDateTimeField(null=True)
            stamp = DateTimeField(null=True)

            class Meta:
                app_label = "platform"
                db_table = "moments"

            def __str__(self) -> str:
                return str(self.at)

        with connection.schema_editor() as editor:
            editor.create_model(Moment)
        yield Moment


def stored() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("select at from moments order by id")
        return [row[0] for row in cursor.fetchall()]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_column_is_javas(moment):
    with connection.cursor() as cursor:
        cursor.execute(
            "select data_type, datetime_precision from information_schema.columns"
            " where table_name = 'moments' and column_name = 'at'"
        )
        assert cursor.fetchone() == ("timestamp without time zone", 6)


def test_saving_and_bulk_creating_store_seouls_wall_clock(moment):
    moment.objects.create(at=MIDNIGHT.astimezone(UTC))
    moment.objects.create(at=date(2025, 3, 1))
    moment.objects.create(at=None)
    moment.objects.bulk_create([moment(at=BEFORE.astimezone(UTC)), moment(at=MIDNIGHT), moment(at=None)])
    midnight, before = wall("2025-03-01 00:00:00"), wall("2025-02-28 23:59:59.999999")
    assert stored() == [midnight, midnight, None, before, midnight, None]
    with pytest.raises(ValueError, match="without a zone"):
        moment.objects.create(at=wall("2025-03-01 00:00:00"))


def test_updates_by_value_and_by_expression_store_seouls_wall_clock(moment):
    row = moment.objects.create(at=BEFORE, other=MIDNIGHT, stamp=MIDNIGHT.astimezone(UTC))
    for new in (
        MIDNIGHT.astimezone(UTC),
        F("other"),
        F("stamp"),
        F("at") + timedelta(microseconds=1),
        Value(MIDNIGHT.astimezone(UTC)),
        Value(MIDNIGHT, output_field=LocalDateTimeField()),
        Coalesce("other", "stamp"),
    ):
        moment.objects.update(at=BEFORE)
        moment.objects.update(at=new)
        assert stored() == [wall("2025-03-01 00:00:00")], new
    moment.objects.update(stamp=F("at"))
    row.refresh_from_db()
    assert row.stamp == MIDNIGHT
    row.at = BEFORE
    moment.objects.bulk_update([row], ["at"])
    assert stored() == [wall("2025-02-28 23:59:59.999999")]


def test_now_and_casts_are_moments(moment):
    row = moment.objects.create(at=Now())
    row.refresh_from_db()
    assert abs(row.at - datetime.now(UTC)) < timedelta(minutes=5)
    moment.objects.update(at=MIDNIGHT)
    cast = moment.objects.annotate(again=Cast("at", LocalDateTimeField()), real=Cast("at", DateTimeField())).get()
    assert cast.again == cast.real == MIDNIGHT
