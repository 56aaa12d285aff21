"""What many paths ask in the same words: days, step, comparison, currency, page. Mix these into a view's `Query`:

    class Query(AskDays, AskCurrency, AskPage):
        sort = serializers.ChoiceField(choices=[...], default="...")

`period_asked(query)` then says which days were asked for. Keep what depends on the clock out of `validate`: what a
request without any parameter asks for is worked out once per process.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from analytics.selectors.sales.buckets import GRANULARITIES, year_before
from xlcfi import clock
from xlcfi.clock import PERIOD_DAYS, Period, named_period
from xlcfi.platform.selectors import BIGINT_MAX

HOME_CURRENCY = "KRW"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_DAYS = 5 * 366
LONGEST_BY_HOUR = 31
LONGEST_CURSOR = 500

Query = serializers.Serializer


class Id(serializers.IntegerField):
    """An id of the platform. `least=0` where 0 stands for what is not known."""

    def __init__(self, *, least: int = 1, **options: Any) -> None:
        super().__init__(min_value=least, max_value=BIGINT_MAX, **options)


class AskDays(Query[None]):
    """`from` and `to` (Seoul days, both included; `to` is today unless given), or `period`, which ends today.

    At most five years. Without any of them: the last 30 days.
    """

    period = serializers.ChoiceField(choices=list(PERIOD_DAYS), required=False, help_text="ends today; default month")

    def get_fields(self) -> dict[str, Any]:
        # `from` is no name that a class body can give.
        days = {
            "from": serializers.DateField(required=False, help_text="first Seoul day"),
            "to": serializers.DateField(required=False, help_text="last Seoul day, included; default today"),
        }
        return {**days, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("from"), attrs.get("to")
        for name, day in (("from", first), ("to", last)):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise serializers.ValidationError({name: [f"Has to lie between {FIRST_DAY} and {LAST_DAY}."]})
        if attrs.get("period") and (first or last):
            raise serializers.ValidationError({"period": ["Give either this or from and to."]})
        if last is not None and first is None:
            raise serializers.ValidationError({"from": ["Is needed where to is given."]})
        if first is not None:
            if (last or clock.today()) < first:
                wrong = {"to": ["Lies before from."]} if last else {"from": ["Lies in the future: say to, too."]}
                raise serializers.ValidationError(wrong)
            if ((last or clock.today()) - first).days >= LONGEST_DAYS:
                raise serializers.ValidationError({"from": ["At most five years at a time."]})
        asked: dict[str, Any] = super().validate(attrs)
        return asked


class AskStep(AskDays):
    """Days, and how long each step of a series is. Hours: at most 31 days."""

    granularity = serializers.ChoiceField(choices=GRANULARITIES, default="day")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if attrs.get("granularity") == "hour" and days_asked(attrs) > LONGEST_BY_HOUR:
            raise serializers.ValidationError({"granularity": [f"By hour at most {LONGEST_BY_HOUR} days at a time."]})
        return attrs


class AskComparison(Query[None]):
    """What to compare with: the same number of days before, the year before, both or nothing."""

    compare = serializers.ChoiceField(choices=["previous", "year", "both", "none"], default="previous")


class AskCurrency(Query[None]):
    """Money in which currency; others are never added to it."""

    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", default=HOME_CURRENCY)


class AskPage(Query[None]):
    """Which part of a list: `cursor` is the `next` of the page before."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(max_length=LONGEST_CURSOR, required=False)


def period_asked(query: Mapping[str, Any], *, default: str = "month") -> Period:
    """The days that a query with AskDays asks for, by today's clock."""
    first, last = query.get("from"), query.get("to")
    if first is None:
        return named_period(query.get("period") or default)
    return Period("days", first, last or clock.today())


def days_asked(query: Mapping[str, Any], *, default: str = "month") -> int:
    """How many days those are; a named period needs no clock for it."""
    return period_asked(query).days if query.get("from") else PERIOD_DAYS[query.get("period") or default]


def periods_compared(period: Period, *, compare: str, weekly: bool = False) -> dict[str, Period]:
    """The periods to compare `period` with, by name: `previous`, `year`. For `compare` see AskComparison.

    previous: the same number of days just before. year: the same dates a year earlier (29 February: 28 February), or,
    `weekly`, 52 weeks earlier, so that Mondays meet Mondays.
    """
    found: dict[str, Period] = {}
    if compare in ("previous", "both"):
        found["previous"] = period.before()
    if compare in ("year", "both"):
        found["year"] = year_before(period, weekly=weekly)
    return found
