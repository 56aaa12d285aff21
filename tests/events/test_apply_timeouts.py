"""Batches that take too long: few statements, and an event that times out is found."""

import pytest
from django.db import connection

from tests.events.samples import payments, record
from xlcfi.events import RetryLater
from xlcfi.events.apply import TIMEOUTS_AT_MOST, Applier
from xlcfi.events.models import DeadLetter

pytestmark = pytest.mark.django_db


def test_a_batch_of_500_takes_a_handful_of_statements(group, effects, django_assert_max_num_queries):
    applier = Applier(group(lambda batch: None))
    with django_assert_max_num_queries(6):
        applier.apply(payments(500))


@pytest.fixture
def slow_order(effects):
    """A handler whose statement takes too long for order 3, and for nothing else."""

    def handle(batch):
        if any(event.order_id == 3 for event in batch.events):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 20")
                cursor.execute("SELECT pg_sleep(5)")
        effects.add(batch)

    return handle


def test_an_event_that_times_out_every_time_does_not_hold_its_partition_for_ever(group, effects, slow_order):
    applier = Applier(group(slow_order))
    for _ in range(TIMEOUTS_AT_MOST - 1):
        with pytest.raises(RetryLater):
            applier.apply(payments(8))
    assert not DeadLetter.objects.exists()
    outcome = applier.apply(payments(8))
    assert (outcome.total("applied"), outcome.total("dead")) == (7, 1)
    assert effects.orders() == [1, 2, 4, 5, 6, 7, 8]
    assert DeadLetter.objects.get().reason == "statement_timeout"


def test_timeouts_of_different_batches_are_no_reason_to_look_for_an_event(group, slow_order):
    applier = Applier(group(slow_order))
    for count in range(3, 4 + 2 * TIMEOUTS_AT_MOST):
        with pytest.raises(RetryLater):
            applier.apply(payments(count))
    assert not DeadLetter.objects.exists()


def test_timeouts_with_something_else_between_them_begin_anew(group, effects, slow_order):
    applier = Applier(group(slow_order))
    for _ in range(3):
        for _ in range(TIMEOUTS_AT_MOST - 1):
            with pytest.raises(RetryLater):
                applier.apply(payments(3))
        applier.apply([record(b"bad", offset=9)])
    assert effects.orders() == []
