"""What becomes of an order: paid or not, cancelled, refunded, delivered; and when."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, MINUTE, NEVER, SECOND, Bools, Ints, Micros, Texts
from xlcfi.demo.sales import Sales
from xlcfi.demo.span import Span

METHODS = np.array(
    ["CARD", "KAKAO_PAY", "NAVER_PAY", "TOSS_PAY", "BANK_TRANSFER", "VIRTUAL_ACCOUNT", "PAYPAL", "BALANCE"],
    dtype=object,
)
_HOME = np.array([0.45, 0.2, 0.16, 0.09, 0.05, 0.05, 0.0, 0.0])
_ABROAD = np.array([0.55, 0.0, 0.0, 0.0, 0.0, 0.0, 0.45, 0.0])
_FAILS = np.array([0.06, 0.04, 0.04, 0.05, 0.08, 0.02, 0.11, 0.01])  # chance that a try fails
BALANCE, VIRTUAL_ACCOUNT = 7, 5
_PARCEL_DAYS = {"KR": 1.6, "JP": 4.0, "CN": 4.5, "VN": 6.0, "SG": 5.5}
_PARCEL_ELSEWHERE = 8.0
# Kinds of fate.
UNPAID, KEPT, CANCELLED, REFUNDED, PARTIAL = range(5)
_NEVER_PAID = 0.05
_FATE = np.array([0.925, 0.026, 0.024, 0.025])  # of paid orders: kept, cancelled, refunded, refunded in part


@dataclass(frozen=True)
class Fates:
    """shape (orders,) each. A moment after `until` has not come yet and is NEVER, but for `created_us`.

    failures: payment tries that failed. returned_us: cancelled or refunded (in full). status: what the table says.
    tries: whether an unpaid order has a payment row at all.
    """

    kind: Ints
    method: Ints
    failures: Ints
    tries: Bools
    created_us: Micros
    paid_us: Micros
    prepared_us: Micros
    shipped_us: Micros
    delivered_us: Micros
    returned_us: Micros
    status: Texts
    updated_us: Micros

    @property
    def paid(self) -> Bools:
        """Money arrived, whatever came after."""
        return np.asarray(self.paid_us != NEVER)


def _later(rng: np.random.Generator, count: int, low: int, high: int) -> Micros:
    return rng.integers(low, high, count)


def fates_build(
    *, sales: Sales, country: Texts, purse: Bools, won_only: Bools, span: Span, rng: np.random.Generator
) -> Fates:
    """Draw every order's fate. country, purse (pays from the balance at times), won_only: shape (orders,)."""
    count, created = len(sales.buyer), sales.moment_us
    method = np.where(
        country == "KR", rng.choice(len(METHODS), count, p=_HOME), rng.choice(len(METHODS), count, p=_ABROAD)
    )
    method[purse & won_only & (rng.random(count) < 0.6)] = BALANCE
    fate = 1 + rng.choice(4, count, p=_FATE)
    kind = np.where(rng.random(count) < _NEVER_PAID, UNPAID, fate)
    failures = np.where(rng.random(count) < _FAILS[method], rng.choice([1, 2, 3], count, p=[0.75, 0.18, 0.07]), 0)
    failures = np.where((kind == UNPAID) & (rng.random(count) < 0.5), np.maximum(failures, 1), failures)
    paid = created + _later(rng, count, 12 * SECOND, 4 * MINUTE) + failures * 90 * SECOND
    slow = method == VIRTUAL_ACCOUNT
    paid[slow] = created[slow] + (rng.lognormal(0.5, 1.1, int(slow.sum())) * HOUR).astype(np.int64)
    paid = np.where(kind == UNPAID, NEVER, np.minimum(paid, created + 47 * HOUR))
    prepared = paid + _later(rng, count, 20 * MINUTE, 20 * HOUR)
    shipped = prepared + _later(rng, count, 4 * HOUR, 40 * HOUR)
    usual = np.array([_PARCEL_DAYS.get(code, _PARCEL_ELSEWHERE) for code in country])
    delivered = shipped + (usual * rng.lognormal(0, 0.25, count) * DAY).astype(np.int64)
    bad = sales.bad_delivery
    delivered[bad] += ((1.0 + usual[bad]) * rng.uniform(1.0, 3.0, int(bad.sum())) * DAY).astype(np.int64)
    returned = _returned(kind=kind, created=created, paid=paid, prepared=prepared, delivered=delivered, rng=rng)
    return _as_of(
        span=span, kind=kind, method=method, failures=failures, created=created, paid=paid, prepared=prepared,
        shipped=shipped, delivered=delivered, returned=returned, rng=rng,
    )  # fmt: skip


def _returned(
    *, kind: Ints, created: Micros, paid: Micros, prepared: Micros, delivered: Micros, rng: np.random.Generator
) -> Micros:
    """When the money goes back, or when an order that nobody pays is given up."""
    count = len(kind)
    given_up = created + np.where(rng.random(count) < 0.4, rng.integers(5 * MINUTE, 20 * HOUR, count), 48 * HOUR)
    # Cancelled before it is packed: minutes to hours after the payment, now and then over midnight.
    early = paid + (rng.random(count) * 0.95 * (prepared - paid)).astype(np.int64)
    soon = delivered + rng.integers(4 * HOUR, 9 * DAY, count)
    late = delivered + rng.integers(20 * DAY, 130 * DAY, count)
    refund = np.where(rng.random(count) < 0.7, soon, late)
    return np.select([kind == UNPAID, kind == CANCELLED, kind == KEPT], [given_up, early, NEVER], refund)


def _as_of(
    *, span: Span, kind: Ints, method: Ints, failures: Ints, created: Micros, paid: Micros, prepared: Micros,
    shipped: Micros, delivered: Micros, returned: Micros, rng: np.random.Generator,
) -> Fates:  # fmt: skip
    """What of it has happened by `until`, and what the orders table says about it."""

    def happened(moments: Micros, also: Bools) -> Micros:
        return np.where(also & (moments <= span.until_us), moments, NEVER)

    paid = happened(paid, kind != UNPAID)
    is_paid = paid != NEVER
    unpaid_late = (kind != UNPAID) & ~is_paid
    returned = happened(returned, (kind != KEPT) & (is_paid | (kind == UNPAID)))
    ships = is_paid & (kind != CANCELLED)
    prepared, shipped = happened(prepared, ships), happened(shipped, ships)
    delivered = happened(delivered, ships)
    whole = (returned != NEVER) & (kind != PARTIAL)
    status = np.select(
        [
            whole & (kind == REFUNDED), whole, delivered != NEVER, shipped != NEVER, prepared != NEVER, is_paid],
        ["REFUNDED", "CANCELLED", "DELIVERED", "SHIPPED", "PREPARING", "CONFIRMED"],
        default="PENDING",
    ).astype(object)  # fmt: skip
    updated = np.maximum.reduce([created, paid, prepared, shipped, delivered, np.where(whole, returned, NEVER)])
    # An operator touches a refunded order again later: the refund's own day must not move with it.
    touched = whole & (kind == REFUNDED) & (rng.random(len(kind)) < 0.05)
    updated = np.where(touched, np.minimum(updated + rng.integers(HOUR, 12 * DAY, len(kind)), span.until_us), updated)
    tries = (kind != UNPAID) | (rng.random(len(kind)) < 0.75) | unpaid_late
    return Fates(kind, method, failures, tries, created, paid, prepared, shipped, delivered, returned, status, updated)
