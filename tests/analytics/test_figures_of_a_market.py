"""The dashboard of a whole generated market, with refunds that only events told, against plain SQL and sums by hand."""

import gzip
import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from analytics.selectors.dashboard import dashboard
from tests.analytics import ours, plain_sql
from tests.analytics.telling import fold, rebuild
from tests.analytics.test_dashboard import expected, found
from xlcfi.clock import PERIOD_DAYS, SEOUL, named_period

LAST = date(2025, 11, 20)


@pytest.fixture
def files(db, settings, tmp_path):
    """A market of 3,000 orders in the platform's tables, and the files that came with it."""
    settings.REBUILD_SETTLE_SECONDS = 0
    when = ("--until", f"{LAST}T12:00")
    call_command("demo_market", "--scale", "0.01", "--seed", "3", *when, "--no-images", "--out", str(tmp_path))
    return tmp_path


def told_refunds(path):
    """(order, day, amount, {product: quantity}) of each refund in the file, read without the platform's decoder."""
    refunds = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            value = record["value"]
            while isinstance(value, str):
                value = json.loads(value, parse_float=Decimal)
            spellings = (value.get(name) for name in ("amount", "total", "totalAmount"))
            amount = next((amount for amount in spellings if amount is not None), None)
            refunds[value["refundId"]] = (
                value["orderId"],
                seoul_day(value["timestamp"]),
                None if amount is None else Decimal(str(amount)),
                {item["productId"]: item["quantity"] for item in value.get("items") or []},
            )
    return list(refunds.values())


def seoul_day(stamp):
    """The Seoul day of a timestamp in any of its spellings."""
    if isinstance(stamp, list):
        return date(*stamp[:3])
    if isinstance(stamp, (int, float, Decimal)):
        seconds = float(stamp) / (1000 if stamp > 10**11 else 1)
        return datetime.fromtimestamp(seconds, SEOUL).date()
    moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return (moment if moment.tzinfo is None else moment.astimezone(SEOUL)).date()


def tables_refunds(told):
    """[(order, day, None)] of orders whose payments were undone without an event saying so: the full total."""
    known = {refund[0] for refund in told}
    rows = plain_sql.rows("""SELECT o.id, o.updated_at::date FROM orders o
        WHERE EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status IN ('REFUNDED', 'CANCELLED')
                      AND p.paid_at IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')""")
    return [(order, day, None) for order, day in rows if order not in known]


def test_every_period_of_the_market_is_that_of_plain_sql_to_the_won(files):
    rebuild()
    call_command("replay", str(files / "refunds.jsonl.gz"), verbosity=0)
    fold()
    told = told_refunds(files / "refunds.jsonl.gz")
    refunds = told + tables_refunds(told)
    assert told
    assert ours.sales_days() == plain_sql.sales_days(refunds)
    assert plain_sql.rows("SELECT COUNT(*) FROM orders WHERE created_at::time = '23:59:59.999999'")[0][0]
    assert plain_sql.rows("SELECT COUNT(*) FROM orders WHERE created_at::time = '00:00:00'")[0][0]
    for name in PERIOD_DAYS:
        for currency in ("KRW", "USD", "JPY"):
            period = named_period(name, last=LAST)
            assert found(dashboard(period=period, currency=currency)) == expected(period, refunds, currency)


# A view is no figure; and which fact says that money went back (the table's word, then the event's) is none either.
NO_FIGURES = (
    *("active_days", "user_behaviors", "user_item_matrix", "refund_facts", "ledger_entries", "user_profiles"),
    *("behavior_days", "behavior_reasons", "product_interest_days", "journeys", "funnel_days", "funnel_times"),
)


def figures():
    entries = plain_sql.rows(
        "SELECT order_id, kind, product_id, day, currency, SUM(units), SUM(amount) FROM ledger_entries "
        "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
    )
    return ours.snapshot(without=NO_FIGURES) | {
        "entries": entries,
        "bought": ours.bought(),
        "profiles": ours.profiles(),
    }


def test_replaying_the_last_weeks_after_the_backfill_changes_no_figure(files):
    rebuild()
    call_command("replay", str(files / "refunds.jsonl.gz"), verbosity=0)
    fold()
    before = figures()
    call_command("replay", str(files / "events.jsonl.gz"), verbosity=0)
    fold()
    assert figures() == before
    rebuild()
    assert figures() == before
    assert plain_sql.rows("SELECT COUNT(*) FROM events_deadletter") == [(0,)]
    assert max(day for _, day in ours.active_days()) <= LAST + timedelta(days=1)
