"""Buyers' figures worked out in Python from the platform's paid orders and a list of refunds."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from analytics.jobs.sums import latest_buyers_settle, latest_orders_settle
from analytics.services.buyers.folding import buyers_fold
from analytics.services.rebuild import catalog_rebuild
from tests.analytics.plain_sql import PAID, rows


def sales():
    """[(buyer, moment, order, day, currency, total)] of every paid order, in the order of their moments."""
    found = rows(
        f"SELECT o.buyer_id, o.created_at, o.id, o.created_at::date, o.currency, o.total FROM orders o WHERE {PAID}"
    )
    return sorted(found, key=lambda row: (row[1], row[2]))


class People:
    """refunds: [(order, day, amount or None for the full total, …)]."""

    def __init__(self, refunds, today):
        self.today = today
        self.sales = sales()
        self.order = {order: (buyer, currency, total) for buyer, _, order, _, currency, total in self.sales}
        self.first = {}  # buyer -> (order, day)
        for buyer, _, order, day, _, _ in self.sales:
            self.first.setdefault(buyer, (order, day))
        self.refunds = [
            (order, day, self.order[order][2] if amount is None else amount)
            for order, day, amount, *_ in refunds
            if order in self.order
        ]

    def cohort(self, buyer):
        return self.first[buyer][1].replace(day=1)

    def cohort_cells(self, currency):
        """(cohort, month) -> (buyers of any currency, orders of any currency, gross, refunds in `currency`)."""
        buyers, cells = defaultdict(set), defaultdict(lambda: [0, Decimal(0), Decimal(0)])
        for buyer, _, _, day, money, total in self.sales:
            key = (self.cohort(buyer), day.replace(day=1))
            buyers[key].add(buyer)
            cells[key][0] += 1
            cells[key][1] += total if money == currency else 0
        for order, day, amount in self.refunds:
            buyer, money, _ = self.order[order]
            cells[self.cohort(buyer), day.replace(day=1)][2] += amount if money == currency else 0
        return {key: (len(buyers[key]), *cell) for key, cell in cells.items()}

    def standing(self, buyer):
        """(R, F, M, segment, paid orders, KRW net) of the 365 days that end today."""
        begin = self.today - timedelta(days=364)
        window = [row for row in self.sales if row[0] == buyer and row[3] >= begin]
        gross = sum(row[5] for row in window if row[4] == "KRW")
        back = sum(
            amount
            for order, day, amount in self.refunds
            if self.order[order][0] == buyer and self.order[order][1] == "KRW" and day >= begin
        )
        net = gross - back
        if not window:
            return 0, 0, 0, "lost", 0, net
        age = (self.today - window[-1][3]).days
        r = 5 if age <= 30 else 4 if age <= 60 else 3 if age <= 120 else 2 if age <= 240 else 1
        n = len(window)
        f = 1 if n < 2 else 2 if n < 3 else 3 if n < 5 else 4 if n < 8 else 5
        m = 1 if net < 50_000 else 2 if net < 100_000 else 3 if net < 200_000 else 4 if net < 400_000 else 5
        return r, f, m, segment(r, f), n, net

    def standings(self):
        return {buyer: self.standing(buyer) for buyer in self.first}

    def periods(self, start_of):
        """start of a step -> (new buyers, returning buyers)."""
        new, all_of = defaultdict(set), defaultdict(set)
        for buyer, _, order, day, _, _ in self.sales:
            all_of[start_of(day)].add(buyer)
            if order == self.first[buyer][0]:
                new[start_of(day)].add(buyer)
        return {start: (len(new[start]), len(all_of[start] - new[start])) for start in all_of}

    def first_and_repeated(self, start_of, currency):
        """(start, is first) -> (orders, gross, refunds)."""
        cells = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
        for buyer, _, order, day, money, total in self.sales:
            if money == currency:
                cell = cells[start_of(day), order == self.first[buyer][0]]
                cell[0] += 1
                cell[1] += total
        for order, day, amount in self.refunds:
            buyer, money, _ = self.order[order]
            if money == currency:
                cells[start_of(day), order == self.first[buyer][0]][2] += amount
        return {key: tuple(cell) for key, cell in cells.items()}


def segment(r, f):
    """The names as docs/figures-of-people tell them, in words instead of a grid."""
    if r == 5:
        return "new" if f == 1 else "potential_loyalists" if f <= 3 else "champions"
    if r == 4:
        return "promising" if f == 1 else "potential_loyalists" if f <= 3 else "loyal"
    if r == 3:
        return "about_to_sleep" if f <= 2 else "needs_attention" if f == 3 else "loyal"
    return "hibernating" if f <= 2 else "cant_lose" if f == 5 else "at_risk"


PEOPLE_TABLES = {
    "buyer_days": "user_id, day, currency, is_first",
    "buyer_standings": "user_id",
    "cohort_months": "cohort, month, currency",
    "new_returning_days": "currency, day, is_first",
    "buyers_in_periods": "step, start",
    "rfm_counts": "recency, frequency, money",
}


def people_tables():
    """table -> its rows in order, for comparing one way of making them with another."""
    return {table: rows(f"SELECT * FROM {table} ORDER BY {keys}") for table, keys in PEOPLE_TABLES.items()}


def settle_all():
    """What a rebuild does for a handful of orders, without its other steps."""
    catalog_rebuild(apply=True)
    latest_orders_settle()
    latest_buyers_settle()
    while buyers_fold():
        pass
