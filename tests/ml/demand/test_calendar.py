"""Feasts and what they do to an ordinary day."""

from datetime import date

import numpy as np
import pytest

from ml.demand.calendar import feast_days, feast_steps, holidays_of, is_holiday
from ml.demand.seasons import seasons_of
from tests.ml.demand.made_sales import series_of


def test_seollal_and_chuseok_are_where_the_lunar_calendar_has_them_in_korea():
    assert feast_days(2025) == (date(2025, 1, 29), date(2025, 10, 6))
    # The new moon is after midnight in Seoul and before it in Beijing.
    assert feast_days(2027) == (date(2027, 2, 7), date(2027, 9, 15))


def test_the_days_before_a_feast_lie_in_other_steps_than_the_feast_and_those_after_it():
    steps = feast_steps(date(2025, 9, 1), 60)
    chuseok = (date(2025, 10, 6) - date(2025, 9, 1)).days
    assert steps[chuseok] == 3
    assert steps[chuseok - 6] == 5
    assert steps[chuseok + 1] == 2
    assert steps[chuseok - 27] == 0
    assert steps[chuseok + 8] == 0


def test_a_holiday_that_is_part_of_a_feast_is_not_counted_twice():
    days = is_holiday(date(2025, 10, 1), 15, "KR")
    assert days.tolist() == [0] * 15
    assert is_holiday(date(2025, 8, 15), 1, "KR").tolist() == [1]


def test_an_unknown_country_is_refused_by_its_name():
    with pytest.raises(ValueError, match="'XX'"):
        holidays_of("XX", 2025)


def test_a_day_on_which_a_shop_is_always_shut_is_not_busy_and_an_odd_one_counts_as_closed():
    week = [10, 10, 10, 10, 10, 10, 0]
    row = week * 20
    row[70] = 0
    seasons = seasons_of(series_of([row, row]), ahead=7)
    assert seasons.busy[-7:] == pytest.approx(np.array(week) * 7 / 60, rel=0.05)
    assert np.flatnonzero(seasons.closed).tolist() == [70]
