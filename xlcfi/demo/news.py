"""What happened, as the Java services tell it: one item of news for each event, before it is spelled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcfi.demo.arrays import DAY, MINUTE, NEVER, SECOND, Ints, Micros
from xlcfi.demo.bills import CURRENCIES
from xlcfi.demo.browsing import ACTS, CLICK, SEARCH, VIEW, Browsing
from xlcfi.demo.fates import CANCELLED, UNPAID
from xlcfi.demo.market import Market
from xlcfi.demo.prices import START


class Hundredths(int):
    """An amount of money, to be written in one of the ways of writing money."""


@dataclass(frozen=True, slots=True)
class News:
    """One event before it is spelled. key: the aggregate's id. body: all but eventId, eventType and timestamp."""

    kind: str
    moment_us: int
    key: int
    body: dict[str, Any]


class NewsRoom:
    """Tells the market's news since `since_us`."""

    def __init__(self, market: Market, *, since_us: int) -> None:
        self.market, self.since_us = market, since_us
        sales = market.sales
        self._first = np.searchsorted(sales.line_order, np.arange(len(sales.buyer) + 1))
        self._user, self._seller = market.user_id, market.seller_id
        self._currency = CURRENCIES[market.bills.currency]
        self._payment_of = market.payments.paying

    def _recent(self, moments: Micros) -> list[int]:
        """Indexes of what happened since then; NEVER is long before."""
        return np.flatnonzero(moments >= self.since_us).tolist()

    def _items(self, order: int) -> list[dict[str, Any]]:
        sales, bills = self.market.sales, self.market.bills
        return [
            {
                "productId": int(sales.product[line]) + 1,
                "quantity": int(sales.quantity[line]),
                "price": Hundredths(bills.unit_price[line]),
            }
            for line in range(self._first[order], self._first[order + 1])
        ]

    def _parties(self, order: int) -> dict[str, Any]:
        return {"orderId": order + 1, "userId": int(self._user[order]), "sellerId": int(self._seller[order])}

    def orders(self, rng: np.random.Generator) -> Iterator[News]:
        """order.created, the older order.completed, order.cancelled."""
        fates, total = self.market.fates, self.market.bills.total
        for order in self._recent(fates.created_us):
            body = self._parties(order) | {
                "total": Hundredths(total[order]), "currency": self._currency[order], "status": "PENDING",
                "items": self._items(order),
            }  # fmt: skip
            yield News("order.created", int(fates.created_us[order]), order + 1, body)
            older = {"orderId": order + 1, "userId": int(self._user[order]), "total": Hundredths(total[order])}
            draw = rng.random()
            if draw < 0.05:
                yield News("order.completed", int(fates.created_us[order]) + 3 * SECOND, order + 1, older)
            elif draw < 0.12 and fates.paid_us[order] != NEVER:
                yield News("order.completed", int(fates.paid_us[order]), order + 1, older)
        for order in self._recent(fates.returned_us):
            # One in ten is an operator's hand in the table, of which no event tells.
            if fates.kind[order] in (UNPAID, CANCELLED) and rng.random() < 0.9:
                body = self._parties(order) | {"total": Hundredths(total[order]), "currency": self._currency[order]}
                yield News("order.cancelled", int(fates.returned_us[order]), order + 1, body)

    def payments(self) -> Iterator[News]:
        """payment.completed and payment.failed."""
        payments, total = self.market.payments, self.market.bills.total
        for payment in self._recent(payments.paid_us):
            order = int(payments.order[payment])
            body = {"paymentId": payment + 1} | self._parties(order) | {
                "amount": Hundredths(total[order]), "currency": self._currency[order], "items": self._items(order),
            }  # fmt: skip
            yield News("payment.completed", int(payments.paid_us[payment]), order + 1, body)
        for payment in self._recent(np.where(payments.status == "FAILED", payments.created_us, NEVER)):
            order = int(payments.order[payment])
            body = {
                "paymentId": payment + 1, "orderId": order + 1, "userId": int(self._user[order]),
                "amount": Hundredths(total[order]), "currency": self._currency[order], "reason": "CARD_DECLINED",
            }  # fmt: skip
            yield News("payment.failed", int(payments.created_us[payment]), order + 1, body)

    def refunds(self) -> Iterator[News]:
        """payment.refunded: in full as the tables have it, in part as only this event tells."""
        refunds, sales, bills = self.market.refunds, self.market.sales, self.market.bills
        for refund in self._recent(np.where(refunds.told, refunds.moment_us, NEVER)):
            order, line = int(refunds.order[refund]), int(refunds.line[refund])
            body = {
                "refundId": f"R{refund + 1}", "paymentId": int(self._payment_of[order]) + 1, "orderId": order + 1,
                "userId": int(self._user[order]), "amount": Hundredths(refunds.amount[refund]),
                "currency": self._currency[order],
            }  # fmt: skip
            if refunds.whole[refund]:
                body["items"] = self._items(order)
            elif line >= 0:
                body["items"] = [
                    {
                        "productId": int(sales.product[line]) + 1, "quantity": int(sales.quantity[line]),
                        "price": Hundredths(bills.unit_price[line]),
                    }
                ]  # fmt: skip
            yield News("payment.refunded", int(refunds.moment_us[refund]), order + 1, body)

    def parcels(self) -> Iterator[News]:
        """delivery.started and delivery.completed."""
        deliveries = self.market.deliveries
        for kind, moments, status in (
            ("delivery.started", deliveries.shipped_us, "IN_TRANSIT"),
            ("delivery.completed", deliveries.delivered_us, "DELIVERED"),
        ):
            for delivery in self._recent(moments):
                order = int(deliveries.order[delivery])
                body = {
                    "orderId": order + 1, "deliveryId": delivery + 1, "userId": int(self._user[order]), "status": status
                }  # fmt: skip
                yield News(kind, int(moments[delivery]), order + 1, body)

    def reviews(self) -> Iterator[News]:
        """review.created."""
        ratings, texts = self.market.ratings, self.market.review_texts.texts
        users = self.market.people.buyers.user_id
        for review in self._recent(ratings.moment_us):
            body = {
                "reviewId": review + 1, "productId": int(ratings.product[review]) + 1,
                "userId": int(users[ratings.buyer[review]]), "rating": int(ratings.stars[review]),
                "content": texts[review],
            }  # fmt: skip
            yield News("review.created", int(ratings.moment_us[review]), review + 1, body)

    def products(self) -> Iterator[News]:
        """product.changed: put up, priced anew, taken off."""
        market, span, demand = self.market, self.market.span, self.market.demand
        prices = demand.prices

        def morning(days: Ints) -> Micros:
            """Prices of a day hold from midnight on."""
            return np.where(days < span.days, span.start_us + days * DAY + 1_003, NEVER)

        real = np.where(prices.change_reason == START, span.days, prices.change_day)
        changes = (
            ("CREATED", market.product_created_us, np.arange(market.size.products)),
            ("UPDATED", morning(real), prices.change_product),
            ("HIDDEN", morning(demand.gone), np.arange(market.size.products)),
        )
        for change, moments, product in changes:
            for row in self._recent(moments):
                body = {"productId": int(product[row]) + 1, "changeType": change}
                yield News("product.changed", int(moments[row]), int(product[row]) + 1, body)

    def browsing(self, browsing: Browsing) -> Iterator[News]:
        """product.viewed and user.behavior."""
        columns = zip(
            browsing.moment_us.tolist(), browsing.act.tolist(), browsing.user.tolist(), browsing.session_name,
            browsing.product.tolist(), browsing.position.tolist(), browsing.search.tolist(), strict=True,
        )  # fmt: skip
        for moment, act, user, session, product, position, search in columns:
            body: dict[str, Any] = {"userId": user} if user else {}
            if act == VIEW:
                body |= {"productId": product + 1, "sessionId": session}
                # Some pages count by the minute only.
                exact = moment if product % 7 else moment - moment % MINUTE
                yield News("product.viewed", exact, product + 1, body)
                continue
            body |= {"behaviorType": ACTS[act], "sessionId": session}
            if act == SEARCH:
                shown = [int(p) + 1 for p in browsing.shown[search] if p >= 0]
                body |= {"keyword": browsing.searched_leaf[search], "data": {"shown": shown}}
            else:
                body["productId"] = product + 1
            if act == CLICK:
                body["data"] = {"position": position, "list": "search"}
            yield News("user.behavior", moment, user or product + 1 or 1, body)
