"""Zones of every kind, to be wrong in."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connections
from django.utils import timezone

from tests.platform.midnights import FIRST_OF_2025, MIDNIGHTS, MORNING

# session of PostgreSQL, TIME_ZONE, the container's TZ, the zone activated for a request
ZONES = [
    ("UTC", "Asia/Seoul", "UTC", None),
    ("Asia/Seoul", "Asia/Seoul", "Asia/Seoul", None),
    ("America/New_York", "UTC", "America/New_York", None),
    ("Asia/Seoul", "America/New_York", "UTC", "Pacific/Kiritimati"),
    ("Pacific/Kiritimati", "UTC", "Asia/Seoul", "UTC"),
    ("UTC", "Asia/Seoul", "America/New_York", "America/New_York"),
]


@contextmanager
def session_zone(name: str) -> Iterator[None]:
    """Django's connection in that zone, as DATABASES[…]["TIME_ZONE"] makes it."""

    connection = connections["default"]

    def use(zone: str | None) -> None:
        connection.settings_dict["TIME_ZONE"] = zone
        for cached in ("timezone", "timezone_name"):
            connection.__dict__.pop(cached, None)
        connection.ensure_timezone()

    before = connection.settings_dict["TIME_ZONE"]
    use(name)
    yield
    use(before)


@pytest.fixture(params=ZONES, ids=lambda zones: " ".join(str(zone) for zone in zones))
def zones(request, settings, db) -> Iterator[None]:
    """The test runs once for each combination of zones, with nothing in Seoul but the data."""
    session, project, container, active = request.param
    settings.TIME_ZONE = project
    tz_before = os.environ.get("TZ")
    os.environ["TZ"] = container
    time.tzset()
    with session_zone(session), timezone.override(active) if active else timezone.override(None):
        with connections["default"].cursor() as cursor:
            cursor.execute("show timezone")
            assert cursor.fetchone() == (session,)
        yield
    if tz_before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = tz_before
    time.tzset()


@pytest.fixture
def orders(market) -> dict[datetime, int]:
    """An order at each of MIDNIGHTS; its id by its moment."""
    product = market.product(created_at=FIRST_OF_2025)
    buyer = market.user(created_at=FIRST_OF_2025)
    return {
        moment: market.order(buyer_id=buyer, items=[(product, 1, 1_000)], created_at=moment, updated_at=MORNING)
        for moment in MIDNIGHTS
    }
