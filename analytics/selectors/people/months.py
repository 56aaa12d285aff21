"""Months as first days: counting them and walking over them."""

from datetime import date


def month_index(day: date) -> int:
    """A number that grows by one each month."""
    return day.year * 12 + day.month - 1


def month_at(index: int) -> date:
    """The first day of the month with this number."""
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months `last` lies after `first`, by the calendar: 0 within one month."""
    return month_index(last) - month_index(first)


def month_name(day: date) -> str:
    """`2025-03`."""
    return day.isoformat()[:7]
