"""A shop whose related products and dashboard are known by hand."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from tests.analytics.plain_sql import rows
from tests.analytics.telling import fold, payment_of_order, tell
from xlcfi import clock

_CARDS = """
SELECT p.id, p.name, p.price, p.currency, p.category_id, c.name, p.seller_id, p.stock, p.status,
       (SELECT i.url FROM product_images i WHERE i.product_id = p.id ORDER BY i.sort_order, i.id LIMIT 1)
FROM products p JOIN categories c ON c.id = p.category_id WHERE p.id = ANY(%s)
"""
_KEYS = ("id", "name", "price", "currency", "category_id", "category_name", "seller_id", "stock", "status", "image_url")


@dataclass
class Shop:
    """firsts: products; each of them was bought with the next of `others`, and each second time alone."""

    firsts: list[int]
    others: list[int]
    gross: Decimal

    def cards(self):
        """Product id -> the contract's `product`, straight from the shared tables."""
        return {row[0]: dict(zip(_KEYS, row, strict=True)) for row in rows(_CARDS, [self.firsts + self.others])}

    def pairs(self):
        """(product, what its answer must hold as (other, score))."""
        return [(one, (other, Decimal("0.5"))) for one, other in zip(self.firsts, self.others, strict=True)]


def shop(market, *, count):
    """`count` pairs of products, told by events; all orders are of today."""
    category, seller, buyer = market.category(name="김치"), market.user("SELLER"), market.user()

    def product(price):
        found = market.product(category_id=category, seller_id=seller, price=price)
        market.image(found)
        return found

    firsts = [product(12_900 + number) for number in range(count)]
    others = [product(Decimal("4.25") + number) for number in range(count)]
    orders = []
    for one, other in zip(firsts, others, strict=True):
        for items in ([(one, 1, 3_000), (other, 2, 500)], [(one, 1, 2_500)]):
            orders.append(market.paid_order(buyer_id=buyer, items=items, created_at=clock.now()))
    tell(*(payment_of_order(order) for order in orders))
    fold()
    connection.close()
    return Shop(firsts, others, Decimal(count * 6_500))


def more_sold(market, shop, *, amount):
    """One more order of the first product, alone, told by its event: `amount` more in the dashboard."""
    order = market.paid_order(items=[(shop.firsts[0], 1, amount)], created_at=clock.now())
    tell(payment_of_order(order))
    fold()
