"""A group with a table of effects, on the real database."""

import itertools
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from xlcfi.events import Batch, Topic
from xlcfi.events.registry import Group, Handler


class Effects:
    """What a handler has done: a row for each payment, no order twice."""

    def add(self, batch: Batch) -> None:
        with connection.cursor() as cursor:
            for event in batch.events:
                cursor.execute(
                    "INSERT INTO effects (order_id, user_id) VALUES (%s, %s)", [event.order_id, event.user_id]
                )

    def orders(self) -> list[int]:
        """The orders in the order in which they were applied."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT order_id FROM effects ORDER BY id")
            return [row[0] for row in cursor.fetchall()]


@pytest.fixture(scope="session")
def effects_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS effects")
        cursor.execute(
            "CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, order_id bigint UNIQUE, user_id bigint, "
            "CHECK (user_id <> 13))"
        )


@pytest.fixture
def effects(effects_table: None) -> Effects:
    """Empty at the start, in tests that commit as well as in those that do not."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE effects")
    return Effects()


_numbers = itertools.count()


@pytest.fixture
def group(effects: Effects) -> Callable[..., Group]:
    """Makes a group of its own name from handlers; without any, its handler writes the effects."""

    def make(*handles: Callable[[Batch], None], kinds: tuple[Topic, ...] = (Topic.PAYMENT_COMPLETED,)) -> Group:
        chosen = handles or (effects.add,)
        handlers = tuple(Handler(handle, frozenset(kinds)) for handle in chosen)
        return Group(f"test-{next(_numbers)}-group", handlers)

    return make
