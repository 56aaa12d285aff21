"""Which products are whose: what a seller sees of products are those they offer, in whoever's orders they were sold."""

from analytics.selectors.sales.sources import Reading


def own_products(reading: Reading, seller: int | None) -> str:
    """SQL that goes on after a condition and keeps the rows whose `told` is a product of `seller`; "" for None.

    An order belongs to one seller and can hold products of others, so whose the order is does not say it.
    """
    return "" if seller is None else f"AND told IN (SELECT id FROM products WHERE seller_id = {reading.put(seller)})"
