"""A person's traces: leaving some, finding them in every table, and the figures that must not move with them."""

import json

from analytics.selectors.dashboard import dashboard
from tests.analytics import ours
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold
from tests.events.samples import record
from xlcfi.clock import named_period
from xlcfi.events.apply import Applier
from xlcfi.events.models import DeadLetter
from xlcfi.events.registry import discover, groups
from xlcfi.platform.schema import PLATFORM_TABLES

PERSON = 987_654_321


def applied(told, *, again=""):
    """Let every group apply (topic, payload)s; `again` gives them other ids, as a replay without an inbox does."""
    discover()
    records = [
        record({"eventId": f"{again}{number}-{topic}", **payload}, topic=topic, offset=number + 1_000 * len(again))
        for number, (topic, payload) in enumerate(told)
    ]
    outcomes = [Applier(group).apply(records) for group in groups().values()]
    assert not any(outcome.refusals for outcome in outcomes)
    fold()


def letter(payload, number):
    DeadLetter.objects.create(
        group="g",
        record_id=f"r{number}",
        topic="t",
        partition=0,
        offset=number,
        payload=json.dumps(payload).encode(),
        key=str(PERSON).encode() if number < 4 else None,
        headers=[["user", "eA=="]],
        cause="input",
        reason="missing",
        message="m",
        trace="t",
    )


def holding(number):
    """(table, column) of everything of ours that holds `number`, alone or within text, JSON, arrays or bytes."""
    columns = rows(
        """SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> ALL(%s)
          AND c.table_name <> 'erased_people'""",
        [list(PLATFORM_TABLES)],
    )
    found = []
    for table, column, kind in columns:
        text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
        if rows(f'SELECT 1 FROM "{table}" WHERE {text} ~ %s LIMIT 1', [rf"(^|[^0-9]){number}([^0-9]|$)"]):
            found.append((table, column))
    return sorted(found)


def figures():
    """What people see and every sum, and how many rows every table has; nothing of who it was."""
    shown = dashboard(period=named_period("month"))
    shown.pop("as_of"), shown.pop("completeness", None)
    active = rows("SELECT day, COUNT(DISTINCT user_id) FROM active_days GROUP BY 1 ORDER BY 1")
    profiles = rows("SELECT total_purchases, total_spent, last_purchase_date FROM user_profiles ORDER BY 1, 2, 3")
    standings = rows("SELECT segment, orders, gross, refunds FROM buyer_standings ORDER BY 1, 2, 3")
    anonymous = {
        table: sorted(rows(f"SELECT * FROM {table}"), key=repr)
        for table in (
            *("sales_days", "sales_hours", "seller_sales_days", "country_sales_days", "order_status_days"),
            *("product_sales_days", "product_sales_months", "ledger_entries", "behavior_days", "funnel_days"),
            *("funnel_times", "product_interest_days", "rfm_counts", "cohort_months", "new_returning_days"),
            *("buyers_in_periods", "co_purchase_pairs", "co_purchase_products"),
        )
    }
    counted = {table: len(held) for table, held in ours.snapshot(without=("user_item_matrix",)).items()}
    return shown, active, profiles, standings, anonymous, counted
