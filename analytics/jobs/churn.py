"""Churn risk of buyers' profiles: after each payment, and all of them once a day."""

from analytics.services.churn import churn_refresh, churn_refresh_due
from xlcfi.events import job, periodic


@job(merge="user_ids")
def churn_follow(*, user_ids: list[int]) -> None:
    """Who has just paid is less likely to stay away."""
    churn_refresh(user_ids=user_ids)


@periodic(seconds=30)
def churn_renew() -> None:
    """Some of those whose risk is of an earlier day."""
    churn_refresh_due()
