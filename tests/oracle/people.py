"""What users did, and what follows from it for each of them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tests.oracle.orders import Sale, grouped, refund_reference
from tests.oracle.told import Told, applied, earliest

TYPES = {
    "order.created": "order",
    "order.completed": "order",
    "order.cancelled": "cancel",
    "payment.completed": "purchase",
    "payment.failed": "payment_failed",
    "payment.refunded": "refund",
    "product.viewed": "view",
    "delivery.started": "delivery_started",
    "delivery.completed": "delivery_completed",
}


def snake(text: str) -> str:
    """ADD_TO_CART, addToCart, add-to-cart -> add_to_cart."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text.strip())
    return re.sub(r"[^0-9a-z]+", "_", parted.lower()).strip("_")


def behavior_type(told: Told) -> str | None:
    """The behaviour that the event tells of, None if none."""
    if told.kind == "user.behavior":
        return snake(told.body["behaviorType"])
    return TYPES.get(told.kind)


def _claim(told: Told) -> tuple[Any, Any]:
    """(the fact that is told, what the row is called here): two tellings of one fact make one row."""
    body = told.body
    kind = behavior_type(told)
    if kind in ("order", "purchase", "cancel"):
        return (kind, body["orderId"]), f"order:{body['orderId']}"
    if kind == "refund":
        return (kind, body["orderId"], refund_reference(told)), f"order:{body['orderId']}"
    if kind in ("delivery_started", "delivery_completed"):
        name = f"order:{body['orderId']}:{body.get('deliveryId') or 0}"
        return (kind, name), name
    if kind == "payment_failed" and body.get("paymentId"):
        return (kind, body["paymentId"]), f"payment:{body['paymentId']}"
    return (kind, told.identity), told.identity


def essentials(told: Told) -> tuple[Any, ...]:
    """(order, product, amount): what the row's data must say, None where the event does not."""
    body = told.body
    amount = None if told.kind == "order.cancelled" else body.get("amount")
    return body.get("orderId"), body.get("productId"), amount


def acted(events: Iterable[Told]) -> list[Told]:
    """Every telling of a behaviour that one of the groups of analytics applies."""
    told = list(events)
    return [*applied(told, "analytics-group"), *applied(told, "analytics-payment-group")]


def _first_tellings(events: Iterable[Told]) -> list[Told]:
    known = (told for told in acted(events) if behavior_type(told))
    return [_joined(tellings) for tellings in grouped(known, lambda told: _claim(told)[0]).values()]


def _joined(tellings: list[Told]) -> Told:
    """The earliest, and where that one names nobody, the person whom the next one names."""
    named = [told for told in tellings if told.body.get("userId")]
    first = earliest(tellings)
    return replace(first, body={**first.body, "userId": earliest(named).body["userId"]}) if named else first


def behaviors(events: Iterable[Told]) -> dict[tuple[str, str], list[Any]]:
    """(type, name) -> [(user, moment, essentials)], each fact once."""
    found: dict[Any, list[Any]] = {}
    for told in _first_tellings(events):
        key = (behavior_type(told), _claim(told)[1])
        found.setdefault(key, []).append((told.body.get("userId"), told.at, essentials(told)))
    return {key: sorted(rows, key=lambda row: (row[1], repr(row))) for key, rows in found.items()}


def profiles(events: Iterable[Told]) -> dict[int, int]:
    """Everybody who is named where it is about an order."""
    kinds = (*TYPES.keys() - {"product.viewed", "payment.failed"},)
    return {told.body["userId"]: 1 for told in acted(events) if told.kind in kinds and told.body.get("userId")}


def preferences(sold: Mapping[int, Sale], categories: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """(user, category) -> paid orders times the products of it that they hold."""
    counts = Counter((s.buyer, categories[p]) for s in sold.values() for p in s.lines if p in categories)
    return dict(counts)


def active_days(events: Iterable[Told], sold: Mapping[int, Sale]) -> dict[tuple[int, date], int]:
    """(user, Seoul day) on which the user did something, or placed an order that is paid."""
    did = {(told.body["userId"], told.day): 1 for told in _first_tellings(events) if told.body.get("userId")}
    return did | {(sale.buyer, sale.day): 1 for sale in sold.values()}
