"""Sales and returns: each order once, each refund once, shared out over the lines to the last won."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.told import Told, applied, earliest

NO_PRODUCT = 0


@dataclass(frozen=True)
class Sale:
    """A paid order. lines: product -> (units, share of the total)."""

    order: int
    buyer: int
    currency: str
    total: Decimal
    day: date
    lines: Mapping[int, tuple[int, Decimal]]


@dataclass(frozen=True)
class Refund:
    """Money that went back. amount: None for all of it. units: product -> pieces, where the event named them."""

    order: int
    day: date
    amount: Decimal | None
    units: Mapping[int, int]


def shares(amount: Decimal, currency: str, weights: Mapping[int, Fraction]) -> dict[int, Decimal]:
    """Hamilton's method in exact fractions: the largest remainders get the units that are left."""
    unit = Fraction(1) if currency in ("KRW", "JPY") and amount == int(amount) else Fraction(1, 100)
    quanta = int(Fraction(amount) / unit)
    whole = sum(weights.values(), Fraction(0))
    exact = {product: quanta * weight / whole for product, weight in weights.items()}
    found = {product: int(share) for product, share in exact.items()}
    left = quanta - sum(found.values())
    for product in sorted(exact, key=lambda p: (found[p] - exact[p], p))[:left]:
        found[product] += 1
    return {product: Decimal(int(n * unit * 100)) / 100 for product, n in found.items()}


def grouped(events: Iterable[Told], key: Any) -> dict[Any, list[Told]]:
    """The events by what `key` says of each."""
    found: dict[Any, list[Told]] = defaultdict(list)
    for told in events:
        found[key(told)].append(told)
    return found


def _sold_lines(told: Told) -> dict[int, tuple[int, Decimal]]:
    units: Counter[int] = Counter()
    worth: dict[int, Fraction] = defaultdict(Fraction)
    for item in told.body.get("items") or ():
        units[item["productId"]] += item["quantity"]
        worth[item["productId"]] += item["quantity"] * Fraction(item.get("price") or 0)
    amount, currency = told.body["amount"], told.body.get("currency") or "KRW"
    if not units:
        return {NO_PRODUCT: (0, amount)}
    weights = worth if any(worth.values()) else {product: Fraction(n) for product, n in units.items()}
    return {product: (units[product], share) for product, share in shares(amount, currency, weights).items()}


def sales(events: Iterable[Told]) -> dict[int, Sale]:
    """order -> its sale, by the earliest payment that tells of it."""
    found = {}
    for order, tellings in grouped(applied(events, "analytics-payment-group"), lambda t: t.body["orderId"]).items():
        told = earliest(tellings)
        currency = told.body.get("currency") or "KRW"
        found[order] = Sale(order, told.body["userId"], currency, told.body["amount"], told.day, _sold_lines(told))
    return found


def refund_reference(told: Told) -> Any:
    """What makes two tellings the same refund."""
    return told.body.get("refundId") or (told.at, told.body.get("amount"))


def refunds(events: Iterable[Told]) -> list[Refund]:
    """Every refund that was told; a cancellation is one in full where no refund of the order is told."""
    known = applied(events, "analytics-group")
    told = grouped(
        (t for t in known if t.kind == "payment.refunded"), lambda t: (t.body["orderId"], refund_reference(t))
    )
    found = []
    for (order, _), tellings in told.items():
        first = earliest(tellings)
        units: Counter[int] = Counter()
        for item in first.body.get("items") or ():
            units[item["productId"]] += item["quantity"]
        found.append(Refund(order, first.day, first.body.get("amount"), units))
    refunded = {refund.order for refund in found}
    cancelled = grouped((t for t in known if t.kind == "order.cancelled"), lambda t: t.body["orderId"])
    for order, tellings in cancelled.items():
        if order not in refunded:
            found.append(Refund(order, earliest(tellings).day, None, {}))
    return found


def refund_facts(events: Iterable[Told]) -> dict[int, list[tuple[date, Decimal | None]]]:
    """order -> (day, amount) of every refund that a payment.refunded told."""
    found: dict[int, list[Any]] = defaultdict(list)
    told = (t for t in applied(events, "analytics-group") if t.kind == "payment.refunded")
    for (order, _), tellings in grouped(told, lambda t: (t.body["orderId"], refund_reference(t))).items():
        first = earliest(tellings)
        found[order].append((first.day, first.body.get("amount")))
    return {
        order: sorted(facts, key=lambda fact: (fact[0], fact[1] is None, fact[1] or 0))
        for order, facts in found.items()
    }


def _refund_shares(refund: Refund, sale: Sale) -> dict[int, Decimal]:
    amount = sale.total if refund.amount is None else refund.amount
    named = {p: n for p, n in refund.units.items() if p in sale.lines}
    if named:
        weights = {p: Fraction(sale.lines[p][1]) * n / max(sale.lines[p][0], 1) for p, n in named.items()}
    else:
        weights = {p: Fraction(share) for p, (_, share) in sale.lines.items()}
    if not any(weights.values()):
        weights = {p: Fraction(sale.lines[p][0]) for p in weights}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))
    return shares(amount, sale.currency, weights)


def sales_days(events: Iterable[Told], sold: Mapping[int, Sale]) -> dict[tuple[str, date], tuple[Any, ...]]:
    """(currency, day) -> (gross, refunds, orders)."""
    table: dict[Any, list[Any]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for sale in sold.values():
        table[sale.currency, sale.day][0] += sale.total
        table[sale.currency, sale.day][2] += 1
    for refund in refunds(events):
        if sale := sold.get(refund.order):
            table[sale.currency, refund.day][1] += sale.total if refund.amount is None else refund.amount
    return {key: tuple(row) for key, row in table.items() if any(row)}


def product_sales(
    events: Iterable[Told], sold: Mapping[int, Sale], *, by_month: bool = False
) -> dict[tuple[str, date, int], tuple[Any, ...]]:
    """(currency, day, product) -> (units, gross, refunds, orders); by_month: the first of the month for the day."""
    table: dict[Any, list[Any]] = defaultdict(lambda: [0, Decimal(0), Decimal(0), 0])

    def cell(currency: str, day: date, product: int) -> list[Any]:
        return table[currency, day.replace(day=1) if by_month else day, product]

    for sale in sold.values():
        for product, (units, share) in sale.lines.items():
            row = cell(sale.currency, sale.day, product)
            row[0] += units
            row[1] += share
            row[3] += 1
    for refund in refunds(events):
        if sale := sold.get(refund.order):
            for product, share in _refund_shares(refund, sale).items():
                cell(sale.currency, refund.day, product)[2] += share
    return {key: tuple(row) for key, row in table.items() if any(row)}


def delivery_facts(events: Iterable[Told]) -> dict[tuple[int, int], tuple[datetime | None, datetime | None]]:
    """(order, delivery or 0) -> (started, completed), the earliest moments that were told."""
    found: dict[tuple[int, int], list[datetime | None]] = defaultdict(lambda: [None, None])
    for told in applied(events, "analytics-group"):
        if told.kind.startswith("delivery."):
            row = found[told.body["orderId"], told.body.get("deliveryId") or 0]
            place = 0 if told.kind == "delivery.started" else 1
            known = row[place]
            row[place] = told.at if known is None else min(known, told.at)
    return {key: (row[0], row[1]) for key, row in found.items()}


def retraining_orders(events: Iterable[Told]) -> dict[int, int]:
    """Orders that an order.completed told of."""
    return {t.body["orderId"]: 1 for t in applied(events, "analytics-group") if t.kind == "order.completed"}
