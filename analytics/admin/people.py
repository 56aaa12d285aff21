"""The analysts' pages about buyers, and the table of their standings."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from analytics.admin.people_churn import ChurnPage
from analytics.admin.people_cohorts import CohortsPage
from analytics.admin.people_newcomers import NewcomersPage
from analytics.admin.people_person import PersonPage
from analytics.admin.people_segments import SegmentPage, SegmentsPage
from analytics.admin.people_words import segment_word
from analytics.models import BuyerStanding
from xlcfi.console.admin_base import ReadOnlyAdmin
from xlcfi.console.filters import RecentValuesFilter


@admin.register(BuyerStanding)
class BuyerStandingAdmin(ReadOnlyAdmin):
    """Every buyer's standing as it is kept."""

    list_display = (
        "user_id",
        "segment_name",
        "recency",
        "frequency",
        "money",
        "first_day",
        "last_day",
        "orders",
        "window_orders",
        "window_net",
    )
    search_fields = ("user_id",)
    list_filter = (("segment", RecentValuesFilter),)

    @admin.display(description=gettext_lazy("Segment"))
    def segment_name(self, row: BuyerStanding) -> str:
        """The segment as people call it."""
        return segment_word(row.segment)


__all__ = [
    "BuyerStandingAdmin",
    "ChurnPage",
    "CohortsPage",
    "NewcomersPage",
    "PersonPage",
    "SegmentPage",
    "SegmentsPage",
]
