"""Segments, cohorts, new and returning buyers of a whole generated market, with refunds that only events told."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.management import call_command

from analytics import rfm
from analytics.selectors.people.cohorts import REVENUE, cohorts
from analytics.selectors.people.newcomers import newcomers
from analytics.selectors.people.profile import user_profile
from analytics.selectors.people.segments import segment_buyers, segments
from analytics.services.buyers.folding import buyers_fold
from tests.analytics.people_by_hand import People, people_tables
from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold
from tests.analytics.test_figures_of_a_market import LAST, tables_refunds, told_refunds
from xlcfi.clock import SEOUL, FixedClock, Period, use_clock

CENT = Decimal("0.01")
NOON = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=SEOUL)


@pytest.fixture
def people(db, settings, tmp_path):
    """900 orders: made by a rebuild, then the refunds' events, folded."""
    settings.REBUILD_SETTLE_SECONDS = 0
    when = ("--until", f"{LAST}T12:00")
    call_command("demo_market", "--scale", "0.003", "--seed", "5", *when, "--no-images", "--out", str(tmp_path))
    with use_clock(FixedClock(NOON)):
        call_command("rebuild", "catalog", "orders", "people", "buyers", "--apply", verbosity=0)
        call_command("replay", str(tmp_path / "refunds.jsonl.gz"), verbosity=0)
        fold()
        while buyers_fold():
            pass
        told = told_refunds(tmp_path / "refunds.jsonl.gz")
        assert told
        yield People(told + tables_refunds(told), LAST)


def months_of(day):
    return day.replace(day=1)


def test_every_figure_of_people_is_that_of_plain_sql_to_the_won(people):
    folded = people_tables()
    assert_standings_and_segments(people)
    for currency in ("KRW", "USD", "JPY"):
        assert_cohorts(people, currency)
        assert_newcomers(people, currency)
    assert_one_person(people)
    call_command("rebuild", "orders", "buyers", "sums", "--apply", verbosity=0)
    assert people_tables() == folded


def assert_standings_and_segments(people):
    wanted = people.standings()
    assert {
        row[0]: row[1:]
        for row in rows(
            "SELECT user_id, recency, frequency, money, segment, window_orders, window_net FROM buyer_standings"
        )
    } == wanted
    answer = segments()
    assert {one["name"]: (one["buyers"], one["orders"], one["net_revenue"]) for one in answer["segments"]} == {
        name: (len(of), sum(w[4] for w in of), sum((w[5] for w in of), Decimal(0)))
        for name in rfm.SEGMENTS
        for of in [[w for w in wanted.values() if w[3] == name]]
    }
    assert {(c["recency"], c["frequency"]): c["buyers"] for c in answer["grid"] if c["buyers"]} == {
        pair: sum(w[:2] == pair for w in wanted.values()) for pair in {w[:2] for w in wanted.values()} - {(0, 0)}
    }
    assert answer["total"]["buyers"] == len(wanted)
    # What all segments brought in is what the sales of those 365 days say.
    ((net,),) = rows(
        "SELECT SUM(gross - refunds) FROM sales_days WHERE currency = 'KRW' AND day BETWEEN %s AND %s",
        [answer["window"]["from"], answer["window"]["to"]],
    )
    assert answer["total"]["net_revenue"] == net
    name = max(rfm.SEGMENTS, key=lambda one: sum(w[3] == one for w in wanted.values()))
    listed = segment_buyers(segment=name, limit=10_000)
    assert [one["user_id"] for one in listed] == sorted(
        (user for user, w in wanted.items() if w[3] == name), key=lambda user: (-wanted[user][5], user)
    )


