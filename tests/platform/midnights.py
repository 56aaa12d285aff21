"""Moments around which a zone that is wrong shows: counted by hand on a Seoul calendar."""

from datetime import datetime

from tests.factories import seoul
from xlcfi.platform.models import Order

LAST_OF_2024 = seoul("2024-12-31 23:59:59.999999")
FIRST_OF_2025 = seoul("2025-01-01 00:00:00")
LAST_OF_FEBRUARY = seoul("2025-02-28 23:59:59.999999")
FIRST_OF_MARCH = seoul("2025-03-01 00:00:00")
MORNING = seoul("2025-03-01 08:59:59.999999")  # still February in UTC
MIDNIGHTS = [LAST_OF_2024, FIRST_OF_2025, LAST_OF_FEBRUARY, FIRST_OF_MARCH, MORNING]


def moments(**lookups) -> list[datetime]:
    """When the orders were made that these lookups find."""
    return list(Order.objects.filter(**lookups).order_by("created_at").values_list("created_at", flat=True))
