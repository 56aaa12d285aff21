"""Coupons that the platform gives out, and who holds them."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, MINUTE, NEVER, Bools, Floats, Ints, Micros, Streams, Texts
from xlcfi.demo.span import Size, Span

_NAMES = ("신규회원 감사 쿠폰", "주말 번개 쿠폰", "단골 감사 쿠폰", "K-Food 페스타 쿠폰", "글로벌 고객 쿠폰")
# By the month in which they begin, January first.
_SEASONS = (
    "설 선물 쿠폰", "설 선물 쿠폰", "봄맞이 장보기 쿠폰", "봄맞이 장보기 쿠폰", "가정의 달 쿠폰", "여름 보양 쿠폰",
    "여름 보양 쿠폰", "추석 한가위 쿠폰", "추석 한가위 쿠폰", "김장철 쿠폰", "김장철 쿠폰", "연말 홈파티 쿠폰",
)  # fmt: skip
_AMOUNTS = (1_000_00, 2_000_00, 3_000_00, 5_000_00, 7_000_00, 10_000_00)


@dataclass(frozen=True)
class Coupons:
    """shape (coupons,): discount in hundredths of a won, first and last day (numbers, both included)."""

    name: Texts
    discount: Ints
    first_day: Ints
    last_day: Ints

    def chosen(
        self, *, day: Ints, subtotal: Ints, allowed: Bools, sensitivity: Floats, buyer: Ints, rng: np.random.Generator
    ) -> Ints:
        """The coupon used by each order (index, -1 for none), each buyer each coupon once; all shape (orders,)."""
        uses = allowed & (rng.random(len(day)) < 0.06 + 0.2 * sensitivity)
        candidate = rng.integers(0, len(self.name), (len(day), 6))
        open_now = (self.first_day[candidate] <= day[:, None]) & (day[:, None] <= self.last_day[candidate])
        open_now &= subtotal[:, None] >= 4 * self.discount[candidate]
        first = np.argmax(open_now, axis=1)
        coupon = np.where(uses & open_now.any(axis=1), candidate[np.arange(len(day)), first], -1)
        held = np.flatnonzero(coupon >= 0)
        _, once = np.unique(buyer[held] * len(self.name) + coupon[held], return_index=True)
        chosen = np.full(len(day), -1, dtype=np.int64)
        chosen[held[once]] = coupon[held[once]]
        return chosen


@dataclass(frozen=True)
class HeldCoupons:
    """Rows of user_coupons by time. order: index or -1. used_us: NEVER unless used."""

    coupon: Ints
    buyer: Ints
    status: Texts
    order: Ints
    issued_us: Micros
    used_us: Micros


def coupons_build(*, size: Size, span: Span, rng: np.random.Generator) -> Coupons:
    """A few coupons at any time, of one to ten thousand won."""
    count = max(12, round(120 * size.scale**0.5))
    first = np.sort(rng.integers(-20, span.days - 5, count))
    first[:3] = -20
    month = (np.datetime64(span.first, "D") + first).astype("datetime64[M]").astype(np.int64) % 12
    titles = [
        _SEASONS[m] if kind >= len(_NAMES) else _NAMES[kind]
        for m, kind in zip(month.tolist(), rng.integers(0, 2 * len(_NAMES), count).tolist(), strict=True)
    ]
    discount = np.array(_AMOUNTS)[rng.integers(0, len(_AMOUNTS), count)]
    name = np.array(
        [f"{title} {d // 100:,}원" for title, d in zip(titles, discount.tolist(), strict=True)], dtype=object
    )
    return Coupons(name, discount, first, first + rng.integers(25, 200, count))


def coupons_hold(
    *,
    coupons: Coupons,
    coupon: Ints,
    buyer: Ints,
    moment_us: Micros,
    paid: Bools,
    joined_us: Micros,
    span: Span,
    streams: Streams,
) -> HeldCoupons:
    """Who got which coupon when. coupon (-1: none), buyer, moment_us, paid: by order. joined_us: by buyer.

    An order that was never paid gives its coupon back.
    """
    rng = streams.of("held coupons")
    with_coupon = np.flatnonzero(coupon >= 0)
    start_us = span.start_us + coupons.first_day * DAY
    used_from = np.maximum(start_us[coupon[with_coupon]], joined_us[buyer[with_coupon]])
    wait = moment_us[with_coupon] - used_from
    issued_used = moment_us[with_coupon] - np.maximum((rng.random(len(wait)) ** 2 * wait).astype(np.int64), 0)
    extra = round(1.6 * len(with_coupon)) + 5
    more_coupon, more_buyer = rng.integers(0, len(coupons.name), extra), rng.integers(0, len(joined_us), extra)
    open_us = np.maximum(start_us[more_coupon], joined_us[more_buyer])
    issued_more = open_us + (rng.random(extra) * 20 * DAY).astype(np.int64) + rng.integers(0, HOUR, extra)
    closes_us = span.start_us + (coupons.last_day + 1) * DAY
    all_coupon = np.concatenate([coupon[with_coupon], more_coupon])
    all_buyer = np.concatenate([buyer[with_coupon], more_buyer])
    issued = np.concatenate([issued_used, issued_more])
    order = np.concatenate([np.where(paid[with_coupon], with_coupon, -1), np.full(extra, -1)])
    used = order >= 0
    fits = used | ((issued < closes_us[all_coupon]) & (issued <= span.until_us - MINUTE))
    # One coupon of a kind for each buyer; the row that was used comes first.
    _, once = np.unique(np.where(fits, all_buyer * len(coupons.name) + all_coupon, -1), return_index=True)
    rows = once[fits[once]]
    rows = rows[np.argsort(issued[rows], kind="stable")]
    expired = ~used[rows] & (closes_us[all_coupon[rows]] <= span.until_us)
    status = np.where(used[rows], "USED", np.where(expired, "EXPIRED", "ISSUED")).astype(object)
    used_us = np.where(used[rows], moment_us[np.maximum(order[rows], 0)], NEVER)
    return HeldCoupons(all_coupon[rows], all_buyer[rows], status, order[rows], issued[rows], used_us)