def assert_cohorts(people, currency):
    cells = people.cohort_cells(currency)
    first = min(cohort for cohort, _ in cells)
    retention = cohorts(first=first, last=LAST, currency=currency)
    revenue = cohorts(first=first, last=LAST, currency=currency, measure=REVENUE)
    found = {
        (a["cohort"], x["month"]): (x["buyers"], x["orders"], y["gross_revenue"], y["refunds"])
        for a, b in zip(retention["cohorts"], revenue["cohorts"], strict=True)
        for x, y in zip(a["months"], b["months"], strict=True)
    }
    assert {key: value for key, value in found.items() if any(value)} == {
        (f"{cohort:%Y-%m}", f"{month:%Y-%m}"): cell for (cohort, month), cell in cells.items() if any(cell)
    }
    for one in revenue["cohorts"]:
        net = sum(month["net_revenue"] for month in one["months"])
        assert one["months"][-1]["cumulative_net_per_buyer"] == (net / one["buyers"]).quantize(CENT, ROUND_HALF_UP)
        assert [month["age"] for month in one["months"]] == list(range(len(one["months"])))
        assert [month["running"] for month in one["months"]] == [False] * (len(one["months"]) - 1) + [True]
    third = retention["average"][3]
    over = [key for key in cells if key[0] == key[1] and (LAST.year - key[0].year) * 12 + LAST.month - key[0].month > 3]
    size = sum(cells[key][0] for key in over)
    back = sum(
        cell[0]
        for (cohort, month), cell in cells.items()
        if (month.year - cohort.year) * 12 + month.month - cohort.month == 3 and month < months_of(LAST)
    )
    assert (third["buyers"], third["retention"]) == (size, round(back / size, 4))


def assert_newcomers(people, currency):
    for granularity, start_of in (
        ("day", lambda day: day),
        ("week", lambda day: date.fromisocalendar(*day.isocalendar()[:2], 1)),
        ("month", months_of),
        ("quarter", lambda day: date(day.year, (day.month + 2) // 3 * 3 - 2, 1)),
        ("year", lambda day: date(day.year, 1, 1)),
    ):
        answer = newcomers(
            period=Period("all", date(2022, 1, 1), LAST), granularity=granularity, currency=currency, compare="none"
        )
        buyers, sold = people.periods(start_of), people.first_and_repeated(start_of, currency)
        for step in answer["series"]:
            start = step["from"]
            assert (step["new_buyers"], step["returning_buyers"]) == buyers.get(start, (0, 0))
            for name, first in (("first_orders", True), ("repeat_orders", False)):
                found = step[name]["orders"], step[name]["gross_revenue"], step[name]["refunds"]
                assert found == sold.get((start, first), (0, 0, 0))
        assert answer["total"]["new_buyers"] == len(people.first)
        assert not set(buyers) - {step["from"] for step in answer["series"]}


def assert_one_person(people):
    buyer = max(people.first, key=lambda one: sum(row[0] == one for row in people.sales))
    answer = user_profile(user_id=buyer)
    r, f, m, name, orders, net = people.standing(buyer)
    rfm_part = answer["rfm"]
    assert (rfm_part["recency"], rfm_part["frequency"], rfm_part["money"], rfm_part["segment"]) == (r, f, m, name)
    assert (rfm_part["orders"], rfm_part["net_revenue"]) == (orders, net)
    mine = [row for row in people.sales if row[0] == buyer]
    back = [(people.order[o][1], amount) for o, _, amount in people.refunds if people.order[o][0] == buyer]
    assert answer["lifetime"]["orders"] == len(mine)
    net_ever = {
        currency: sum((row[5] for row in mine if row[4] == currency), Decimal(0))
        - sum(a for c, a in back if c == currency)
        for currency in {row[4] for row in mine}
    }
    told = {one["currency"]: one["net_revenue"] for one in answer["lifetime"]["other_currencies"]}
    assert told | {"KRW": answer["lifetime"]["net_revenue"]} == {"KRW": Decimal(0)} | net_ever
    assert sum(month["net_revenue"] for month in answer["monthly"] if month["currency"] == "KRW") == net_ever["KRW"]
    units = rows("SELECT SUM(quantity) FROM order_items WHERE order_id = ANY(%s)", [[row[2] for row in mine]])[0][0]
    assert sum(month["units"] for month in answer["monthly"]) == units
    delivered = rows("SELECT COUNT(*) FROM orders WHERE buyer_id = %s AND status = 'DELIVERED'", [buyer])[0][0]
    assert answer["delivered"]["total_purchases"] == delivered
    assert sum(one["share"] for one in answer["preferred_categories"]) <= 1.001
    assert all(one["name"] for one in answer["preferred_categories"])
