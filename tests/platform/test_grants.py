"""What PostgreSQL itself refuses to our role."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from xlcfi.platform.models import Order, Review, SentimentRecord
from xlcfi.platform.schema import PLATFORM_TABLES

ROLE = "xlcfi data-role"


@pytest.fixture
def as_our_role(market):
    """The connection acts as a role that has what `platform_grants` gives, and nothing else, until the test ends."""
    out = StringIO()
    review = market.review()
    market.sql(f'create role "{ROLE}"')
    market.sql(f'grant all on reviews, orders to "{ROLE}"')
    market.sql("drop table blockchain_records")
    call_command("platform_grants", role=ROLE, stdout=out)
    for _ in range(2):
        market.sql(out.getvalue())
    market.sql(f'set local role "{ROLE}"')
    return review


def refused(sql: str) -> bool:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    return True


def test_the_role_reads_everything_and_writes_the_sentiment_of_reviews_only(as_our_role):
    with connection.cursor() as cursor:
        for table in set(PLATFORM_TABLES) - {"blockchain_records"}:
            cursor.execute(f"select count(*) from {table}")
            assert refused(f"delete from {table}")
            assert refused(f"truncate {table}")
            assert refused(f"update {table} set id = id")
            assert refused(f"insert into {table} default values")
    assert refused("update reviews set rating = 1")
    assert Order.objects.count() == 0
    assert Review.objects.sentiment_record([SentimentRecord(as_our_role, "POSITIVE", 1.0)]) == 1
    assert Review.objects.update(sentiment="NEUTRAL", sentiment_score=0) == 1


def test_a_role_must_be_known(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "")
    with pytest.raises(CommandError, match="--role"):
        call_command("platform_grants")
