"""Orders that count towards training anew, each once."""

from datetime import timedelta

import pytest

from ml.selectors.retraining import orders_since
from ml.services.retraining import orders_count
from tests.factories import seoul

pytestmark = pytest.mark.django_db

DAY = seoul("2025-11-20")


def test_an_order_told_twice_counts_once():
    orders_count(orders=[(7, DAY), (8, DAY), (7, DAY)])
    orders_count(orders=[(7, DAY + timedelta(days=1))])
    assert orders_since(moment=DAY) == 2


def test_the_earliest_moment_stays_whatever_the_order_of_arrival():
    later = DAY + timedelta(microseconds=1)
    orders_count(orders=[(7, later)])
    orders_count(orders=[(7, later), (7, DAY)])
    orders_count(orders=[(7, later)])
    assert orders_since(moment=DAY) == 1
    assert orders_since(moment=later) == 0


def test_no_orders_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        orders_count(orders=[])
