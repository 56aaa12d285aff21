"""Buyers by recency, frequency and money: the segments, the grid, and who is in a segment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from analytics import rfm
from analytics.buyer_score import buyer_score
from analytics.selectors.completeness import completeness
from analytics.selectors.people.interests import categories_and_reviews
from analytics.selectors.people.statements import HOME_CURRENCY, RFM_COUNTS
from analytics.selectors.people.waiting import standings_read, sums_read
from xlcfi import clock
from xlcfi.clock import SEOUL

CENT = Decimal("0.01")
_COLUMNS = (
    "user_id, first_day, last_day, orders, gross, refunds, window_orders, window_gross, window_refunds, window_net, "
    "recency, frequency, money, segment"
)


@dataclass
class Counted:
    """Buyers together: how many, and what they bought in the window (money: KRW)."""

    buyers: int = 0
    orders: int = 0
    home_orders: int = 0
    gross: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    lifetime_net: Decimal = Decimal(0)

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Counted":
        """A row of the counts."""
        return cls(
            int(row["buyers"]),
            int(row["orders"]),
            int(row["home_orders"]),
            row["gross"],
            row["refunds"],
            row["lifetime_net"],
        )

    def add(self, other: "Counted") -> None:
        """Add others."""
        self.buyers += other.buyers
        self.orders += other.orders
        self.home_orders += other.home_orders
        self.gross += other.gross
        self.refunds += other.refunds
        self.lifetime_net += other.lifetime_net

    def told(self, *, of: int) -> dict[str, Any]:
        """The figures of an answer. of: all buyers."""
        return {
            "buyers": self.buyers,
            "share": round(self.buyers / of, 4) if of else None,
            "orders": self.orders,
            "gross_revenue": self.gross,
            "refunds": self.refunds,
            "net_revenue": self.gross - self.refunds,
            "average_order_value": average(self.gross, self.home_orders),
            "lifetime_net_revenue": self.lifetime_net,
        }


def average(amount: Decimal, many: int) -> Decimal | None:
    """`amount` for each of `many`, two decimals; None where there are none."""
    return (Decimal(amount) / many).quantize(CENT, ROUND_HALF_UP) if many else None


def window(today: date) -> dict[str, str]:
    """The window's first and last day, as answers tell it."""
    return {"from": (today - timedelta(days=rfm.WINDOW_DAYS - 1)).isoformat(), "to": today.isoformat()}


def segments(*, today: date | None = None) -> dict[str, Any]:
    """Every buyer who ever paid, by segment and in the grid of recency by frequency, by money class, and in all."""
    day = today or clock.today()
    names: dict[str, Counted] = defaultdict(Counted)
    grid: dict[tuple[int, int], Counted] = defaultdict(Counted)
    money: dict[int, Counted] = defaultdict(Counted)
    whole = Counted()
    for row in sums_read(RFM_COUNTS, today=day):
        counted = Counted.of(row)
        grid[row["recency"], row["frequency"]].add(counted)
        money[row["money"]].add(counted)
    for place, cell in grid.items():
        names[rfm.segment_of(*place)].add(cell)
        whole.add(cell)
    return {
        "currency": HOME_CURRENCY,
        "window": window(day),
        "cut_points": rfm.cut_points(),
        "total": whole.told(of=whole.buyers),
        "segments": [{"name": name, **names[name].told(of=whole.buyers)} for name in rfm.SEGMENTS],
        "grid": [
            {"recency": r, "frequency": f, "segment": rfm.segment_of(r, f), **grid[r, f].told(of=whole.buyers)}
            for r in range(5, 0, -1)
            for f in range(1, 6)
        ],
        "by_money": [{"money": m, **money[m].told(of=whole.buyers)} for m in range(5, -1, -1)],
        "as_of": clock.now().astimezone(SEOUL).isoformat(),
        "completeness": completeness(),
    }


def segment_buyers(
    *, segment: str, limit: int, after: tuple[Decimal, int] | None = None, today: date | None = None
) -> list[dict[str, Any]]:
    """Up to `limit` buyers of `segment`, the highest net revenue of the window first, then by id.

    after: (net revenue, id) of the last one told before.
    """
    where, values = "segment = %(segment)s", {"segment": segment}
    if after is not None:
        # The first condition is the second's, said so that the index on (segment, net) can begin there.
        where += " AND window_net <= %(net)s AND (window_net < %(net)s OR user_id > %(user_id)s)"
        values |= {"net": after[0], "user_id": after[1]}  # type: ignore[dict-item]
    rows = standings_read(
        where=where,
        order="window_net DESC, user_id",
        limit=limit,
        today=today or clock.today(),
        columns=_COLUMNS,
        **values,
    )
    return buyers_told(rows, today=today or clock.today())


def buyers_told(rows: Iterable[dict[str, Any]], *, today: date) -> list[dict[str, Any]]:
    """Standings as lists tell them, with their scores."""
    rows = list(rows)
    interests = categories_and_reviews(user_ids=[row["user_id"] for row in rows])
    return [
        {
            "user_id": row["user_id"],
            "segment": row["segment"],
            "recency": row["recency"],
            "frequency": row["frequency"],
            "money": row["money"],
            "score": standing_score(row, interests[row["user_id"]]).value,
            "first_paid_day": row["first_day"],
            "last_paid_day": row["last_day"],
            "days_since_paid": max(0, (today - row["last_day"]).days),
            "orders": row["window_orders"],
            "net_revenue": row["window_net"],
            "lifetime_orders": row["orders"],
            "lifetime_net_revenue": row["gross"] - row["refunds"],
        }
        for row in rows
    ]


def standing_score(row: dict[str, Any], interests: tuple[int, int]) -> Any:
    """The score of a standing. interests: (categories bought of, reviews written)."""
    return buyer_score(
        recency=row["recency"],
        frequency=row["frequency"],
        money=row["money"],
        categories=interests[0],
        reviews=interests[1],
    )
