"""What the app tells Prometheus."""

from xlcfi.runs import counted_rows

DELTA_TABLES = ("co_purchase_deltas", "recommendation_touches")


def delta_backlog() -> dict[tuple[str, ...], float]:
    """By (table,): changes appended and not folded in yet, up to 100,000."""
    return {(table,): float(counted_rows(table)) for table in DELTA_TABLES}
