"""Which period a page shows: buttons above it, the choice in its address."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from xlcfi.clock import Period, named_period

PERIODS = {
    "week": gettext_lazy("7 days"),
    "month": gettext_lazy("30 days"),
    "quarter": gettext_lazy("90 days"),
    "year": gettext_lazy("365 days"),
}


def period_chosen(request: HttpRequest, *, default: str = "month") -> tuple[str, Period]:
    """The name and the days of the chosen period; they end today."""
    chosen = request.GET.get("period", "")
    name = chosen if chosen in PERIODS else default
    return name, named_period(name)


def period_switch(name: str) -> list[dict[str, Any]]:
    """What `analytics/period_switch.html` shows, as `switch`."""
    return [{"name": one, "words": words, "on": one == name} for one, words in PERIODS.items()]
