"""The money that buyers keep on the platform: charged, used, given back; never below zero."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import SECOND, Bools, Ints, Micros, Texts
from xlcfi.demo.fates import BALANCE, Fates
from xlcfi.demo.people import Buyers
from xlcfi.demo.refunds import Refunds
from xlcfi.demo.sales import Sales
from xlcfi.demo.span import Span

_CHARGE_STEP = 10_000_00
KINDS = np.array(["CHARGE", "USE", "REFUND"], dtype=object)


@dataclass(frozen=True)
class Balances:
    """Rows by time, shape (rows,). amount is positive; balance_after is the buyer's balance after the row."""

    buyer: Ints
    kind: Texts
    amount: Ints
    balance_after: Ints
    moment_us: Micros


def balances_build(
    *, sales: Sales, total: Ints, fates: Fates, refunds: Refunds, buyers: Buyers, span: Span, rng: np.random.Generator
) -> Balances:
    """Every use of the balance is charged just before, in steps of ten thousand won; some charge for later."""
    used = np.flatnonzero(fates.paid & (fates.method == BALANCE))
    used = used[np.lexsort((fates.paid_us[used], sales.buyer[used]))]
    spent, who = total[used], sales.buyer[used]
    running = np.cumsum(spent)
    first = np.concatenate([[True], who[1:] != who[:-1]]) if len(who) else np.zeros(0, dtype=bool)
    before = np.maximum.accumulate(np.where(first, running - spent, 0)) if len(who) else running
    need = running - before
    steps = -(-need // _CHARGE_STEP)
    steps_before = np.where(first, 0, np.concatenate([[0], steps[:-1]])) if len(who) else steps
    charge = (steps - steps_before) * _CHARGE_STEP
    charged = charge > 0
    charged_us = fates.paid_us[used] - rng.integers(SECOND // 10, SECOND, len(used))
    back = np.flatnonzero(fates.method[refunds.order] == BALANCE)
    saver = np.flatnonzero(buyers.purse & (rng.random(len(buyers.purse)) < 0.5))
    joined = buyers.joined_us[saver]
    saved_us = joined + (rng.random(len(saver)) * (span.until_us - joined)).astype(np.int64)
    saved = rng.choice([10_000_00, 30_000_00, 50_000_00, 100_000_00], len(saver))
    buyer = np.concatenate([who[charged], who, sales.buyer[refunds.order[back]], saver])
    kind = np.repeat([0, 1, 2, 0], [int(charged.sum()), len(used), len(back), len(saver)])
    amount = np.concatenate([charge[charged], spent, refunds.amount[back], saved])
    moment = np.concatenate([charged_us[charged], fates.paid_us[used], refunds.moment_us[back], saved_us])
    order = np.lexsort((kind, moment, buyer))
    buyer, kind, amount, moment = buyer[order], kind[order], amount[order], moment[order]
    total_so_far = np.cumsum(np.where(kind == 1, -amount, amount))
    starts: Bools = np.concatenate([[True], buyer[1:] != buyer[:-1]]) if len(buyer) else np.zeros(0, dtype=bool)
    opening = np.concatenate([[0], total_so_far[:-1]])[starts] if len(buyer) else total_so_far
    after = total_so_far - np.repeat(opening, np.diff(np.append(np.flatnonzero(starts), len(buyer))))
    by_time = np.argsort(moment, kind="stable")
    return Balances(buyer[by_time], KINDS[kind[by_time]], amount[by_time], after[by_time], moment[by_time])
