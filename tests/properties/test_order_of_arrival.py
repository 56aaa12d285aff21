"""Duplicated, shuffled, late and split over replicas: the end is the same, and it is what the oracle computes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import seoul
from tests.oracle import World, differences, expected
from tests.properties.applying import applied, left_behind, records_of, sections, taken_back
from tests.properties.stories import CATEGORIES, USERS, stories

pytestmark = pytest.mark.django_db

bounded = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def people_and_products(market, settings):
    settings.CONSUMER_FAILURE_LIMIT = 0
    settings.REBUILD_SETTLE_SECONDS = 3_600
    seller = market.user("SELLER", id=900)
    for user in USERS:
        market.user(id=user, created_at=seoul("2024-01-01"))
    for category in sorted(set(CATEGORIES.values())):
        market.row("categories", id=category, name=f"Category {category}")
    for product, category in CATEGORIES.items():
        market.product(id=product, category_id=category, seller_id=seller)


def split(draw, records):
    """`records` in batches of one to all of them."""
    batches = []
    while records:
        size = draw(st.integers(1, len(records)))
        batches.append(records[:size])
        records = records[size:]
    return batches


def disturbed(draw, records):
    """Some twice or thrice, all in another order, in batches."""
    again = draw(st.lists(st.sampled_from(records), max_size=len(records))) if records else []
    return split(draw, draw(st.permutations([*records, *again])))


def outcome_of(batches):
    with taken_back():
        applied(batches)
        found = left_behind(), sections()
    return found


def expect_the_same_end(data, story, seed):
    records = records_of(story, seed)
    tables, found = outcome_of([records])
    other_tables, other_found = outcome_of(disturbed(data.draw, records))
    wanted = expected(story, World(CATEGORIES, dict.fromkeys(USERS, "KR")))
    assert differences(wanted, found) == []
    assert differences(wanted, other_found) == []
    for table, rows in tables.items():
        assert other_tables[table] == rows, table


@bounded
@given(st.data(), stories(conflicts=False), st.integers(0, 1_000))
def test_duplicated_shuffled_and_late_events_end_where_they_end_in_order(data, story, seed):
    expect_the_same_end(data, story, seed)


@bounded
@given(st.data(), stories(conflicts=True), st.integers(0, 1_000))
def test_tellings_that_contradict_each_other_end_where_the_earliest_of_them_says(data, story, seed):
    expect_the_same_end(data, story, seed)
