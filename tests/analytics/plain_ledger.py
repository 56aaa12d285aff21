"""The whole ledger and its rollups, computed straight from the platform's tables: plain SQL for the facts, exact
fractions and plain Python for everything that follows. Written without a look at the services."""

from collections import defaultdict, namedtuple
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tests.analytics.plain_sql import PAID, lines, rows, shares

# Money that went back: of which order, when (aware), how much (None: all of it), of what ({product: pieces}, or None),
# and whether the order was called off.
Return = namedtuple("Return", "order moment amount items cancelled", defaults=(None, None, False))
Entry = namedtuple("Entry", "order kind product day hour currency seller country units amount")
Order = namedtuple("Order", "seller country currency total day hour")


def orders():
    """Paid orders by id."""
    found = rows(f"""SELECT o.id, o.seller_id, u.country_code, o.currency, o.total, o.created_at
        FROM orders o JOIN users u ON u.id = o.buyer_id WHERE {PAID}""")
    return {row[0]: Order(*row[1:5], row[5].date(), row[5].hour) for row in found}


def returns_of_tables():
    """What the tables alone tell: all of it, when the order was last changed."""
    found = rows("""SELECT o.id, o.updated_at AT TIME ZONE 'Asia/Seoul', o.status FROM orders o WHERE EXISTS (
        SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.paid_at IS NOT NULL
        AND p.status IN ('REFUNDED', 'CANCELLED')) AND NOT EXISTS (
        SELECT 1 FROM payments p WHERE p.order_id = o.id AND p.status = 'COMPLETED')""")
    return [Return(order, moment, cancelled=status == "CANCELLED") for order, moment, status in found]


def _wall_clock(moment: datetime):
    ((day, hour),) = rows(
        "SELECT (%s::timestamptz AT TIME ZONE 'Asia/Seoul')::date, date_part('hour', %s::timestamptz AT TIME ZONE "
        "'Asia/Seoul')::int",
        [moment, moment],
    )
    return day, hour


def entries(returns):
    """Every entry of the ledger, sorted."""
    found, sold = [], {}
    paid, worth = orders(), lines()
    for order, fact in paid.items():
        items = worth.get(order, {})
        weights = {p: Fraction(each) for p, (_, each) in items.items()}
        if not any(weights.values()):
            weights = {p: Fraction(units) for p, (units, _) in items.items()}
        sold[order] = shares(fact.total, fact.currency, weights) if items else {0: fact.total}
        about = (fact.day, fact.hour, fact.currency, fact.seller, fact.country)
        for product, amount in sold[order].items():
            units, line = items.get(product, (0, amount))
            found.append(Entry(order, "S", product, *about, units, amount))
            if line != amount:
                found.append(Entry(order, "D", product, *about, 0, line - amount))
    for back in returns:
        if back.order not in paid:
            continue
        fact, weights = paid[back.order], {p: Fraction(amount) for p, amount in sold[back.order].items()}
        if named := {p: n for p, n in (back.items or {}).items() if p in weights}:
            weights = {p: weights[p] * n / worth[back.order][p][0] for p, n in named.items()}
        amount = fact.total if back.amount is None else Decimal(back.amount)
        when = (*_wall_clock(back.moment), fact.currency, fact.seller, fact.country)
        for product, share in shares(amount, fact.currency, weights).items():
            found.append(Entry(back.order, "C" if back.cancelled else "R", product, *when, 0, share))
    return sorted(found)


def _sums(ledger, key):
    """key of an entry -> (gross, discounts, refunds, cancelled, orders, units); nothing where all are zero."""
    money = defaultdict(lambda: dict.fromkeys("SDRC", Decimal(0)))
    holding, units = defaultdict(set), defaultdict(int)
    for entry in ledger:
        at = key(entry)
        money[at][entry.kind] += entry.amount
        units[at] += entry.units
        if entry.kind == "S":
            holding[at].add(entry.order)
    found = {
        at: (each["S"], each["D"], each["R"] + each["C"], each["C"], len(holding[at]), units[at])
        for at, each in money.items()
    }
    return {at: each for at, each in found.items() if any(each)}


def rollups(ledger):
    """table -> key -> (gross, discounts, refunds, cancelled, orders, units)."""
    return {
        "sales_days": _sums(ledger, lambda e: (e.currency, e.day)),
        "sales_hours": _sums(ledger, lambda e: (e.currency, e.day, e.hour)),
        "seller_sales_days": _sums(ledger, lambda e: (e.currency, e.day, e.seller)),
        "country_sales_days": _sums(ledger, lambda e: (e.currency, e.day, e.country)),
        "product_sales_days": _sums(ledger, lambda e: (e.currency, e.day, e.product, e.seller)),
        "product_sales_months": _sums(ledger, lambda e: (e.currency, e.day.replace(day=1), e.product, e.seller)),
    }


KEYS = {
    "sales_days": "currency, day",
    "sales_hours": "currency, day, hour",
    "seller_sales_days": "currency, day, seller_id",
    "country_sales_days": "currency, day, country",
    "product_sales_days": "currency, day, product_id, seller_id",
    "product_sales_months": "currency, month, product_id, seller_id",
}


def told_entries():
    """The ledger as our table holds it."""
    found = rows("""SELECT order_id, kind, product_id, day, hour, currency, seller_id, country, units, amount
        FROM ledger_entries""")
    return sorted(Entry(*row) for row in found)


def told_rollups():
    """The rollups as our tables hold them, folded."""
    found = {}
    for table, keys in KEYS.items():
        held = rows(f"SELECT {keys}, gross, discounts, refunds, cancelled, orders, units FROM {table}")
        found[table] = {row[:-6]: row[-6:] for row in held}
    return found


def expect_ledger(returns):
    """Nothing waits, and ledger and rollups are those of plain SQL."""
    ledger = entries(returns)
    assert told_entries() == ledger
    assert rows("SELECT COUNT(*) FROM rollup_deltas") == [(0,)]
    told, wanted = told_rollups(), rollups(ledger)
    for table in wanted:
        assert told[table] == wanted[table], table
