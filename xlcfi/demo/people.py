"""Who is on the market: administrators, sellers, and buyers with habits of their own."""

from dataclasses import dataclass

import numpy as np

from xlcfi.demo.arrays import DAY, HOUR, NEVER, Bools, Floats, Ints, Micros, Streams, Texts
from xlcfi.demo.span import Size, Span

COUNTRIES = ("KR", "US", "JP", "CN", "VN", "SG", "AU", "CA", "GB", "DE")
_SHARE = np.array([0.66, 0.11, 0.09, 0.04, 0.03, 0.02, 0.015, 0.015, 0.01, 0.01])
_SELLER_SHARE = np.array([0.92, 0.02, 0.02, 0.02, 0.02])
# Chance of a late or failed delivery, and what a parcel from Seoul takes in days.
BAD_DELIVERY = {"KR": 0.04, "JP": 0.07, "CN": 0.08, "VN": 0.11, "SG": 0.07, "US": 0.10}
BAD_DELIVERY_ELSEWHERE = 0.12


@dataclass(frozen=True)
class Buyers:
    """Habits of the buyers, shape (buyers,) each; what only the truth file tells."""

    user_id: Ints
    country: Texts
    joined_us: Micros
    mean_gap: Floats  # busy days between two orders
    regularity: Floats  # shape of the gamma distribution of the gaps: 1 is no rhythm at all, 8 like a clock
    contentment: Floats  # standard normal; the less content lapse sooner
    price_sensitivity: Floats  # 0..1
    loyalty: Floats  # 0..1, the chance to take the same product again
    leniency: Floats  # what they add to a rating, in stars
    purse: Bools  # keeps money in the platform's balance


@dataclass(frozen=True)
class People:
    """Every account. Ids run from 1: administrators, sellers, then buyers by the day they joined."""

    role: Texts
    country: Texts
    created_us: Micros
    seller_ids: Ints
    buyers: Buyers

    @property
    def count(self) -> int:
        """How many accounts there are."""
        return len(self.role)


def people_build(*, size: Size, span: Span, streams: Streams) -> People:
    """Everyone on the market, with the day they joined and their habits."""
    rng = streams.of("people")
    staff = size.admins + size.sellers
    role = np.array(["ADMIN"] * size.admins + ["SELLER"] * size.sellers + ["BUYER"] * size.buyers, dtype=object)
    country = np.concatenate(
        [
            np.full(size.admins, "KR", dtype=object),
            np.array(COUNTRIES, dtype=object)[rng.choice(5, size.sellers, p=_SELLER_SHARE)],
            np.array(COUNTRIES, dtype=object)[rng.choice(len(COUNTRIES), size.buyers, p=_SHARE)],
        ]
    )
    founded = span.start_us - 400 * DAY
    staff_us = founded - rng.integers(0, 60 * DAY, staff)
    joined = np.sort(_joined(size=size, span=span, rng=rng))
    buyers = _buyers(first_id=staff + 1, country=country[staff:], joined_us=joined, rng=rng)
    return People(
        role=role,
        country=country,
        created_us=np.concatenate([np.sort(staff_us), joined]),
        seller_ids=np.arange(size.admins + 1, staff + 1),
        buyers=buyers,
    )


def _joined(*, size: Size, span: Span, rng: np.random.Generator) -> Micros:
    """When the buyers joined: a fifth before the first day, the rest at a growing pace."""
    share = rng.random(size.buyers)
    before = share < 0.22
    grown = np.sqrt(rng.random(size.buyers) * 0.75 + 0.25) * 2 - 1  # density rises threefold over the span
    length = span.until_us - span.start_us
    late = span.start_us + (grown * length).astype(np.int64)
    early = span.start_us - rng.integers(0, 380 * DAY, size.buyers)
    moments = np.where(before, early, late)
    # Nobody joins at an even hour of the night.
    night = (moments // HOUR) % 24 < 6
    return np.asarray(np.minimum(np.where(night, moments + 8 * HOUR, moments), span.until_us - HOUR), dtype=np.int64)


def _buyers(*, first_id: int, country: Texts, joined_us: Micros, rng: np.random.Generator) -> Buyers:
    count = len(country)
    return Buyers(
        user_id=np.arange(first_id, first_id + count),
        country=country,
        joined_us=joined_us,
        mean_gap=rng.lognormal(np.log(45.0), 0.75, count),
        regularity=rng.choice([1.0, 1.5, 2.5, 4.0, 8.0], count, p=[0.25, 0.25, 0.25, 0.15, 0.1]),
        contentment=rng.normal(0.0, 1.0, count),
        price_sensitivity=rng.beta(2.0, 3.0, count),
        loyalty=rng.beta(2.0, 2.0, count),
        leniency=rng.normal(0.0, 0.35, count),
        purse=rng.random(count) < np.where(country == "KR", 0.2, 0.05),
    )


@dataclass(frozen=True)
class AccountState:
    """What the users table says today, shape (users,) each."""

    status: Texts
    last_login_us: Micros
    updated_us: Micros


def accounts_today(
    *, people: People, last_order_us: Micros, lapsed: Bools, span: Span, rng: np.random.Generator
) -> AccountState:
    """Status and last login of everyone.

    last_order_us, lapsed: shape (buyers,); NEVER where there was no order.
    """
    count, buyers = people.count, people.buyers
    staff = count - len(buyers.user_id)
    last = np.full(count, span.until_us, dtype=np.int64)
    last[:staff] -= rng.integers(HOUR, 5 * DAY, staff)
    seen = np.maximum(last_order_us, buyers.joined_us)
    later = (rng.exponential(9.0, len(seen)) * DAY).astype(np.int64)
    last[staff:] = np.minimum(seen + later, span.until_us - rng.integers(0, HOUR, len(seen)))
    last[staff:] = np.maximum(last[staff:], seen)
    idle = span.until_us - last > 365 * DAY
    left = np.zeros(count, dtype=bool)
    left[staff:] = lapsed & (rng.random(len(seen)) < 0.06)
    status = np.where(left, "WITHDRAWN", np.where(idle, "DORMANT", "ACTIVE")).astype(object)
    never = np.zeros(count, dtype=bool)
    never[staff:] = (last_order_us == NEVER) & (rng.random(len(seen)) < 0.2)
    updated = np.where(idle, np.minimum(last + 365 * DAY, span.until_us), last)
    return AccountState(status, np.where(never, NEVER, last), np.maximum(updated, people.created_us))
