"""Sales and returns: each order once, each refund once, shared out over the lines to the last won."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.told import Told, applied, earliest

NO_PRODUCT = 0


@dataclass(frozen=True)
class Sale:
    """A paid order. lines: product -> (units, share of the total). discounts: product -> what its lines are worth
    beyond that; empty where a price was not told."""

    order: int
    buyer: int
    currency: str
    total: Decimal
    day: date
    hour: int
    lines: Mapping[int, tuple[int, Decimal]]
    discounts: Mapping[int, Decimal]


@dataclass(frozen=True)
class Refund:
    """Money that went back. amount: None for all of it. units: product -> pieces, where the event named them.
    called_off: the order was cancelled, whatever else was told."""

    order: int
    day: date
    hour: int
    amount: Decimal | None
    units: Mapping[int, int]
    called_off: bool


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


def _discounts(told: Told, lines: Mapping[int, tuple[int, Decimal]]) -> dict[int, Decimal]:
    items = told.body.get("items") or ()
    if any(item.get("price") is None for item in items):
        return {}
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for item in items:
        worth[item["productId"]] += item["quantity"] * item["price"]
    return {product: each - lines[product][1] for product, each in worth.items() if each != lines[product][1]}


def sales(events: Iterable[Told]) -> dict[int, Sale]:
    """order -> its sale, by the earliest payment that tells of it."""
    found = {}
    for order, tellings in grouped(applied(events, "analytics-payment-group"), lambda t: t.body["orderId"]).items():
        told = earliest(tellings)
        currency = told.body.get("currency") or "KRW"
        lines = _sold_lines(told)
        found[order] = Sale(
            order, told.body["userId"], currency, told.body["amount"], told.day, told.hour, lines,
            _discounts(told, lines),
        )  # fmt: skip
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
    cancelled = grouped((t for t in known if t.kind == "order.cancelled"), lambda t: t.body["orderId"])
    found = []
    for (order, _), tellings in told.items():
        first = earliest(tellings)
        units: Counter[int] = Counter()
        for item in first.body.get("items") or ():
            units[item["productId"]] += item["quantity"]
        found.append(Refund(order, first.day, first.hour, first.body.get("amount"), units, order in cancelled))
    refunded = {refund.order for refund in found}
    for order, tellings in cancelled.items():
        if order not in refunded:
            first = earliest(tellings)
            found.append(Refund(order, first.day, first.hour, None, {}, True))
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


@dataclass(frozen=True)
class Happening:
    """One thing that happened to one product of one order: what the ledger has a row for."""

    order: int
    buyer: int
    kind: str
    product: int
    currency: str
    day: date
    hour: int
    units: int
    amount: Decimal


def ledger(events: Iterable[Told], sold: Mapping[int, Sale]) -> list[Happening]:
    """Sales (S), discounts (D), returns (R) and cancellations (C)."""
    found = []
    for sale in sold.values():
        for product, (units, share) in sale.lines.items():
            about = (product, sale.currency, sale.day, sale.hour)
            found.append(Happening(sale.order, sale.buyer, "S", *about, units, share))
            if product in sale.discounts:
                found.append(Happening(sale.order, sale.buyer, "D", *about, 0, sale.discounts[product]))
    for refund in refunds(events):
        if sale := sold.get(refund.order):
            kind = "C" if refund.called_off else "R"
            for product, share in _refund_shares(refund, sale).items():
                about = (product, sale.currency, refund.day, refund.hour)
                found.append(Happening(sale.order, sale.buyer, kind, *about, 0, share))
    return found


def sums(happened: Iterable[Happening], key: Callable[[Happening], Any]) -> dict[Any, tuple[Any, ...]]:
    """key -> (gross, discounts, refunds, cancelled, orders, units); nothing where all of them are 0."""
    money: dict[Any, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys("SDRC", Decimal(0)))
    orders: dict[Any, set[int]] = defaultdict(set)
    units: Counter[Any] = Counter()
    for each in happened:
        at = key(each)
        money[at][each.kind] += each.amount
        units[at] += each.units
        if each.kind == "S":
            orders[at].add(each.order)
    table = {at: (m["S"], m["D"], m["R"] + m["C"], m["C"], len(orders[at]), units[at]) for at, m in money.items()}
    return {at: row for at, row in table.items() if any(row)}


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
