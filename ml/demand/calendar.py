"""Feasts and public holidays, by the library `holidays`, as numbers that a model can read."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from ml.demand.series import Floats, Ints

# Days to the feast at which a new step begins: long before, the weeks of buying, the last days on which a parcel still
# arrives, the feast itself, the days after. Outside of them a feast is not felt.
FEAST_STEPS = (-7, -3, 0, 2, 4, 7, 10, 14, 19, 27)
FEAST_NAMES = (("Korean New Year", "설날"), ("Chuseok", "추석"))


@lru_cache(maxsize=64)
def feast_days(year: int) -> tuple[date, ...]:
    """Seollal and Chuseok of `year`, the days themselves and not those around them."""
    import holidays

    found = []
    for names in FEAST_NAMES:
        for day, text in sorted(holidays.country_holidays("KR", years=year, language="en_US").items()):
            if any(part.strip() in names for part in text.split(";")):
                found.append(day)
                break
    return tuple(found)


@lru_cache(maxsize=64)
def holidays_of(country: str, year: int) -> frozenset[date]:
    """Public holidays of `country` (ISO 3166, two letters). Raises ValueError for a country that is not known."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as unknown:
        raise ValueError(f"no holidays are known for {country!r}") from unknown


def feast_steps(first: date, days: int) -> Ints:
    """For each day which step of a feast it lies in, shape (days,): 1 to 9, nearest the feast first, 0 for none."""
    found = np.zeros(days, dtype=np.int64)
    years = range(first.year, (first + timedelta(days=days + 40)).year + 1)
    for feast in (day for year in years for day in feast_days(year)):
        to_feast = (feast - first).days - np.arange(days)
        inside = (to_feast >= FEAST_STEPS[0]) & (to_feast < FEAST_STEPS[-1])
        found[inside] = np.searchsorted(FEAST_STEPS, to_feast[inside], side="right")
    return found


def is_holiday(first: date, days: int, country: str) -> Floats:
    """1 on public holidays that lie outside of the feasts, else 0, shape (days,)."""
    known = frozenset().union(
        *(holidays_of(country, year) for year in range(first.year, (first + timedelta(days=days)).year + 1))
    )
    found = np.array([float(first + timedelta(days=day) in known) for day in range(days)])
    found[feast_steps(first, days) > 0] = 0.0
    return found


def weekdays(first: date, days: int) -> Ints:
    """0 Monday to 6 Sunday, shape (days,)."""
    return np.asarray((first.weekday() + np.arange(days)) % 7)
