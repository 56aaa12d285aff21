"""The market itself: its size, its sums, its structure."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest

from tests.demo.conftest import UNTIL, market_of, tables_digest
from xlcfi.demo.arrays import DAY, NEVER
from xlcfi.demo.feasts import CHUSEOK, SEOLLAL
from xlcfi.demo.span import Size

_DIGESTS = """
import sys
from pathlib import Path
from tests.demo.conftest import Silent, files_digest, market_of, tables_digest
from xlcfi.demo.making import files_write
files_write(market_of(0.005), out=Path(sys.argv[1]), teller=Silent())
print(tables_digest(market_of(0.005)), files_digest(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    """What two other processes make; texts hash differently in each, so nothing may depend on the order of a set."""
    found = []
    for seed in ("1", "2"):
        command = [sys.executable, "-c", _DIGESTS, str(tmp_path_factory.mktemp("again"))]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        found.append(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    return found


def test_the_same_scale_seed_and_end_give_the_same_tables_and_files(digests):
    assert digests[0] == digests[1]
    assert tables_digest(market_of(0.005)) in digests[0]


def test_another_seed_gives_another_market():
    assert tables_digest(market_of(0.005)) != tables_digest(market_of(0.005, seed=8))


def test_scale_one_is_what_was_promised():
    size = Size.at(1)
    assert (size.users, size.products, size.orders, size.lines) == (50_000, 5_000, 300_000, 900_000)


@pytest.mark.parametrize("scale", [0, -1, 11, float("nan")])
def test_an_impossible_scale_is_refused(scale):
    with pytest.raises(ValueError, match="scale"):
        Size.at(scale)


def test_the_market_has_the_rows_of_its_scale(made):
    assert made.people.count == 1_000
    assert made.size.products == len(made.catalogue.name) == 100
    assert len(made.sales.buyer) == 6_000
    assert len(made.sales.product) == pytest.approx(18_000, rel=0.02)
    assert len(np.unique(made.sales.line_order)) == 6_000  # no order is empty


def test_nothing_happens_after_the_last_moment_or_before_its_cause(made):
    fates, until = made.fates, made.span.until_us
    for moments in (fates.paid_us, fates.shipped_us, fates.delivered_us, fates.returned_us, fates.updated_us):
        happened = moments != NEVER
        assert moments[happened].max() <= until
        assert (moments >= fates.created_us)[happened].all()
    assert (made.sales.moment_us >= made.people.buyers.joined_us[made.sales.buyer]).all()
    assert (made.sales.moment_us <= until).all()
    launched = made.demand.launched[made.sales.product]
    assert (made.sales.day[made.sales.line_order] >= launched).all()


def test_some_orders_stand_at_the_very_edges_of_a_day(made):
    within = made.sales.moment_us % DAY
    assert np.count_nonzero(within == DAY - 1) >= 4
    assert np.count_nonzero(within == 0) >= 4


def test_a_payment_can_come_on_the_day_after_its_order(made):
    paid = made.fates.paid_us != NEVER
    assert (made.fates.paid_us[paid] // DAY > made.fates.created_us[paid] // DAY).any()


def test_totals_are_lines_less_coupon_plus_shipping(made):
    bills, sales = made.bills, made.sales
    lines = np.zeros(len(bills.total), dtype=np.int64)
    np.add.at(lines, sales.line_order, bills.unit_price * sales.quantity)
    assert (lines - bills.discount + bills.shipping == bills.total).all()
    assert (bills.total > 0).all()
    assert {"KRW", "USD", "JPY"} == set(bills.currency_text())
    assert (bills.total < lines).any()
    assert (bills.total > lines).any()
    assert (bills.total[bills.currency != 1] % 100 == 0).all()  # won and yen have no cents


def test_every_fate_of_an_order_occurs(made):
    assert {"CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED", "REFUNDED"} <= set(made.fates.status)
    assert set(made.payments.status) == {"COMPLETED", "FAILED", "CANCELLED", "REFUNDED"} | (
        set(made.payments.status) & {"PENDING"}
    )
    failed = made.payments.status == "FAILED"
    assert (made.payments.paid_us[failed] == NEVER).all()
    money_came = np.isin(made.payments.status, ["COMPLETED", "REFUNDED"])
    assert (made.payments.paid_us[money_came] != NEVER).all()
    given_back = (made.payments.status == "CANCELLED") & (made.payments.paid_us != NEVER)
    assert given_back.any()
    assert (Counter(made.payments.order[failed].tolist()).most_common(1)[0][1]) > 1


def test_refunds_never_exceed_what_was_paid(made):
    refunds, bills = made.refunds, made.bills
    back = np.bincount(refunds.order, weights=refunds.amount, minlength=len(bills.total))
    assert (back <= bills.total).all()
    assert (refunds.amount > 0).all()
    late = refunds.moment_us - made.fates.created_us[refunds.order] > 30 * DAY
    assert late.any()
    assert (~late).any()


def test_a_partial_refund_leaves_no_trace_in_the_tables(made):
    partial = made.refunds.order[~made.refunds.whole]
    assert len(partial) > 20
    assert set(made.fates.status[partial]) == {"DELIVERED"}
    assert set(made.payments.status[made.payments.paying[partial]]) == {"COMPLETED"}
    assert (made.fates.updated_us[partial] < made.refunds.moment_us[~made.refunds.whole]).all()


def test_balances_run_and_never_fall_below_zero(made):
    balances = made.balances
    assert set(balances.kind) == {"CHARGE", "USE", "REFUND"}
    for buyer in np.unique(balances.buyer):
        rows = np.flatnonzero(balances.buyer == buyer)
        signed = np.where(balances.kind[rows] == "USE", -balances.amount[rows], balances.amount[rows])
        assert (np.cumsum(signed) == balances.balance_after[rows]).all()
    assert (balances.balance_after >= 0).all()


def test_stock_adds_up_and_hides_some_demand(truth):
    daily = truth.daily
    offered = daily["received_units"].astype(np.int64)
    offered[:, 1:] += daily["left_units"][:, :-1]
    assert (offered == daily["offered_units"]).all()
    assert (daily["left_units"] == offered - daily["sold_units"] - daily["spoiled_units"]).all()
    assert (daily["left_units"] >= 0).all()
    hidden = 1 - daily["sold_units"].sum() / daily["wanted_units"].sum()
    assert 0.01 < hidden < 0.12


def test_demand_peaks_before_the_feasts_and_rests_on_them(made):
    per_day = np.bincount(made.sales.day, minlength=made.span.days)
    for feast in (date for date in SEOLLAL + CHUSEOK if made.span.first + timedelta(60) < date < UNTIL.date()):
        day = (feast - made.span.first).days
        usual = per_day[day - 58 : day - 30].mean()
        assert per_day[day - 11 : day - 3].mean() > 1.15 * usual
        assert per_day[day - 1 : day + 2].mean() < 0.8 * usual


def test_products_of_one_bundle_are_bought_together(made):
    holding, both = Counter(), Counter()
    for lines in np.split(made.sales.product, np.flatnonzero(np.diff(made.sales.line_order)) + 1):
        holding.update(lines.tolist())
        both.update(combinations(sorted(lines.tolist()), 2))
    orders, lifts = len(made.sales.buyer), {True: [], False: []}
    for (a, b), count in both.items():
        expected = holding[a] * holding[b] / orders
        if expected >= 5:
            lifts[bool(made.bundle[a] == made.bundle[b] >= 0)].append(count / expected)
    assert np.mean(lifts[True]) > 1.8 * np.mean(lifts[False])


def test_buyers_come_back_lapse_and_are_not_told_by_recency_alone(made):
    per_buyer = np.bincount(made.sales.buyer, minlength=made.size.buyers)
    assert np.count_nonzero(per_buyer >= 5) > 0.2 * made.size.buyers
    assert 0.3 < made.occasions.lapsed.mean() < 0.8
    bad = made.occasions.bad_delivery
    assert made.occasions.hazard[bad].mean() > 1.8 * made.occasions.hazard[~bad].mean()


def test_the_broken_sellers_ratings_fall_on_the_known_day(made, truth):
    ratings = made.ratings
    theirs = made.people.seller_ids[made.catalogue.seller[ratings.product]] == truth.broken_seller_id
    after = made.span.day_of(ratings.moment_us) > made.span.break_day + 10
    assert ratings.stars[theirs & after].mean() < ratings.stars[theirs & ~after].mean() - 0.5
    assert abs(ratings.stars[~theirs & after].mean() - ratings.stars[~theirs & ~after].mean()) < 0.25
