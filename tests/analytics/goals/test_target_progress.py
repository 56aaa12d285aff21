"""How far a target is, against figures worked out by hand."""

from decimal import Decimal

import pytest

from analytics.target_progress import day_weights, progress_of

AMOUNT = Decimal(1000)
NO_YEAR = [Decimal(0)] * 10


def of(values, *, finished, today=0.0, last_year=NO_YEAR, amount=AMOUNT, before="on_track"):
    days = [Decimal(value) for value in values] + [Decimal(0)] * (10 - len(values))
    return progress_of(amount=amount, values=days, last_year=last_year, finished=finished, today=today, before=before)


def test_without_last_year_every_day_weighs_the_same():
    found = of([100, 100, 100, 30], finished=3, today=0.5)
    assert (found.actual, found.expected, found.forecast) == (330, 350, 1000)
    assert (found.elapsed, found.by_last_year, found.status) == (0.35, False, "on_track")


def test_with_last_year_days_weigh_what_they_were_then():
    year = [Decimal(50)] * 5 + [Decimal(150)] * 5  # 1,000 in all: 5 % a day, then 15 %
    found = of([40, 40, 40, 40, 40], finished=5, last_year=year)
    assert (found.expected, found.forecast, found.elapsed) == (250, 800, 0.25)
    assert (found.by_last_year, found.status) == (True, "at_risk")


@pytest.mark.parametrize(
    "year",
    [
        [0] * 10,
        [0] * 4 + [100] * 6,  # begun in the middle of it
        [0] * 8 + [100] * 2,
        [100, 0, 0, 0, 100, 0, 0, 0, 0, 100],  # too few days to weigh by
    ],
)
def test_a_last_year_that_is_hardly_known_does_not_weigh(year):
    assert day_weights([Decimal(value) for value in year], days=10) == ([0.1] * 10, False)


def test_a_day_with_more_refunds_than_sales_weighs_nothing():
    weights, by_last_year = day_weights([Decimal(-50), *[Decimal(100)] * 9], days=10)
    assert by_last_year
    assert weights[0] == 0
    assert sum(weights) == pytest.approx(1)


def test_before_a_tenth_is_over_there_is_no_forecast_and_no_alarm():
    assert (of([], finished=0, today=0.9).forecast, of([], finished=0, today=0.9).status) == (None, "on_track")
    assert of([5], finished=1).status == "at_risk"


def test_before_it_begins_nothing_is_expected():
    found = of([], finished=-3, today=0.7)
    assert (found.expected, found.elapsed, found.forecast, found.status) == (0, 0, None, "on_track")


def test_it_is_reached_as_soon_as_the_amount_is_there_and_missed_only_at_the_end():
    assert of([1000], finished=0, today=0.1).status == "reached"
    assert of([100] * 9, finished=9, today=0.99).status == "on_track"
    ended = of([99] * 10, finished=10)
    assert (ended.status, ended.forecast, ended.expected, ended.elapsed) == ("missed", 990, 1000, 1)
    assert of([100] * 10, finished=40).status == "reached"


def test_between_the_two_lines_the_status_stays_what_it_was():
    # 96 a day lead to 960: over 95 %, under the whole.
    assert of([96] * 5, finished=5, before="on_track").status == "on_track"
    assert of([96] * 5, finished=5, before="at_risk").status == "at_risk"
    assert of([94] * 5, finished=5, before="on_track").status == "at_risk"
    assert of([100] * 5, finished=5, before="at_risk").status == "on_track"


def test_a_refund_takes_back_what_was_reached():
    assert of([1000, 0, -300], finished=3, before="reached").status == "on_track"
    assert of([1000, 0, -900], finished=3, before="reached").status == "at_risk"


def test_what_today_has_brought_already_is_the_least_that_is_forecast():
    assert of([10, 10, 700], finished=2, today=0.2).forecast == 720
