"""Korean feasts by the lunar calendar, and how they move demand."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

import numpy as np

from xlcfi.demo.arrays import Floats
from xlcfi.demo.span import Span

# Korean dates: in 2027 and 2028 the new moon falls after midnight in Seoul but before it in Beijing.
SEOLLAL = (
    date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29),
    date(2026, 2, 17), date(2027, 2, 7), date(2028, 1, 27), date(2029, 2, 13), date(2030, 2, 3),
)  # fmt: skip
CHUSEOK = (
    date(2020, 10, 1), date(2021, 9, 21), date(2022, 9, 10), date(2023, 9, 29), date(2024, 9, 17), date(2025, 10, 6),
    date(2026, 9, 25), date(2027, 9, 15), date(2028, 10, 3), date(2029, 9, 22), date(2030, 9, 12),
)  # fmt: skip
FEASTS = MappingProxyType({"seollal": SEOLLAL, "chuseok": CHUSEOK})

# Demand against days to the feast: it grows for three weeks, peaks about six days before (the last day on which a
# parcel still arrives), and is gone on the feast itself.
_DAYS_TO = np.array([-5, -3, -2, 0, 2, 3, 6, 9, 14, 21, 26])
_LIFT = np.array([0.0, -0.2, -0.9, -1.0, -0.8, 0.3, 1.0, 0.85, 0.45, 0.12, 0.0])


def feast_lift(*, span: Span, ahead: int = 0, feasts: Sequence[str] = ("seollal", "chuseok")) -> Floats:
    """How much of a feast is in the air on every day, shape (days + ahead,): 1 at the peak, -1 on the feast, else 0."""
    days = span.dates(ahead=ahead)
    lift = np.zeros(len(days))
    for name in feasts:
        for feast in FEASTS[name]:
            to_feast = (np.datetime64(feast, "D") - days).astype(np.int64)
            lift += np.interp(to_feast, _DAYS_TO, _LIFT, left=0.0, right=0.0)
    return lift


def feast_near(*, span: Span, day: int, within: int) -> bool:
    """Whether a feast comes within `within` days after day number `day`."""
    today = np.datetime64(span.first, "D") + day
    gaps = [int((np.datetime64(feast, "D") - today).astype(int)) for dates in FEASTS.values() for feast in dates]
    return any(0 < gap <= within for gap in gaps)
