"""Work on single orders."""

from analytics.jobs.expiring import dashboards_expire
from analytics.services.told_orders import told_orders_settle
from xlcfi.events import job


@job(merge="order_ids")
def told_orders_follow(*, order_ids: list[int]) -> None:
    """Note the status in which orders stand that events spoke of."""
    if told_orders_settle(order_ids=order_ids):
        dashboards_expire()
